"""What is kept about public answers, and about those that were hidden?"""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.trail import recorded
from posts import rules
from posts.models.posts import Post


class Reply(models.Model):
    """A public answer under a post: by a resident for a neighborhood, or by an officer under the command's name."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="replies", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="replies")
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood", on_delete=models.PROTECT, related_name="replies", null=True, blank=True
    )
    command = models.ForeignKey(
        "commands.PoliceCommand", on_delete=models.PROTECT, related_name="replies", null=True, blank=True
    )
    text = models.TextField(max_length=rules.REPLY_MAX_LENGTH)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(neighborhood=None, command__isnull=False) | Q(neighborhood__isnull=False, command=None),
                name="posts_reply_by_resident_or_command",
            )
        ]
        indexes = [models.Index(fields=["post", "id"], name="posts_reply_of_post")]

    def __str__(self) -> str:
        return f"Reply {self.pk} under post {self.post_id}"

    @property
    def anchor(self) -> str:
        """Its place on the post's page."""
        return f"reply-{self.pk}"


@recorded(
    "reply",
    "reason",
    "command",
    "hidden_by",
    "appealed_at",
    "decided_by",
    "outcome",
    model_name="ReplyHidingEvent",
)
class ReplyHiding(models.Model):
    """A resident's reply was taken off the page for one listed reason; it stays hidden unless the outcome overturns it.

    The writer may appeal once, to somebody who works for no command.
    """

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="hidings")
    reason = models.CharField(max_length=15, choices=rules.HidingReason.choices)
    snapshot = models.TextField(
        max_length=rules.REPLY_MAX_LENGTH, help_text="The reply as it stood when it was hidden."
    )
    note = models.CharField(max_length=rules.NOTE_MAX_LENGTH, blank=True, help_text="The writer reads it.")
    command = models.ForeignKey("commands.PoliceCommand", on_delete=models.PROTECT, related_name="+")
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField()
    appeal_text = models.TextField(max_length=rules.APPEAL_MAX_LENGTH, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=rules.HidingOutcome.choices, blank=True)
    decision_note = models.CharField(max_length=rules.NOTE_MAX_LENGTH, blank=True, help_text="The writer reads it.")

    class Meta:
        default_permissions = ()
        permissions = [("decide_appeals", "May decide whether a hidden reply is shown again")]
        constraints = [
            models.UniqueConstraint(
                fields=["reply"],
                condition=~Q(outcome=rules.HidingOutcome.OVERTURNED),
                name="posts_replyhiding_one_in_force",
            ),
            # What was overturned once is not hidden again for the same reason.
            models.UniqueConstraint(fields=["reply", "reason"], name="posts_replyhiding_each_reason_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("hidden_by")),
                name="posts_replyhiding_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | Q(outcome=rules.HidingOutcome.DROPPED, decided_by=None, decided_at__isnull=False)
                | Q(
                    outcome__in=(rules.HidingOutcome.UPHELD, rules.HidingOutcome.OVERTURNED),
                    appealed_at__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="posts_replyhiding_decided_has_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["appealed_at", "id"],
                condition=Q(appealed_at__isnull=False, outcome=""),
                name="posts_replyhiding_open_appeal",
            ),
            models.Index(fields=["decided_at"], name="posts_replyhiding_decided"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="of_a_resident_not_by_the_author",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT FROM posts_reply AS reply JOIN posts_post AS post ON post.id = reply.post_id
                        WHERE reply.id = NEW.reply_id
                          AND (post.author_id = NEW.hidden_by_id OR reply.neighborhood_id IS NULL)
                    ) THEN
                        RAISE EXCEPTION 'the author of a post hides no reply under it, and nobody a reply by police'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"Hiding {self.pk} of reply {self.reply_id}"

    @property
    def may_be_appealed(self) -> bool:
        return self.appealed_at is None and not self.outcome

    @property
    def waits_for_decision(self) -> bool:
        return self.appealed_at is not None and not self.outcome
