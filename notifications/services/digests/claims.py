"""Which digests may leave now, to whom, and what became of them?

As with notices (`sending.claims`) the rows are the queue: claimed with `SKIP LOCKED` and a lease whose exact end is the
proof of holding them, each outcome written before the next leaves over the same connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from notifications.rules import DEFAULT_CHOICES, DIGEST_HOUR, DIGEST_WEEKDAY, NoticeState, Pace, Topic
from notifications.rules.quiet import IS_NOT_PAUSED_SQL
from notifications.services.preferences import CHOSE_OTHERWISE, PAUSED
from notifications.services.sending.claims import CLOSED, LEASE, SUPPRESSED

# Few, because all of them are looked at again before the first leaves.
BATCH_SIZE = 100
# Whoever chose otherwise or moved longer ago than this hears nothing twice: by then every range has passed it.
LATELY = timedelta(days=31)

MOVED = "The person moved before it left; the next digest tells of the new neighborhood."
NOTHING_NEW = "Nothing in it was new to this person any more."


@dataclass(frozen=True, slots=True)
class ClaimedDigest:
    """A digest this sender has for as long as it holds the batch.

    Attributes:
        topics: Of those it was made for, what the person still wants at this pace.
        hour, weekday: When the person wants digests; Monday is 0.
        since: When the one before it left, or where its own day or week began.
        may_repeat: The person chose otherwise or moved lately, so that some of it may be known to them already.
        attempts: How often it was, or may have been, tried before.
    """

    id: int
    person_id: int
    address: str
    neighborhood_id: int
    place: str
    pace: Pace
    after_number: int
    upto_number: int
    topics: tuple[Topic, ...]
    hour: int
    weekday: int
    since: datetime
    may_repeat: bool
    attempts: int


@dataclass(slots=True)
class Batch:
    """What one claim took out of the queue.

    Attributes:
        lease_until: Changed by `renew`.
        looked_at_count: Rows taken, those among them that ended at once included; 0 says that nothing waits.
    """

    digests: list[ClaimedDigest]
    lease_until: datetime
    looked_at_count: int


_PACE_OF = " ".join(
    f"WHEN '{topic.value}' THEN coalesce(chosen.{topic.value}_email, '{choice.email.value}')"
    for topic, choice in DEFAULT_CHOICES.items()
)

# Whatever must not leave any more ends here: people choose, move and go while their digest waits. A lease that ran out
# counts as a try: whoever had it may have sent it, and whoever corrects a post asks for that.
_CLAIM = f"""
UPDATE notifications_digest AS digest
SET state = found.state, reason = found.reason, topics = found.topics,
    ended_at = CASE WHEN found.state = 'waiting' THEN NULL ELSE %(at)s::timestamptz END,
    attempts = digest.attempts + found.lost_count,
    lease_until = CASE WHEN found.state = 'waiting' THEN %(lease_until)s::timestamptz END
FROM (
    SELECT free.id, account.email, place.name, (free.lease_until IS NOT NULL)::integer AS lost_count,
        CASE WHEN wanted.topics = '{{}}' THEN free.topics ELSE wanted.topics END AS topics,
        coalesce(chosen.digest_hour, {DIGEST_HOUR}) AS hour,
        coalesce(chosen.digest_weekday, {DIGEST_WEEKDAY}) AS weekday,
        coalesce(earlier.ended_at, free.due_at - interval '1 day' * CASE free.pace WHEN 'daily' THEN 1 ELSE 7 END)
            AS since,
        greatest(chosen.changed_at, home.claimed_at) > free.due_at - interval '1 day' * %(lately_days)s
            OR coalesce(earlier.neighborhood_id <> free.neighborhood_id, false) AS may_repeat,
        outcome.state, outcome.reason
    FROM (
        SELECT * FROM notifications_digest
        WHERE state = 'waiting' AND due_at <= %(at)s AND (lease_until IS NULL OR lease_until < %(at)s)
        ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) AS free
    JOIN accounts_user AS account ON account.id = free.person_id
    JOIN neighborhoods_neighborhood AS place ON place.id = free.neighborhood_id
    LEFT JOIN neighborhoods_residency AS home ON home.person_id = free.person_id AND NOT (home.standing = 'ended')
    LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = free.person_id
    LEFT JOIN notifications_suppression AS suppression
        ON suppression.person_id = free.person_id AND lower(suppression.email) = lower(account.email)
    LEFT JOIN LATERAL (
        SELECT ended_at, neighborhood_id FROM notifications_digest
        WHERE person_id = free.person_id AND pace = free.pace AND day < free.day AND state = 'sent'
        ORDER BY day DESC LIMIT 1
    ) AS earlier ON earlier.ended_at > free.due_at - interval '1 day' * %(lately_days)s
    CROSS JOIN LATERAL (
        SELECT array(
            SELECT topic FROM unnest(free.topics) WITH ORDINALITY AS made_for(topic, place)
            WHERE CASE topic {_PACE_OF} END = free.pace AND (topic <> 'neighbors' OR home.standing = 'verified')
            ORDER BY made_for.place
        ) AS topics
    ) AS wanted
    CROSS JOIN LATERAL (
        SELECT state, reason FROM (VALUES
            (1, NOT account.is_active, 'superseded', %(closed)s),
            (2, suppression.person_id IS NOT NULL, 'failed', %(suppressed)s),
            (3, home.neighborhood_id IS DISTINCT FROM free.neighborhood_id, 'superseded', %(moved)s),
            (4, NOT {IS_NOT_PAUSED_SQL}, 'superseded', %(paused)s),
            (5, wanted.topics = '{{}}', 'superseded', %(chose_otherwise)s),
            (6, true, 'waiting', free.reason)
        ) AS rule(number, holds, state, reason)
        WHERE holds ORDER BY number LIMIT 1
    ) AS outcome
) AS found
WHERE digest.id = found.id
RETURNING digest.state, digest.due_at, digest.id, digest.person_id, found.email, digest.neighborhood_id, found.name,
    digest.pace, digest.after_number, digest.upto_number, digest.topics, found.hour, found.weekday, found.since,
    found.may_repeat, digest.attempts
