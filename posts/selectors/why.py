"""Which facts tell why a resident heard of a post, or did not?"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from neighborhoods.models import Residency
from notifications.models import Digest, Notice, Preferences, PushSubscription, Suppression
from notifications.rules import Channel, Source, Topic
from notifications.selectors import find_suppression, preferences_of
from notifications.selectors.told import digests_over, notices_about
from posts.models import Delivery, Post
from posts.rules import TOPICS


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that is known of one post and one resident.

    Attributes:
        home: Where the resident lives now; None without a neighborhood.
        home_then: Where they lived when the post came out.
        here: The post in the feed of `home`; None where it did not go there.
        there: The post in the feed of `home_then`.
        digests: Those in whose range it lies, oldest first.
        suppression: Why no e-mail goes to the resident's address.
        first_device_at: Since when a device shows push messages; None without one.
    """

    post: Post
    published_at: datetime
    topic: Topic
    home: Residency | None
    home_then: Residency | None
    here: Delivery | None
    there: Delivery | None
    notices: list[Notice]
    digests: list[Digest]
    chosen: Preferences
    suppression: Suppression | None
    first_device_at: datetime | None

    def told_over(self, channel: Channel) -> list[Notice]:
        """What was written for the resident over one channel, oldest version first."""
        return [notice for notice in self.notices if notice.channel == channel]


def hearing_of(post: Post, person: User) -> Hearing:
    """Seven queries.

    Args:
        post: One that was published.
    """
    assert post.published_at is not None
    topic = TOPICS[post.kind]
    homes = [
        home
        for home in Residency.objects.filter(person=person).select_related("neighborhood").order_by("pk")
        if home.neighborhood_id is not None
    ]
    home = next((home for home in homes if home.ended_at is None), None)
    home_then = next((home for home in homes if _was_home(home, post.published_at)), None)
    deliveries = {
        delivery.neighborhood_id: delivery
        for delivery in Delivery.objects.filter(
            post=post, neighborhood_id__in={one.neighborhood_id for one in (home, home_then) if one is not None}
        )
    }
    # As digests count it: where it was first put into the feed. Corrections come by themselves.
    places = [
        (neighborhood_id, (*delivery.earlier_numbers, delivery.feed_number)[0])
        for neighborhood_id, delivery in deliveries.items()
    ]
    devices = PushSubscription.objects.filter(person=person).order_by("made_at")
    return Hearing(
        post=post,
        published_at=post.published_at,
        topic=topic,
        home=home,
        home_then=home_then,
        here=deliveries.get(home.neighborhood_id) if home and home.neighborhood_id else None,
        there=deliveries.get(home_then.neighborhood_id) if home_then and home_then.neighborhood_id else None,
        notices=notices_about(person.pk, Source.POST, post.pk),
        digests=digests_over(person.pk, topic, places),
        chosen=preferences_of(person.pk),
        suppression=find_suppression(person),
        first_device_at=devices.values_list("made_at", flat=True).first(),
    )


def _was_home(home: Residency, at: datetime) -> bool:
    return home.claimed_at <= at and (home.ended_at is None or home.ended_at > at)
