"""How does a post, or an answer of police, become a message, and who hears of it at once?

The deliveries are the queue here too: a chunk of them is locked, the notices of the people who live there are written,
and the deliveries are marked, all in one transaction. A worker that dies leaves the rest to the sweeper.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse

from core import lanes
from core.locks import one_at_a_time
from notifications.models import Message
from notifications.rules import Act, Source, Topic
from notifications.services.messages import (
    News,
    make_message,
    tell_people,
    write_notices,
    write_notices_of_correction,
)
from posts import rules
from posts.cards import audience_line
from posts.models import Conversation, Delivery, Post, PostVersion, PrivateMessage, Reply
from posts.selectors.announcements import residents_who_replied

# Bound what one transaction writes and locks, however large a city is.
PEOPLE_AT_A_TIME = 20_000
DELIVERIES_AT_A_TIME = 500

_CLAIM = """
WITH untold AS MATERIALIZED (
    SELECT id, neighborhood_id, claimed_count + verified_count AS people FROM posts_delivery
    WHERE post_id = %(post_id)s AND version = %(version)s AND notices_at IS NULL
    ORDER BY id LIMIT %(deliveries)s FOR UPDATE SKIP LOCKED
)
SELECT id, neighborhood_id
FROM (SELECT *, sum(people) OVER (ORDER BY id) - people AS people_before FROM untold) AS running
WHERE people_before < %(people)s
"""


def tell_of_post(*, post_id: int, at: datetime) -> int:
    """Write the notices of a post's current version for whoever wants such posts at once.

    Of a correction or withdrawal those who were told before hear first; of a withdrawal nobody else. May run twice, at
    the same time or never.

    Returns:
        How many notices were written.
    """
    untold = take_untold(post_id=post_id, at=at)
    if untold is None:
        return 0
    version, message = untold
    if version.act == Act.NEWS:
        return _tell_everybody(version, message, at)
    # That whoever was told before comes first needs all of them: a second run would write none and look at each again.
    with one_at_a_time(f"porchlight correction of post {post_id}, version {version.number}") as is_ours:
        if not is_ours:
            return 0
        told_before = write_notices_of_correction(message=message, at=at, earlier_places=_earlier_places(post_id))
        return told_before + _tell_everybody(version, message, at)


def _tell_everybody(version: PostVersion, message: Message, at: datetime) -> int:
    written = 0
    while (of_chunk := _tell_chunk(version, message, at)) is not None:
        written += of_chunk
    return written


@transaction.atomic
def take_untold(*, post_id: int, at: datetime) -> tuple[PostVersion, Message] | None:
    """The version that is to be told, and its message.

    A delivery stays locked until the message is there: whoever stops or corrects the post meanwhile waits for it, and
    so ends this message too.
    """
    untold = (
        Delivery.objects.filter(post_id=post_id, notices_at=None).order_by("pk").select_for_update(skip_locked=True)
    )
    number = untold.values_list("version", flat=True).first()
    if number is None:
        return None
    version = PostVersion.objects.select_related("post__command", "post__approver").get(post_id=post_id, number=number)
    return version, make_message(news=_news_of(version), at=at)


def tell_of_answer(*, conversation: Conversation, message: PrivateMessage, at: datetime) -> int:
    """Tell the resident of a private conversation that the police answered; the words stay on the page.

    Args:
        conversation: With its command.
    """
    return tell_people(
        news=News(
            source=Source.PRIVATE_MESSAGE,
            source_id=message.pk,
            topic=Topic.REPLIES,
            lane=lanes.MAIL,
            label="Private answer",
            title=f"You have an answer from {conversation.command.name}",
            text="It is between you and them, so it is not in this message. Sign in to read it.",
            path=reverse("posts:conversation", args=[conversation.pk]) + f"#{message.anchor}",
            sender=conversation.command.name,
            to_whom="you alone",
            said_at=at,
        ),
        person_ids=[conversation.resident_id],
        at=at,
    )


def tell_of_reply(*, post: Post, reply: Reply, at: datetime) -> int:
    """Tell those who replied under a post, and may still read the replies there, that the command answered.

    Args:
        post: With its command.
    """
    return tell_people(
        news=News(
            source=Source.REPLY,
            source_id=reply.pk,
            topic=Topic.REPLIES,
            lane=lanes.MAIL,
            label="Answer under a post",
            title=f"{post.command.name} answered under “{post.title}”",
            text=reply.text,
            path=reverse("posts:post", args=[post.pk]) + f"#{reply.anchor}",
            sender=post.command.name,
            said_at=at,
        ),
        person_ids=residents_who_replied(post.pk),
        at=at,
    )


def _earlier_places(post_id: int) -> list[tuple[int, int]]:
    """Neighborhood and feed number where the post was news, for those who read it in a digest."""
    deliveries = Delivery.objects.filter(post_id=post_id).order_by("pk")
    return [(delivery.neighborhood_id, delivery.first_number) for delivery in deliveries if delivery.earlier_numbers]


@transaction.atomic
def _tell_chunk(version: PostVersion, message: Message, at: datetime) -> int | None:
    """The notices of some deliveries nobody else is working on; None when there is no such delivery."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "post_id": version.post_id,
                "version": version.number,
                "deliveries": DELIVERIES_AT_A_TIME,
                "people": PEOPLE_AT_A_TIME,
            },
        )
        chunk = cursor.fetchall()
    if not chunk:
        return None
    written = 0
    if version.act != Act.WITHDRAWAL:
        written = write_notices(message=message, neighborhood_ids=[place for _, place in chunk], at=at)
    _mark_told([delivery_id for delivery_id, _ in chunk], at)
    return written


def _mark_told(delivery_ids: Sequence[int], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE posts_delivery SET notices_at = %s WHERE id = ANY(%s::bigint[])", [at, list(delivery_ids)]
        )


def _news_of(version: PostVersion) -> News:
    post = version.post
    is_first = version.act == Act.NEWS
    return News(
        source=Source.POST,
        source_id=post.pk,
        version=version.number,
        act=Act(version.act),
        topic=rules.TOPICS[version.kind],
        lane=rules.lane_of_notices(version.kind),
        label=rules.PostKind(version.kind).label,
        title=version.title,
        text=_text_of(version),
        path=reverse("posts:post", args=[post.pk]),
        sender=post.command.name,
        # Whoever released the first version did not read what is corrected.
        approved_by=post.approver.public_name if is_first and post.approver else "",
        to_whom=audience_line(post.audience_scope, post.command.name, "{place}", post.neighborhood_count),
        said_at=_said_at(post, version),
    )


def _text_of(version: PostVersion) -> str:
    if version.act == Act.CORRECTION:
        return f"What was wrong: {version.what_was_wrong}\n\n{version.text}"
    if version.act == Act.WITHDRAWAL:
        return version.what_was_wrong
    return version.text


def _said_at(post: Post, version: PostVersion) -> datetime:
    if version.act == Act.NEWS:
        assert post.published_at is not None
        return post.published_at
    return version.frozen_at