"""


def claim(*, at: datetime, limit: int = BATCH_SIZE) -> Batch:
    """Take the next digests that are due, oldest first, and end those on the way that must not leave any more.

    One statement, whatever waits.
    """
    lease_until = at + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "at": at,
                "lease_until": lease_until,
                "limit": limit,
                "lately_days": LATELY.days,
                "time_zone": settings.CITY_TIME_ZONE,
                "closed": CLOSED,
                "suppressed": SUPPRESSED,
                "moved": MOVED,
                "paused": PAUSED,
                "chose_otherwise": CHOSE_OTHERWISE,
            },
        )
        # RETURNING has an order of its own.
        rows = sorted(cursor.fetchall(), key=lambda row: row[1:3])
    digests = [_claimed(row[2:]) for row in rows if row[0] == NoticeState.WAITING]
    return Batch(digests, lease_until, len(rows))


def _claimed(row: tuple[Any, ...]) -> ClaimedDigest:
    digest = ClaimedDigest(*row)
    return replace(digest, pace=Pace(digest.pace), topics=tuple(Topic(topic) for topic in digest.topics))


def held(batch: Batch, *, digest_ids: Sequence[int]) -> frozenset[int]:
    """Look again before the next few leave: which of them are still this sender's to send?"""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM notifications_digest
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting' AND lease_until = %s
            """,
            [list(digest_ids), batch.lease_until],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def renew(batch: Batch, *, digest_ids: Sequence[int], at: datetime) -> None:
    """Keep what has not left yet for another while; only for a sender that sent something since the last time."""
    lease_until = at + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest SET lease_until = %s
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting' AND lease_until = %s
            """,
            [lease_until, list(digest_ids), batch.lease_until],
        )
    batch.lease_until = lease_until


def give_back(batch: Batch, *, digest_ids: Sequence[int]) -> None:
    """Let somebody else send these, at once; nothing was tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest SET lease_until = NULL
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting' AND lease_until = %s
            """,
            [list(digest_ids), batch.lease_until],
        )


def mark_sent(*, digest_id: int, post_count: int, at: datetime) -> None:
    """The other side has it. That is so even where somebody ended it while it was on its way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest
            SET state = 'sent', ended_at = %s, post_count = %s, reason = '', lease_until = NULL, attempts = attempts + 1
            WHERE id = %s
            """,
            [at, post_count, digest_id],
        )


def mark_superseded(*, digest_ids: Sequence[int], reason: str, at: datetime) -> None:
    """They have become pointless before they left."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest SET state = 'superseded', ended_at = %s, reason = %s, lease_until = NULL
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting'
            """,
            [at, reason, list(digest_ids)],
        )


def mark_failed(*, digest_id: int, reason: str, at: datetime) -> None:
    """It will not arrive, and trying again would change nothing.

    Args:
        reason: The other side's words as `retries.kept_words` leaves them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest
            SET state = 'failed', ended_at = %s, reason = %s, lease_until = NULL, attempts = attempts + 1
            WHERE id = %s AND state = 'waiting'
            """,
            [at, reason, digest_id],
        )


def retry_later(*, digest_id: int, reason: str, due_at: datetime) -> None:
    """It was tried in vain and waits for another try.

    Args:
        due_at: From `retries.wait_before`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_digest SET due_at = %s, reason = %s, lease_until = NULL, attempts = attempts + 1
            WHERE id = %s AND state = 'waiting'
            """,
            [due_at, reason, digest_id],
        )


def is_anything_due(*, at: datetime) -> bool:
    """Whether a sender that looks now would find something to claim."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 1 FROM notifications_digest
            WHERE state = 'waiting' AND due_at <= %s AND (lease_until IS NULL OR lease_until < %s)
            ORDER BY due_at, id LIMIT 1
            """,
            [at, at],
        )
        return cursor.fetchone() is not None
