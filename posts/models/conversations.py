"""What is kept about private exchanges with a command?"""

import uuid

from django.conf import settings
from django.db import models

from posts import rules
from posts.models.posts import Post


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
