"""What is kept about the digests that went out?"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from notifications import rules


class Digest(models.Model):
    """One collected mail to one person: a row of the queue until it has ended, then the mark where the next begins.

    It covers a range of feed numbers of one neighborhood, for the topics the person wants at this pace.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="digests", db_index=False
    )
    pace = models.CharField(max_length=6, choices=[(p.value, p.label) for p in (rules.Pace.DAILY, rules.Pace.WEEKLY)])
    day = models.DateField(help_text="In the city's time zone; one digest of a pace a day, whatever the clock does.")
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    after_number = models.PositiveBigIntegerField(help_text="Feed numbers above this one are in it …")
    upto_number = models.PositiveBigIntegerField(help_text="… up to this one.")
    room_number = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="Of the neighbors' room when this was written; it rises with every change."
    )
    topics = ArrayField(models.CharField(max_length=9, choices=rules.Topic.choices))
    post_count = models.PositiveSmallIntegerField(null=True, help_text="Police posts in it, once it was written.")
    state = models.CharField(
        max_length=10,
        choices=rules.NoticeState.choices,
        default=rules.NoticeState.WAITING,
        db_default=rules.NoticeState.WAITING,
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=rules.REASON_MAX_LENGTH, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "pace", "day"], name="notifications_digest_once"),
            models.CheckConstraint(
                condition=Q(state=rules.NoticeState.WAITING, ended_at=None)
                | (~Q(state=rules.NoticeState.WAITING) & Q(ended_at__isnull=False)),
                name="notifications_digest_ended_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=rules.NoticeState.WAITING),
                name="notifications_digest_waiting",
            ),
            # Whose digest carried a post is asked when the post is corrected.
            models.Index(fields=["neighborhood", "upto_number"], name="notifications_digest_range"),
            models.Index(
                fields=["ended_at"],
                include=["state"],
                condition=Q(ended_at__isnull=False),
                name="notifications_digest_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Digest {self.pk}"
