"""What is kept about places and about who lives where?"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex, OpClass
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
    search_text = models.CharField(max_length=250, editable=False, help_text="Normalized by `rules.normalize_address`.")

    class Meta:
        verbose_name_plural = "addresses"
        indexes = [
            # Typing an address is a search by the beginning of the normalized text.
            models.Index(OpClass(F("search_text"), "text_pattern_ops"), name="neighborhoods_address_typed"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.number, self.street, self.unit) if part)


class Residency(models.Model):
    """A person's tie to one neighborhood. A move ends the old one and starts another.

    Of the home itself only a cell of about 150 m is kept here (`rules.Cell`), enough to follow a changed boundary.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies")
    neighborhood = models.ForeignKey(
        Neighborhood,
        on_delete=models.PROTECT,
        related_name="residencies",
        null=True,
        blank=True,
        help_text="Empty when a newer boundary file left the home in no neighborhood.",
    )
    standing = models.CharField(max_length=8, choices=rules.Standing.choices, default=rules.Standing.CLAIMED)
    cell_row = models.IntegerField()
    cell_column = models.IntegerField()
    cell_center = models.PointField(srid=4326)
    claimed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "residencies"
        permissions = [("verify_residency", "May confirm in person that somebody lives where they say")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(standing=rules.Standing.ENDED),
                name="neighborhoods_residency_one_current",
            ),
            models.CheckConstraint(
                condition=Q(standing=rules.Standing.ENDED, ended_at__isnull=False)
                | (~Q(standing=rules.Standing.ENDED) & Q(ended_at=None)),
                name="neighborhoods_residency_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(standing=rules.Standing.VERIFIED) | Q(verified_at__isnull=False),
                name="neighborhoods_residency_verified_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["neighborhood", "standing"],
                condition=~Q(standing=rules.Standing.ENDED),
                name="neighborhoods_residency_now",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_standing_display()} residency {self.pk}"

    @property
    def is_verified(self) -> bool:
        return self.standing == rules.Standing.VERIFIED
