"""Who may send which notices now, and what became of them?

The rows are the queue. A sender claims a batch with `SKIP LOCKED` and a lease, sends, and writes the outcome of each
notice before the next leaves over the same connection. Whoever dies leaves a lease that runs out. The exact end of
the lease is the proof of holding it: a sender that slept through it, or whose notice somebody else has ended, learns
so from `held` and sends nothing more of it.

No transaction is open while a notice is on its way: each of these statements is one of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from core.locks import one_at_a_time
from notifications.rules import RANK_OF_CORRECTIONS, RANK_OF_NEWS, Channel, Topic
from notifications.rules.quiet import due_at_sql

# Longer than any transport may take for one notice; a dead sender's notices wait so long.
LEASE = timedelta(seconds=60)
BATCH_SIZE = 250
# Of each batch, where news waits too: the correction of a whole city must not hold up an alert that comes after it.
MOST_CORRECTIONS = 0.5

ENDED = "It was corrected, withdrawn or stopped before it left."
CLOSED = "The account was closed before it left."
SUPPRESSED = "Earlier e-mail to this address came back or was called spam, so none was sent."


@dataclass(frozen=True, slots=True)
class ClaimedNotice:
    """A notice this sender has for as long as it holds the batch.

    Attributes:
        address: For e-mail, where it goes; empty for push.
        place: The neighborhood it was written for; empty where there is none.
        attempts: How often it was, or may have been, tried before.
    """

    id: int
    message_id: int
    person_id: int
    address: str
    place: str
    topic: str
    attempts: int


@dataclass(slots=True)
class Batch:
    """What one claim took out of the queue.

    Attributes:
        lease_until: Changed by `renew`.
        looked_at_count: Rows taken, those among them that ended at once included; 0 says that nothing waits.
    """

    notices: list[ClaimedNotice]
    lease_until: datetime
    looked_at_count: int


# One rank at a time, so that what waits for the morning is not walked through in search of what is due. Whatever must
# not leave ends here: a stopped post's million rows never stand in the way of what is behind them. A lease that ran out
# counts as a try: whoever had it may have sent it. What became due by day and did not leave, because it was tried in
# vain or much was ahead of it, waits for the end of the night's quiet hours; the test of one's own devices does not.
_CLAIM = f"""
UPDATE notifications_notice AS notice
SET state = found.state, reason = found.reason, due_at = greatest(notice.due_at, found.quiet_until),
    ended_at = CASE WHEN found.state = 'waiting' THEN NULL ELSE %(at)s::timestamptz END,
    attempts = notice.attempts + found.lost_count,
    lease_until = CASE WHEN found.state = 'waiting' AND found.quiet_until IS NULL THEN %(lease_until)s::timestamptz END
FROM (
    SELECT free.id, message.topic,
        CASE WHEN message.source <> 'test' THEN nullif(
            {due_at_sql(f"message.topic = '{Topic.URGENT.value}'")}, %(at)s::timestamptz
        ) END AS quiet_until,
        (free.lease_until IS NOT NULL)::integer AS lost_count,
        CASE WHEN %(channel)s = 'email' THEN person.email ELSE '' END AS address,
        coalesce(neighborhood.name, '') AS place,
        CASE
            WHEN message.ended_at IS NOT NULL OR NOT person.is_active THEN 'superseded'
            WHEN suppression.person_id IS NOT NULL THEN 'failed'
            ELSE 'waiting'
        END AS state,
        CASE
            WHEN message.ended_at IS NOT NULL THEN %(ended)s
            WHEN NOT person.is_active THEN %(closed)s
            WHEN suppression.person_id IS NOT NULL THEN %(suppressed)s
            ELSE free.reason
        END AS reason
    FROM (
        SELECT id, message_id, person_id, neighborhood_id, reason, lease_until FROM notifications_notice
        WHERE state = 'waiting' AND lane = %(lane)s AND channel = %(channel)s AND rank = %(rank)s
            AND due_at <= %(at)s AND (lease_until IS NULL OR lease_until < %(at)s)
        ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) AS free
    JOIN notifications_message AS message ON message.id = free.message_id
    JOIN accounts_user AS person ON person.id = free.person_id
    LEFT JOIN neighborhoods_neighborhood AS neighborhood ON neighborhood.id = free.neighborhood_id
    LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = free.person_id
    LEFT JOIN notifications_suppression AS suppression
        ON %(channel)s = 'email' AND suppression.person_id = person.id
        AND lower(suppression.email) = lower(person.email)
) AS found
WHERE notice.id = found.id
RETURNING notice.id, notice.message_id, notice.person_id, found.address, found.place, found.topic, notice.attempts,
    notice.lease_until IS NOT NULL, notice.due_at
"""


def claim(*, lane: str, channel: Channel, at: datetime, limit: int = BATCH_SIZE) -> Batch:
    """Take the next notices that are due, corrections first, and end those on the way that must not leave any more.

    At most three statements, whatever waits.

    Args:
        at: Now. A clock that goes back makes leases last longer; nothing is lost or doubled by it.
    """
    batch = Batch(notices=[], lease_until=at + LEASE, looked_at_count=0)
    most_corrections = ceil(limit * MOST_CORRECTIONS)
    may_be_more = _take(batch, lane, channel, RANK_OF_CORRECTIONS, at, most_corrections) == most_corrections
    _take(batch, lane, channel, RANK_OF_NEWS, at, limit - len(batch.notices))
    if may_be_more and len(batch.notices) < limit:
        _take(batch, lane, channel, RANK_OF_CORRECTIONS, at, limit - len(batch.notices))
    return batch


def _take(batch: Batch, lane: str, channel: Channel, rank: int, at: datetime, limit: int) -> int:
    """Claim up to `limit` notices of one rank into the batch; how many rows were looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "lane": lane,
                "channel": channel.value,
                "rank": rank,
                "at": at,
                "lease_until": batch.lease_until,
                "limit": limit,
                "time_zone": settings.CITY_TIME_ZONE,
                "ended": ENDED,
                "closed": CLOSED,
                "suppressed": SUPPRESSED,
            },
        )
        # RETURNING has an order of its own.
        rows = sorted(cursor.fetchall(), key=lambda row: (row[8], row[0]))
    batch.looked_at_count += len(rows)
    batch.notices += [ClaimedNotice(*row[:7]) for row in rows if row[7]]
    return len(rows)


