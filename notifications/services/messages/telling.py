"""Who is told of a message at once, over which channel, and when? One INSERT … SELECT answers it for a whole city.

The statement is the rule: it asks what a person chose (or what holds for whoever never chose), whether there is a way
to reach them, whether they paused, and until when they want quiet.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core.queue import nudge
from notifications.models import Message
from notifications.rules import DEFAULT_CHOICES, RANK_OF_NEWS, Channel, Pace, Topic
from notifications.rules.quiet import IS_NOT_PAUSED_SQL, due_at_sql
from notifications.services.messages.making import News, make_message

# An address that no mail goes to, as long as the account still has it.
IS_SUPPRESSED_SQL = """EXISTS (
    SELECT FROM notifications_suppression AS suppression
    JOIN accounts_user AS person ON person.id = suppression.person_id
    WHERE suppression.person_id = reached.person_id AND lower(suppression.email) = lower(person.email)
)"""
HAS_DEVICE_SQL = (
    "EXISTS (SELECT FROM notifications_pushsubscription AS device WHERE device.person_id = reached.person_id)"
)
IS_CLOSED_SQL = (
    "EXISTS (SELECT FROM accounts_user AS account WHERE account.id = reached.person_id AND NOT account.is_active)"
)

_RESIDENTS = """(
    SELECT person_id, neighborhood_id FROM neighborhoods_residency
    WHERE neighborhood_id = ANY(%(neighborhood_ids)s::bigint[]) AND NOT (standing = 'ended')
)"""
_VERIFIED = """(
    SELECT person_id, neighborhood_id FROM neighborhoods_residency
    WHERE neighborhood_id = ANY(%(neighborhood_ids)s::bigint[]) AND standing = 'verified'
)"""
_NAMED = "(SELECT person_id, NULL::bigint AS neighborhood_id FROM unnest(%(person_ids)s::bigint[]) AS named(person_id))"


def write_notices(
    *,
    message: Message,
    neighborhood_ids: Sequence[int],
    at: datetime,
    only_verified: bool = False,
    except_person_ids: Collection[int] = (),
) -> int:
    """Write a notice for everybody who lives in one of the neighborhoods now and wants such news at once.

    Somebody who has a notice of this message already gets no second one, wherever they lived then. Ended messages are
    told nobody. One statement; whoever calls bounds it by the number of people.

    Args:
        only_verified: Leave out whose home nobody has confirmed.

    Returns:
        How many notices were written.
    """
    return _write(
        message,
        _VERIFIED if only_verified else _RESIDENTS,
        at,
        {"neighborhood_ids": list(neighborhood_ids), "except_person_ids": list(except_person_ids)},
    )


@transaction.atomic
def tell_people(*, news: News, person_ids: Collection[int], at: datetime) -> int:
    """Make a message for these people alone and write a notice for each who wants such news at once.

    Returns:
        How many notices were written.
    """
    if not person_ids:
        return 0
    message = make_message(news=news, at=at)
    return _write(message, _NAMED, at, {"person_ids": sorted(person_ids), "except_person_ids": []})


def insert_notices(message: Message, told: str, parameters: Mapping[str, Any]) -> int:
    """Write the notices that a query gives, each person and channel once, and nudge their senders.

    Args:
        told: A query for person_id, neighborhood_id, channel, lane, rank and due_at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH written AS (
                INSERT INTO notifications_notice
                    (message_id, person_id, neighborhood_id, channel, lane, rank, state, due_at, attempts, reason)
                SELECT %(message_id)s::bigint, person_id, neighborhood_id, channel, lane, rank, 'waiting', due_at, 0, ''
                FROM ({told}) AS told
                WHERE EXISTS (SELECT FROM notifications_message WHERE id = %(message_id)s::bigint AND ended_at IS NULL)
                ON CONFLICT (message_id, person_id, channel) DO NOTHING
                RETURNING channel, lane
            )
            SELECT channel, lane, count(*) FROM written GROUP BY channel, lane
            """,
            {**parameters, "message_id": message.pk, "time_zone": settings.CITY_TIME_ZONE},
        )
        written = cursor.fetchall()
    for channel, lane, _ in written:
        nudge("notifications.send_mail" if channel == Channel.EMAIL else "notifications.send_push", lane, lane=lane)
    return sum(count for _, _, count in written)


def _write(message: Message, people: str, at: datetime, parameters: Mapping[str, Any]) -> int:
    topic = Topic(message.topic)
    told = " UNION ALL ".join(_told_over(channel, topic, people) for channel in Channel)
    return insert_notices(message, told, {**parameters, "at": at, "lane": message.lane, "rank": RANK_OF_NEWS})


def _told_over(channel: Channel, topic: Topic, people: str) -> str:
    is_default, wants = wants_sql(channel, topic)
    may_break = "true" if topic == Topic.URGENT else "false"
    return f"""
        SELECT reached.person_id, reached.neighborhood_id, '{channel.value}' AS channel,
               %(lane)s::text AS lane, %(rank)s::smallint AS rank, {due_at_sql(may_break)} AS due_at
        FROM {people} AS reached
        {"LEFT JOIN" if is_default else "JOIN"} notifications_preferences AS chosen
          ON chosen.person_id = reached.person_id
        WHERE {wants} AND {IS_NOT_PAUSED_SQL} AND NOT {IS_CLOSED_SQL}
          AND {HAS_DEVICE_SQL if channel == Channel.PUSH else f"NOT {IS_SUPPRESSED_SQL}"}
          AND reached.person_id <> ALL(%(except_person_ids)s::bigint[])
    """


def wants_sql(channel: Channel, topic: Topic) -> tuple[bool, str]:
    """Whether those who never chose are told, and the condition on what a person chose."""
    default = DEFAULT_CHOICES[topic]
    if channel == Channel.PUSH:
        return default.push, f"coalesce(chosen.{topic.value}_push, {str(default.push).lower()})"
    return (
        default.email == Pace.AT_ONCE,
        f"coalesce(chosen.{topic.value}_email, '{default.email.value}') = '{Pace.AT_ONCE.value}'",
    )
