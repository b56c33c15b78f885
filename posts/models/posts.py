"""What is kept about a post and the texts that were frozen of it?"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.trail import recorded
from notifications.rules import Act
from posts import rules


@recorded(
    "command",
    "author",
    "approver",
    "returned_by",
    "status",
    "version",
    "replies_open",
    "replies_switched_by",
    "corrected_by",
    "stopped_by",
    model_name="PostEvent",
)
class Post(models.Model):
    """A message from a police command. Its row holds the text as it stands; every frozen text is a `PostVersion`."""

    command = models.ForeignKey("commands.PoliceCommand", on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts_written")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts_released", null=True, blank=True
    )
    kind = models.CharField(max_length=20, choices=rules.PostKind.choices)
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH)
    text = models.TextField(max_length=rules.TEXT_MAX_LENGTH)
    status = models.CharField(max_length=9, choices=rules.PostStatus.choices, default=rules.PostStatus.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    audience_scope = models.CharField(max_length=13, choices=rules.AudienceScope.choices)
    replies_open = models.BooleanField(
        default=True, db_default=True, help_text="Whether neighbors may reply in public."
    )
    replies_switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who opened or closed the replies last, after publication.",
    )
    replies_switched_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who gave the draft back to its author; empty once it is sent again.",
    )
    return_reason = models.CharField(max_length=rules.REASON_MAX_LENGTH, blank=True)
    submission_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Made with the form, so that two clicks make one post.",
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who corrected or withdrew it last, after publication.",
    )
    corrected_at = models.DateTimeField(null=True, blank=True)
    what_was_wrong = models.CharField(
        max_length=rules.WHAT_WAS_WRONG_MAX_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="What the latest correction mended, or why the post was withdrawn; shown to everybody.",
    )
    is_text_off = models.BooleanField(
        default=False, db_default=False, help_text="Withdrawn together with its words: only the record keeps them."
    )
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who stopped what had not left of the current version.",
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    neighborhood_count = models.PositiveIntegerField(default=0, help_text="Frozen at publication.")
    resident_count = models.PositiveIntegerField(default=0, help_text="People, claimed and verified, at publication.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")), name="posts_post_nobody_approves_their_own"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("published", "withdrawn")) | Q(published_at__isnull=False),
                name="posts_post_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(replies_switched_by=None, replies_switched_at=None)
                | Q(replies_switched_by__isnull=False, replies_switched_at__isnull=False),
                name="posts_post_replies_switched_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(corrected_by=None, corrected_at=None, what_was_wrong="")
                | (Q(corrected_by__isnull=False, corrected_at__isnull=False) & ~Q(what_was_wrong="")),
                name="posts_post_corrected_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(stopped_by=None, stopped_at=None) | Q(stopped_by__isnull=False, stopped_at__isnull=False),
                name="posts_post_stopped_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_text_off=False) | Q(status="withdrawn", text=""), name="posts_post_text_off_is_withdrawn"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], condition=Q(published_at__isnull=False), name="posts_post_newest"
            ),
            models.Index(fields=["command", "-id"], name="posts_post_of_command"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class PostVersion(models.Model):
    """A text as it was frozen by submitting: what an approver reads and releases, and what the record keeps.

    A correction or withdrawal is the next version of a published post.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=rules.PostKind.choices)
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH)
    text = models.TextField(max_length=rules.TEXT_MAX_LENGTH)
    replies_open = models.BooleanField(default=True, db_default=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=Act.choices, default=Act.NEWS, db_default=Act.NEWS)
    what_was_wrong = models.CharField(
        max_length=rules.WHAT_WAS_WRONG_MAX_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="What a correction mends, or why the post was withdrawn; shown to everybody.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="posts_postversion_once"),
            models.CheckConstraint(
                condition=Q(act=Act.NEWS) | ~Q(what_was_wrong=""), name="posts_postversion_says_what_was_wrong"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"


class AudienceNeighborhood(models.Model):
    """One neighborhood the author chose, when the scope is `neighborhoods`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="audience")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "neighborhood"], name="posts_audience_once")]

    def __str__(self) -> str:
        return f"{self.neighborhood} for post {self.post_id}"
