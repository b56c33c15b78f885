"""What is kept about posts, where they went, and what came back?"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from posts import rules


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
    """A text as it was frozen by submitting: what an approver reads and releases, and what the record keeps."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=rules.PostKind.choices)
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH)
    text = models.TextField(max_length=rules.TEXT_MAX_LENGTH)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="posts_postversion_once")]

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


class Feed(models.Model):
    """A neighborhood's feed number: raised under this row's lock whenever something changes in the feed.

    It is a delivery's place in the feed, the cache key, the ETag, the live event's id and the last-read mark. In a
    row of its own, so that publishing never waits for somebody signing up in the same neighborhood.
    """

    neighborhood = models.OneToOneField(
        "neighborhoods.Neighborhood", on_delete=models.PROTECT, primary_key=True, related_name="feed"
    )
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Feed of {self.neighborhood} at {self.number}"


class Delivery(models.Model):
    """One post in one neighborhood: its place in the feed, and a row of the queue until its live event was handed over.

    All deliveries of a post together are its frozen audience; the counts are copies from the moment of publication.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood", on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    feed_number = models.PositiveBigIntegerField()
    version = models.PositiveSmallIntegerField()
    claimed_count = models.PositiveIntegerField()
    verified_count = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            # In this order: the newest page of one feed is one index range.
            models.UniqueConstraint(fields=["neighborhood", "feed_number"], name="posts_delivery_place_in_feed"),
            models.UniqueConstraint(fields=["post", "neighborhood"], name="posts_delivery_once"),
        ]
        indexes = [models.Index(fields=["post", "id"], condition=Q(done_at=None), name="posts_delivery_waiting")]

    def __str__(self) -> str:
        return f"Post {self.post_id} in neighborhood {self.neighborhood_id}"


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


class Conversation(models.Model):
    """A private exchange of one resident with one command, seen by that command alone."""

    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations")
    command = models.ForeignKey("commands.PoliceCommand", on_delete=models.PROTECT, related_name="conversations")
    about_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="conversations", null=True, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    waiting_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the resident waits for an answer; empty when the police wrote last.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "command", "about_post"], name="posts_conversation_one_about_a_post"
            )
        ]
        indexes = [models.Index(fields=["command", "waiting_since"], name="posts_conversation_waiting")]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"


class PrivateMessage(models.Model):
    """One message within a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_from_police = models.BooleanField()
    text = models.TextField(max_length=rules.MESSAGE_MAX_LENGTH)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "id"], name="posts_privatemessage_order")]

    def __str__(self) -> str:
        return f"Message {self.pk} in conversation {self.conversation_id}"

    @property
    def anchor(self) -> str:
        """Its place on the conversation's page."""
        return f"message-{self.pk}"