def held(batch: Batch, *, notice_ids: Sequence[int], at: datetime) -> frozenset[int]:
    """Look again before the next few leave: which of them are still this sender's to send?

    Those whose message has ended since they were claimed end here as superseded. Whose account has another address by
    now waits until the lease is over, and goes there.
    """
    addresses = {notice.id: notice.address for notice in batch.notices}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice AS notice
            SET state = 'superseded', reason = %s, ended_at = %s, lease_until = NULL
            FROM notifications_message AS message
            WHERE notice.id = ANY(%s::bigint[]) AND notice.state = 'waiting' AND notice.lease_until = %s
                AND message.id = notice.message_id AND message.ended_at IS NOT NULL
            """,
            [ENDED, at, list(notice_ids), batch.lease_until],
        )
        cursor.execute(
            """
            SELECT notice.id FROM unnest(%s::bigint[], %s::text[]) AS mine(id, address)
            JOIN notifications_notice AS notice ON notice.id = mine.id
            JOIN accounts_user AS person ON person.id = notice.person_id
            WHERE notice.state = 'waiting' AND notice.lease_until = %s AND mine.address IN ('', person.email)
            """,
            [list(notice_ids), [addresses[pk] for pk in notice_ids], batch.lease_until],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def renew(batch: Batch, *, notice_ids: Sequence[int], at: datetime) -> None:
    """Keep what has not left yet for another while; only for a sender that sent something since the last time."""
    renewed_until = at + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice SET lease_until = %s
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting' AND lease_until = %s
            """,
            [renewed_until, list(notice_ids), batch.lease_until],
        )
    batch.lease_until = renewed_until


def give_back(batch: Batch, *, notice_ids: Sequence[int]) -> None:
    """Let somebody else send these, at once; nothing was tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice SET lease_until = NULL
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting' AND lease_until = %s
            """,
            [list(notice_ids), batch.lease_until],
        )


def mark_sent(*, notice_ids: Sequence[int], at: datetime) -> None:
    """The other side has them. That is so even where somebody ended the notice while it was on its way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice
            SET state = 'sent', ended_at = %s, reason = '', lease_until = NULL, attempts = attempts + 1
            WHERE id = ANY(%s::bigint[])
            """,
            [at, list(notice_ids)],
        )


def mark_failed(*, notice_ids: Sequence[int], at: datetime, reason: str) -> None:
    """They will not arrive, and trying again would change nothing.

    Args:
        reason: The other side's words as `retries.kept_words` leaves them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice
            SET state = 'failed', ended_at = %s, reason = %s, lease_until = NULL, attempts = attempts + 1
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting'
            """,
            [at, reason, list(notice_ids)],
        )


def mark_superseded(*, notice_ids: Sequence[int], at: datetime, reason: str) -> None:
    """They have become pointless before they left."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice
            SET state = 'superseded', ended_at = %s, reason = %s, lease_until = NULL
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting'
            """,
            [at, reason, list(notice_ids)],
        )


def retry_later(*, notice_ids: Sequence[int], due_at: datetime, reason: str) -> None:
    """They were tried in vain and wait for another try.

    Args:
        due_at: From `retries.wait_before`.
        reason: Why not yet; shown while it waits, and kept if it was the last try.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice SET due_at = %s, reason = %s, lease_until = NULL, attempts = attempts + 1
            WHERE id = ANY(%s::bigint[]) AND state = 'waiting'
            """,
            [due_at, reason, list(notice_ids)],
        )


def is_anything_due(*, lane: str, channel: Channel, at: datetime) -> bool:
    """Whether a sender that looks now would find something to claim."""
    with connection.cursor() as cursor:
        for rank in (RANK_OF_CORRECTIONS, RANK_OF_NEWS):
            cursor.execute(
                """
                SELECT 1 FROM notifications_notice
                WHERE state = 'waiting' AND lane = %s AND channel = %s AND rank = %s AND due_at <= %s
                    AND (lease_until IS NULL OR lease_until < %s)
                ORDER BY due_at, id LIMIT 1
                """,
                [lane, channel.value, rank, at, at],
            )
            if cursor.fetchone():
                return True
    return False


@contextmanager
def sender_slot(lane: str, channel: str) -> Iterator[bool]:
    """Be the one sender of a lane and channel, or learn that there is one already.

    It keeps nudges and ticks from piling up as senders; that each notice leaves once is held by the claims. Whoever
    held it looks once more afterwards (`is_anything_due`): a newcomer that was refused may have come for rows the
    holder did not see.
    """
    with one_at_a_time(f"porchlight sender {lane} {channel}") as is_ours:
        yield is_ours


def commit_fast() -> None:
    """From now on this connection reports a commit before it lies on the disk.

    A database that loses its power forgets at most the last fraction of a second: what left in it would leave twice.
    In return a notice's state costs tens of microseconds and not a turn of the disk.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
