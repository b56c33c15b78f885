"""What is kept about police commands, the neighborhoods they serve and their staff?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commands import rules


class PoliceCommand(models.Model):
    """A unit that speaks for the police. Called so because Django owns the word "Command"."""

    name = models.CharField(max_length=120, help_text="As signed in public: “Central Command”.")
    slug = models.SlugField(max_length=80, unique=True)
    letter = models.CharField(max_length=3, help_text="On its shield mark: “C”, “HQ”.")
    kind = models.CharField(max_length=12, choices=rules.CommandKind.choices, default=rules.CommandKind.AREA)
    about = models.TextField(max_length=2000, blank=True, help_text="A few plain sentences for the public page.")
    phone = models.CharField(max_length=30, blank=True, help_text="Not for emergencies; shown in public.")
    second_person = models.CharField(
        "posts wait for a second person",
        max_length=8,
        choices=rules.SecondPerson.choices,
        default=rules.SecondPerson.NEVER,
    )

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=rules.CommandKind.HEADQUARTERS),
                name="commands_policecommand_one_headquarters",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_headquarters(self) -> bool:
        return self.kind == rules.CommandKind.HEADQUARTERS


class Coverage(models.Model):
    """A command serves a neighborhood from one moment to another. Headquarters has no rows: it covers everything."""

    command = models.ForeignKey(PoliceCommand, on_delete=models.PROTECT, related_name="coverages")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.PROTECT, related_name="coverages")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighborhood", "command"], condition=Q(ended_at=None), name="commands_coverage_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="commands_coverage_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} serves {self.neighborhood}"


class Assignment(models.Model):
    """One staff member's role on one command page, from one moment to another."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    command = models.ForeignKey(PoliceCommand, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=8, choices=rules.Role.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "command"], condition=Q(ended_at=None), name="commands_assignment_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="commands_assignment_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()} at {self.command}"
