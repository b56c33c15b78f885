"""What is kept about who lives where, and about the exact home while it is needed?"""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q

from core.trail import recorded
from neighborhoods import rules


@recorded("person", "neighborhood", "standing", "verified_how", "verified_by", model_name="ResidencyEvent")
class Residency(models.Model):
    """A person's tie to one neighborhood. A move ends the old one and starts another.

    Of the home itself a cell of about 150 m is kept in clear (`rules.Cell`), enough to follow a changed boundary, and a
    keyed hash of its address, enough to count households. Someone whose address must stay secret has neither.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies")
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood",
        on_delete=models.PROTECT,
        related_name="residencies",
        null=True,
        blank=True,
        help_text="Empty when a newer boundary file left the home in no neighborhood.",
    )
    standing = models.CharField(max_length=8, choices=rules.Standing.choices, default=rules.Standing.CLAIMED)
    cell_row = models.IntegerField(null=True, blank=True)
    cell_column = models.IntegerField(null=True, blank=True)
    cell_center = models.PointField(srid=4326, null=True, blank=True)
    household_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Keyed hash of the normalized address; empty if unknown."
    )
    claimed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=9, choices=rules.HowVerified.choices, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    moved_from = models.ForeignKey(
        "neighborhoods.Neighborhood",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="Where the home counted before a boundary moved, until the resident has been told.",
    )
    moved_at = models.DateTimeField(null=True, blank=True, help_text="When a boundary moved; empty once told.")
    moved_mailed_at = models.DateTimeField(null=True, blank=True, help_text="When a mail told of it, at most once.")
    asks_where_since = models.DateTimeField(
        null=True, blank=True, help_text="A boundary cuts the home's cell: the resident is asked on which side it is."
    )

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
            models.CheckConstraint(
                condition=~Q(standing=rules.Standing.VERIFIED) | ~Q(verified_how=""),
                name="neighborhoods_residency_verified_says_how",
            ),
            models.CheckConstraint(
                condition=Q(cell_row=None, cell_column=None, cell_center=None)
                | Q(cell_row__isnull=False, cell_column__isnull=False, cell_center__isnull=False),
                name="neighborhoods_residency_whole_cell",
            ),
        ]
        indexes = [
            models.Index(
                fields=["neighborhood", "standing"],
                condition=~Q(standing=rules.Standing.ENDED),
                name="neighborhoods_residency_now",
            ),
            models.Index(
                fields=["id"],
                condition=Q(moved_at__isnull=False, moved_mailed_at=None),
                name="neighborhoods_residency_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_standing_display()} residency {self.pk}"

    @property
    def is_address_secret(self) -> bool:
        """Whether not even the cell of the home is kept, by the resident's choice."""
        return self.cell_row is None

    @property
    def may_vouch(self) -> bool:
        """Verified, and not merely by others' word."""
        return self.is_verified and self.verified_how in rules.HOW_VOUCHERS_WERE_VERIFIED

    @property
    def is_verified(self) -> bool:
        return self.standing == rules.Standing.VERIFIED


class Home(models.Model):
    """The exact home of a residency, encrypted; there only until it is verified, unless the resident keeps it.

    It has no key to the address points, so that nothing but the installation's key leads from one to the other.
    """

    residency = models.OneToOneField(Residency, on_delete=models.CASCADE, primary_key=True, related_name="home")
    sealed = models.BinaryField(help_text="Address lines and point, sealed by `neighborhoods.sealing`.")
    is_kept = models.BooleanField(default=False, help_text="The resident wants it kept after verification.")
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Home of residency {self.pk}"
