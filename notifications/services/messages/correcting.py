"""Who was told something that is corrected or withdrawn now, and hears so first, wherever they live today?"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from core import lanes
from notifications.models import Message
from notifications.rules import RANK_OF_CORRECTIONS, Channel, Pace, Topic
from notifications.rules.quiet import AFTER_PAUSE_SQL, due_at_sql
from notifications.services.messages.telling import HAS_DEVICE_SQL, IS_CLOSED_SQL, IS_SUPPRESSED_SQL, insert_notices

# Bound what one transaction holds: people of an earlier message, and places of digests.
PEOPLE_AT_A_TIME = 20_000
PLACES_AT_A_TIME = 20

# It left; or a worker has or had it; or a try ended without an answer: then nobody knows, and the person had better
# hear it once too often.
_MAY_HAVE_LEFT = "(state = 'sent' OR lease_until IS NOT NULL OR (state <> 'failed' AND attempts > 0))"


def write_notices_of_correction(
    *, message: Message, at: datetime, earlier_places: Sequence[tuple[int, int]] = ()
) -> int:
    """Write the notices of a correction or withdrawal for everybody who was told an earlier version.

    They get it over the same channel, and by e-mail where a digest told them, at the head of the urgent lane: whatever
    they have since chosen for the topic, unless they want nothing more over that channel at all. Quiet hours and a
    pause put it off. Transactions of bounded size; running it again writes nothing twice.

    Args:
        message: The correction; its earlier versions have ended.
        earlier_places: Where earlier versions stood in the feeds: neighborhood and feed number.

    Returns:
        How many notices were written.
    """
    earlier = list(
        Message.objects.filter(
            source=message.source, source_id=message.source_id, version__lt=message.version
        ).values_list("pk", "topic")
    )
    written = sum(_tell_again(message, message_id, at) for message_id, _ in earlier)
    topics = sorted({message.topic, *(topic for _, topic in earlier)})
    for start in range(0, len(earlier_places), PLACES_AT_A_TIME):
        written += _tell_readers_of_digests(message, earlier_places[start : start + PLACES_AT_A_TIME], topics, at)
    return written


def _tell_again(message: Message, earlier_id: int, at: datetime) -> int:
    written, after = 0, 0
    while (upto := _last_of_page(earlier_id, after)) is not None:
        written += _write(
            message,
            f"""(
                SELECT person_id, channel FROM notifications_notice
                WHERE message_id = %(earlier_id)s AND person_id > %(after)s AND person_id <= %(upto)s
                  AND {_MAY_HAVE_LEFT}
            )""",
            at,
            {"earlier_id": earlier_id, "after": after, "upto": upto},
        )
        after = upto
    return written


def _last_of_page(message_id: int, after: int) -> int | None:
    """The last person of the next page of a message's notices; None after the last page."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(person_id) FROM (
                SELECT person_id FROM notifications_notice
                WHERE message_id = %s AND person_id > %s ORDER BY person_id LIMIT %s
            ) AS page
            """,
            [message_id, after, PEOPLE_AT_A_TIME],
        )
        (person_id,) = cursor.fetchone()
        return person_id if person_id is None else int(person_id)


def _tell_readers_of_digests(
    message: Message, places: Sequence[tuple[int, int]], topics: Sequence[str], at: datetime
) -> int:
    return _write(
        message,
        f"""(
            SELECT DISTINCT digest.person_id, '{Channel.EMAIL.value}' AS channel
            FROM unnest(%(neighborhood_ids)s::bigint[], %(numbers)s::bigint[]) AS place(neighborhood_id, number)
            JOIN notifications_digest AS digest
              ON digest.neighborhood_id = place.neighborhood_id
             AND digest.after_number < place.number AND digest.upto_number >= place.number
            WHERE digest.topics::text[] && %(topics)s::text[] AND {_MAY_HAVE_LEFT}
        )""",
        at,
        {
            "neighborhood_ids": [neighborhood_id for neighborhood_id, _ in places],
            "numbers": [number for _, number in places],
            "topics": list(topics),
        },
    )


@transaction.atomic
def _write(message: Message, told_before: str, at: datetime, parameters: dict[str, object]) -> int:
    may_break = "true" if message.topic == Topic.URGENT else "false"
    return insert_notices(
        message,
        f"""
        SELECT reached.person_id, home.neighborhood_id, reached.channel, %(lane)s::text AS lane,
               %(rank)s::smallint AS rank, {due_at_sql(may_break, AFTER_PAUSE_SQL)} AS due_at
        FROM {told_before} AS reached
        LEFT JOIN neighborhoods_residency AS home
          ON home.person_id = reached.person_id AND NOT (home.standing = 'ended')
        LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = reached.person_id
        WHERE NOT {IS_CLOSED_SQL} AND CASE reached.channel
            WHEN '{Channel.EMAIL.value}' THEN NOT {IS_SUPPRESSED_SQL} AND {wants_anything_sql(Channel.EMAIL)}
            ELSE {HAS_DEVICE_SQL} AND {wants_anything_sql(Channel.PUSH)}
        END
        """,
        {**parameters, "at": at, "lane": lanes.URGENT, "rank": RANK_OF_CORRECTIONS},
    )


def wants_anything_sql(channel: Channel) -> str:
    """Whether the person left anything on over a channel, the digest counted as e-mail; who never chose did."""
    if channel == Channel.PUSH:
        chosen = " OR ".join(f"chosen.{topic.value}_push" for topic in Topic)
    else:
        chosen = " OR ".join(f"chosen.{topic.value}_email <> '{Pace.NEVER.value}'" for topic in Topic)
    return f"coalesce({chosen}, true)"
