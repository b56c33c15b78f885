"""What is kept about what is told, and about who was told it?"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import lanes
from notifications import rules


class Message(models.Model):
    """What is to be told: made once by whoever has the news, in the transaction of the news itself.

    It holds all that an e-mail or a push message shows, because this app does not know what a post is. What neighbors
    say is never in it: such a message says that there is something, and where.
    """

    source = models.CharField(max_length=8, choices=rules.Source.choices)
    source_id = models.BigIntegerField()
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    act = models.CharField(max_length=10, choices=rules.Act.choices, default=rules.Act.NEWS)
    topic = models.CharField(max_length=9, choices=rules.Topic.choices)
    lane = models.CharField(max_length=7, choices=[(lane, lane) for lane in lanes.LANES_OF_NOTICES])
    label = models.CharField(max_length=40, help_text="What kind of news it is: “Missing person”.")
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH, help_text="One line.")
    text = models.TextField(max_length=rules.TEXT_MAX_LENGTH, blank=True)
    path = models.CharField(max_length=200, help_text="Where on this site it can be read.")
    sender = models.CharField(max_length=120, blank=True, help_text="Who speaks: “Central Command”.")
    approved_by = models.CharField(max_length=120, blank=True, help_text="As shown in public.")
    to_whom = models.CharField(
        max_length=200,
        blank=True,
        help_text="“the whole city”; {place} in it stands for the reader's neighborhood: “{place} and 3 more”.",
    )
    said_at = models.DateTimeField(help_text="When it was published or written.")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on nothing of it leaves: corrected, withdrawn or stopped."
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="It has ended, and every notice that waited when it did is marked."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id", "version"], name="notifications_message_once")
        ]
        indexes = [
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False, settled_at=None),
                name="notifications_message_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk} about {self.source} {self.source_id}, version {self.version}"


class Notice(models.Model):
    """One message told to one person over one channel: a row of the queue until it has ended."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="notices", db_index=False)
    # Nobody's account row is deleted once they have a residency, so nothing has to be looked up here.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="notices", db_index=False
    )
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood",
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_index=False,
        help_text="Where the person lived when it was written; empty for answers to one person.",
    )
    channel = models.CharField(max_length=5, choices=rules.Channel.choices)
    lane = models.CharField(max_length=7, choices=[(lane, lane) for lane in lanes.LANES_OF_NOTICES])
    rank = models.SmallIntegerField(default=rules.RANK_OF_NEWS, db_default=rules.RANK_OF_NEWS)
    state = models.CharField(
        max_length=10,
        choices=rules.NoticeState.choices,
        default=rules.NoticeState.WAITING,
        db_default=rules.NoticeState.WAITING,
    )
    due_at = models.DateTimeField(help_text="Not before: quiet hours, or the next try.")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True, help_text="A worker has it until then, unless it makes progress.")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(
        max_length=rules.REASON_MAX_LENGTH,
        default="",
        db_default="",
        help_text="Why it failed or was superseded; a transport's own words, without the address.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "person", "channel"], name="notifications_notice_once"),
            models.CheckConstraint(
                condition=Q(state=rules.NoticeState.WAITING, ended_at=None)
                | (~Q(state=rules.NoticeState.WAITING) & Q(ended_at__isnull=False)),
                name="notifications_notice_ended_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "channel", "rank", "due_at", "id"],
                condition=Q(state=rules.NoticeState.WAITING),
                name="notifications_notice_waiting",
            ),
            models.Index(fields=["person", "-id"], name="notifications_notice_of_person"),
            # What left lately is counted from this alone, whatever else the table holds.
            models.Index(
                fields=["ended_at"],
                include=["lane", "channel", "state"],
                condition=Q(ended_at__isnull=False),
                name="notifications_notice_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"
