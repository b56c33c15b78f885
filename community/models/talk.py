"""What do neighbors write to one another?"""

import uuid

from django.conf import settings
from django.db import models

from community import rules


class NeighborPost(models.Model):
    """What a verified resident says to the neighborhood, or to the adjoining ones too."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=rules.NeighborPostKind.choices, default=rules.NeighborPostKind.TALK)
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH)
    text = models.TextField(max_length=rules.TEXT_MAX_LENGTH, blank=True)
    is_open_to_adjoining = models.BooleanField(default=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["neighborhood", "-id"], name="community_neighborpost_newest"),
            # What adjoining neighborhoods look through.
            models.Index(
                fields=["neighborhood", "-id"],
                condition=models.Q(is_open_to_adjoining=True),
                name="community_neighborpost_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Neighbor post {self.pk}"


class Picture(models.Model):
    """The picture of a neighbor post, re-encoded: in the table and nowhere else, so that the wall covers it."""

    post = models.OneToOneField(NeighborPost, on_delete=models.DO_NOTHING, primary_key=True, related_name="picture")
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=rules.DESCRIPTION_MAX_LENGTH)

    def __str__(self) -> str:
        return f"Picture of neighbor post {self.pk}"


class Comment(models.Model):
    """An answer under a neighbor post, read by whoever reads the post."""

    post = models.ForeignKey(NeighborPost, on_delete=models.DO_NOTHING, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    neighborhood = models.ForeignKey(
        "neighborhoods.Neighborhood",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        help_text="The author's, at the time.",
    )
    text = models.TextField(max_length=rules.COMMENT_MAX_LENGTH)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["post", "id"], name="community_comment_of_post")]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    @property
    def anchor(self) -> str:
        """Its place on the post's page."""
        return f"comment-{self.pk}"


class Thanks(models.Model):
    """One neighbor's thanks for a post."""

    post = models.ForeignKey(NeighborPost, on_delete=models.DO_NOTHING, related_name="thanks", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "thanks"
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="community_thanks_once")]

    def __str__(self) -> str:
        return f"Thanks for neighbor post {self.post_id}"
