"""What is kept about places: areas, boundaries, addresses?"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q

from neighborhoods import rules


class Neighborhood(models.Model):
    """A named area with a stable identity; where it lies is its current `Boundary`.

    The two counts are kept in this row, changed together with each residency and reconciled nightly, so that
    composing a post sums one short column instead of counting people.
    """

    key = models.CharField(
        max_length=rules.NAME_MAX_LENGTH,
        unique=True,
        help_text="What identifies it from one boundary file to the next: its name, or the file's key field.",
    )
    name = models.CharField(max_length=rules.NAME_MAX_LENGTH)
    slug = models.SlugField(max_length=80, unique=True)
    claimed_count = models.PositiveIntegerField(default=0, editable=False)
    verified_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("name", "id")
        permissions = [("load_boundaries", "May load boundaries, commands and addresses from files")]

    def __str__(self) -> str:
        return self.name

    @property
    def resident_count(self) -> int:
        """People with a current residency here, claimed and verified together."""
        return self.claimed_count + self.verified_count


class BoundaryLoad(models.Model):
    """One successful `load_neighborhoods`: which file made which boundaries."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_name} on {self.loaded_at:%Y-%m-%d}"


class Boundary(models.Model):
    """Where a neighborhood lies, from one moment to another; the one without an end is current."""

    neighborhood = models.ForeignKey(Neighborhood, on_delete=models.PROTECT, related_name="boundaries")
    load = models.ForeignKey(BoundaryLoad, on_delete=models.PROTECT, related_name="boundaries")
    boundary = models.MultiPolygonField(srid=4326, spatial_index=False)
    center = models.PointField(srid=4326, spatial_index=False, help_text="A point inside, fit for a label.")
    area_m2 = models.FloatField(help_text="On the spheroid, in square meters.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "boundaries"
        constraints = [
            models.UniqueConstraint(
                fields=["neighborhood"], condition=Q(ended_at=None), name="neighborhoods_boundary_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="neighborhoods_boundary_ends_later"
            ),
        ]
        indexes = [
            GistIndex(fields=["boundary"], condition=Q(ended_at=None), name="neighborhoods_boundary_now"),
        ]

    def __str__(self) -> str:
        return f"{self.neighborhood} from {self.started_at:%Y-%m-%d}"


class Address(models.Model):
    """An address point of the city, so that looking a home up asks no third party."""

    number = models.CharField(max_length=20)
    street = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    location = models.PointField(srid=4326)
    # Byte order, so that one plain index finds a beginning and has what follows in the order it is shown.
    search_text = models.CharField(
        max_length=250, editable=False, db_collation="C", help_text="Normalized by `rules.normalize_address`."
    )

    class Meta:
        verbose_name_plural = "addresses"
        indexes = [models.Index(fields=["search_text", "id"], name="neighborhoods_address_typed")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.number, self.street, self.unit) if part)


class Adjoining(models.Model):
    """Two neighborhoods whose current boundaries come within 50 m of each other; each pair stands here both ways."""

    neighborhood = models.ForeignKey(Neighborhood, on_delete=models.CASCADE, related_name="adjoining")
    other = models.ForeignKey(Neighborhood, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "adjoining neighborhoods"
        constraints = [
            models.UniqueConstraint(fields=["neighborhood", "other"], name="neighborhoods_adjoining_once"),
            models.CheckConstraint(condition=~Q(neighborhood=F("other")), name="neighborhoods_adjoining_another"),
        ]

    def __str__(self) -> str:
        return f"{self.neighborhood} beside {self.other}"


class WaitingForArea(models.Model):
    """Somebody whose home lies in no neighborhood asked to be told when one begins there."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cell_center = models.PointField(srid=4326, help_text="The middle of the home's cell of about 150 m.")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "people waiting for an area"

    def __str__(self) -> str:
        return f"Person {self.person_id} since {self.asked_at:%Y-%m-%d}"
