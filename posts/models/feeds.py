"""What is kept about where a post went?"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from posts.models.posts import Post


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
    earlier_numbers = ArrayField(
        models.PositiveBigIntegerField(),
        default=list,
        db_default=[],
        help_text="Where earlier versions stood in the feed, oldest first: digests that carried them covered these.",
    )
    version = models.PositiveSmallIntegerField()
    claimed_count = models.PositiveIntegerField()
    verified_count = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    done_at = models.DateTimeField(null=True, blank=True)
    is_stopped = models.BooleanField(
        default=False, db_default=False, help_text="Ended by whoever stopped the post, before it was handed over."
    )
    notices_at = models.DateTimeField(
        null=True, blank=True, help_text="When the notices of whoever wants them at once were written."
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            # In this order: the newest page of one feed is one index range.
            models.UniqueConstraint(fields=["neighborhood", "feed_number"], name="posts_delivery_place_in_feed"),
            models.UniqueConstraint(fields=["post", "neighborhood"], name="posts_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["post", "id"], condition=Q(done_at=None) | Q(notices_at=None), name="posts_delivery_unfinished"
            )
        ]

    def __str__(self) -> str:
        return f"Post {self.post_id} in neighborhood {self.neighborhood_id}"

    @property
    def first_number(self) -> int:
        """Where it was news: the one place in which digests look for it, whatever was corrected since."""
        return self.earlier_numbers[0] if self.earlier_numbers else self.feed_number
