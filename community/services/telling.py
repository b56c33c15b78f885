"""Who hears by mail or push that a neighbor wrote? No word of it, and no name, leaves the room.

The message holds that there is something, where, and the number of its page. It is written while the wall is open for
the writer, because only then can it be known who keeps away from whom.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from community.identity import speaking_as
from community.models import Block, Comment, Mute, NeighborPost
from core import lanes
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import adjoining_ids
from notifications.rules import Source, Topic
from notifications.services.messages import News, end_message, make_message, tell_people, write_notices

_NO_WORDS = "What neighbors write stays among neighbors, so it is not in this message. Sign in to read it."


def tell_of_post(post: NeighborPost, at: datetime) -> None:
    """Tell verified neighbors who want neighbors' posts at once, in adjoining places too where it is open to them.

    Not the writer, nor anybody one of the two has blocked. Whom others muted is theirs alone to know: they may hear
    that somebody wrote, and find nothing new. Call it while the writer speaks.
    """
    place = Neighborhood.objects.only("name").get(pk=post.neighborhood_id)
    message = make_message(
        news=News(
            source=Source.NEIGHBOR_POST,
            source_id=post.pk,
            topic=Topic.NEIGHBORS,
            lane=lanes.MAIL,
            label="Neighbors",
            title=f"A neighbor wrote in {place.name}",
            text=_NO_WORDS,
            path=reverse("community:post", args=[post.pk]),
            said_at=at,
        ),
        at=at,
    )
    places = [post.neighborhood_id, *(adjoining_ids(post.neighborhood_id) if post.is_open_to_adjoining else ())]
    write_notices(
        message=message,
        neighborhood_ids=places,
        at=at,
        only_verified=True,
        except_person_ids=[post.author_id, *_kept_apart_from(post.author_id)],
    )


def tell_of_comment(comment: Comment, post: NeighborPost, at: datetime) -> None:
    """Tell whoever wrote the post, unless that is who answers, or they muted them. Call it while the writer speaks."""
    if comment.author_id == post.author_id or _has_muted(post.author_id, comment.author_id):
        return
    tell_people(
        news=News(
            source=Source.NEIGHBOR_COMMENT,
            source_id=comment.pk,
            topic=Topic.REPLIES,
            lane=lanes.MAIL,
            label="Neighbors",
            title="A neighbor answered you",
            text=_NO_WORDS,
            # With the number of the post, this table would tell outside the wall who wrote it.
            path=reverse("community:room"),
            said_at=at,
        ),
        person_ids=[post.author_id],
        at=at,
    )


def tell_no_more(source: Source, source_id: int, at: datetime) -> None:
    """What was deleted is told to nobody who has not heard yet."""
    end_message(source=source, source_id=source_id, before_version=2, at=at)


def _kept_apart_from(person_id: int) -> Iterator[int]:
    """Whom the person blocked, and who blocked the person; the wall shows both to either."""
    blocks = Block.objects.filter(Q(person_id=person_id) | Q(blocked_id=person_id))
    for one, other in blocks.values_list("person_id", "blocked_id"):
        yield other if one == person_id else one


def _has_muted(person_id: int, other_id: int) -> bool:
    """Only the person may know, so the wall is asked for them."""
    with speaking_as(person_id):
        return Mute.objects.filter(person_id=person_id, muted_id=other_id).exists()
