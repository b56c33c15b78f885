"""What is kept about whether everything runs, and about what providers told us?"""

from django.db import models
from django.db.models import Q

from notifications.rules import Way


class Pulse(models.Model):
    """When something that has to beat was last alive: the clock of periodic work, and the worker of each lane."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Pulse of {self.name}"


class Tally(models.Model):
    """How much left one way in a quarter of an hour, and how much of it failed: what is usual is told from these."""

    way = models.CharField(max_length=7, choices=Way.choices)
    started_at = models.DateTimeField()
    sent_count = models.PositiveIntegerField()
    failed_count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["way", "started_at"], name="notifications_tally_once")]

    def __str__(self) -> str:
        return f"Tally of {self.way} from {self.started_at:%Y-%m-%d %H:%M}"


class Alert(models.Model):
    """Something the operator was told about; at most one of a kind is open."""

    kind = models.CharField(max_length=40)
    words = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last found to be so.")
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [("see_operations", "May see how the installation runs")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(closed_at=None), name="notifications_alert_one_open_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"Alert {self.kind}"


class ProviderEvent(models.Model):
    """A bounce or complaint that an e-mail provider told us of, so that the same one told twice counts once."""

    provider = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="notifications_providerevent_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} told by {self.provider}"
