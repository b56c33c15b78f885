"""What waits, what left and who is alive: how the installation runs, from rows, at a cost that does not grow."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.db.models import F

from core.lanes import ACCOUNT, LANES, LANES_OF_NOTICES, MAIL, URGENT
from notifications.models import Alert, Pulse
from notifications.rules import RANK_OF_CORRECTIONS, RANK_OF_NEWS, Channel, Way
from notifications.rules.alarms import MANY_TRIED, USUAL_OVER, WINDOW, LaneState, Situation, WayState, patience_with
from notifications.signals import Waiting, waiting_asked

CLOCK = "clock"
SHOWN_ALERTS = 50
# More than that is a backlog whose exact length says nothing more.
COUNTED_UP_TO = 100_000

# Within a lane, as its index has them.
_PLACES_IN_QUEUE: dict[str, Any] = {"channels": list(Channel.values), "ranks": [RANK_OF_CORRECTIONS, RANK_OF_NEWS]}

# One probe of the index for each place in the queue, however many rows wait there.
_WAITING = """
SELECT lane, min(since) FROM (
    SELECT in_lane AS lane, (
        SELECT due_at FROM notifications_notice
        WHERE state = 'waiting' AND lane = in_lane AND channel = by_channel AND rank = of_rank AND due_at <= %(at)s
        ORDER BY due_at LIMIT 1
    ) AS since
    FROM unnest(%(lanes)s::text[]) AS in_lane, unnest(%(channels)s::text[]) AS by_channel,
        unnest(%(ranks)s::smallint[]) AS of_rank
    UNION ALL
    SELECT %(mail)s::text, (
        SELECT due_at FROM notifications_digest WHERE state = 'waiting' AND due_at <= %(at)s ORDER BY due_at LIMIT 1
    )
    UNION ALL
    SELECT %(account)s::text, (
        SELECT due_at FROM notifications_mail WHERE state = 'waiting' AND due_at <= %(at)s ORDER BY due_at LIMIT 1
    )
) AS found WHERE since IS NOT NULL GROUP BY lane
"""

_HAS_MOVED: dict[str, str] = {
    URGENT: "SELECT EXISTS (SELECT 1 FROM notifications_notice WHERE ended_at > %(since)s AND lane = 'urgent')",
    MAIL: """
        SELECT EXISTS (SELECT 1 FROM notifications_notice WHERE ended_at > %(since)s AND lane = 'mail')
            OR EXISTS (SELECT 1 FROM notifications_digest WHERE ended_at > %(since)s)
    """,
    ACCOUNT: "SELECT EXISTS (SELECT 1 FROM notifications_mail WHERE ended_at > %(since)s)",
}

_TRIED: dict[str, str] = {
    URGENT: """
        SELECT count(*) FROM (
            SELECT 1 FROM unnest(%(channels)s::text[]) AS by_channel, unnest(%(ranks)s::smallint[]) AS of_rank,
                LATERAL (
                    SELECT 1 FROM notifications_notice
                    WHERE state = 'waiting' AND lane = 'urgent' AND channel = by_channel AND rank = of_rank
                        AND attempts > 0 AND due_at > %(at)s
                    LIMIT %(limit)s
                ) AS found
            LIMIT %(limit)s
        ) AS tried
    """,
    ACCOUNT: """
        SELECT count(*) FROM (
            SELECT 1 FROM notifications_mail
            WHERE state = 'waiting' AND attempts > 0 AND due_at > %(at)s LIMIT %(limit)s
        ) AS tried
    """,
}

_LEFT = """
SELECT way, count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed') FROM (
    SELECT channel AS way, state FROM notifications_notice WHERE ended_at >= %(since)s AND ended_at < %(until)s
    UNION ALL
    SELECT 'digest', state FROM notifications_digest WHERE ended_at >= %(since)s AND ended_at < %(until)s
    UNION ALL
    SELECT 'account', state FROM notifications_mail WHERE ended_at >= %(since)s AND ended_at < %(until)s
) AS ended GROUP BY way
"""

_USUAL = """
SELECT way, sum(sent_count)::bigint, sum(failed_count)::bigint FROM notifications_tally
WHERE started_at >= %(since)s AND started_at < %(until)s GROUP BY way
"""

_STUCK = """
SELECT lane, what, count(*) FILTER (WHERE lease_until < %(at)s),
    count(*) FILTER (WHERE attempts > 0), max(attempts) FILTER (WHERE attempts > 0)
FROM (
    (SELECT lane, channel AS what, lease_until, attempts FROM notifications_notice
    WHERE state = 'waiting' LIMIT %(limit)s)
    UNION ALL
    (SELECT %(mail)s, 'digest', lease_until, attempts FROM notifications_digest
    WHERE state = 'waiting' LIMIT %(limit)s)
    UNION ALL
    (SELECT %(account)s, 'account', lease_until, attempts FROM notifications_mail
    WHERE state = 'waiting' LIMIT %(limit)s)
) AS waiting GROUP BY lane, what ORDER BY lane, what
"""

_LANES_NOW = """
SELECT lane, count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'sent'),
    count(*) FILTER (WHERE state = 'failed')
FROM (
    (SELECT lane, state FROM notifications_notice WHERE state = 'waiting' LIMIT %(limit)s)
    UNION ALL
    (SELECT %(mail)s, state FROM notifications_digest WHERE state = 'waiting' LIMIT %(limit)s)
    UNION ALL
    (SELECT %(account)s, state FROM notifications_mail WHERE state = 'waiting' LIMIT %(limit)s)
    UNION ALL
    SELECT lane, state FROM notifications_notice WHERE ended_at >= %(since)s
    UNION ALL
    SELECT %(mail)s, state FROM notifications_digest WHERE ended_at >= %(since)s
    UNION ALL
    SELECT %(account)s, state FROM notifications_mail WHERE ended_at >= %(since)s
) AS row GROUP BY lane
"""


@dataclass(frozen=True, slots=True)
class LaneCounts:
    """How much waits in a lane, counted up to `COUNTED_UP_TO` of a table, and what became of the last hour's."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Stuck:
    """What of a lane's waiting rows does not go its way.

    Attributes:
        what: "email", "push", "digest" or "account".
        run_out: Rows whose worker neither finished nor gave them back.
        tried: Rows that were refused before and wait for another try.
    """

    lane: str
    what: str
    run_out: int
    tried: int
    most_attempts: int


def waiting_since(at: datetime) -> dict[str, datetime]:
    """By lane, since when the oldest row that is due has been waiting.

    One query here, and one in each app that is asked.
    """
    found: dict[str, datetime] = {}
    parameters: dict[str, Any] = {
        "at": at,
        "lanes": list(LANES_OF_NOTICES),
        "mail": MAIL,
        "account": ACCOUNT,
        **_PLACES_IN_QUEUE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, parameters)
        waiting = [Waiting(lane, since) for lane, since in cursor.fetchall()]
    for _, answer in waiting_asked.send(sender=None):
        waiting += cast(list[Waiting], answer)
    for each in waiting:
        found[each.lane] = min(each.since, found.get(each.lane, each.since))
    return found


def pulses() -> dict[str, datetime]:
    """When the clock and each lane's worker last showed that they live. One query."""
    return dict(Pulse.objects.values_list("name", "at"))


def lanes_now(at: datetime) -> Situation:
    """How each lane stands, in the order of `core.lanes`, leaving out what left. The number of queries is bounded."""
    since, beats = waiting_since(at), pulses()
    lanes = {}
    for lane in LANES:
        tried = _count_tried(lane, at)
        # Asked only where the answer matters: it can take a look at many rows.
        patience = patience_with(lane, urgent=urgent_patience())
        waits_long = patience is not None and lane in since and at - since[lane] > patience
        has_moved = (waits_long or tried >= MANY_TRIED) and patience is not None and _has_moved(lane, at - patience)
        lanes[lane] = LaneState(lane, since.get(lane), has_moved, tried, beats.get(lane))
    return Situation(clock_at=beats.get(CLOCK), lanes=lanes)


def way_states(at: datetime) -> list[WayState]:
    """What left each way in the last quarter of an hour and in the week before it. Two queries."""
    now = left_between(at - WINDOW, at)
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, {"since": at - USUAL_OVER, "until": at - WINDOW})
        usual = {way: (sent, failed) for way, sent, failed in cursor.fetchall()}
    return [WayState(way, *now.get(way.value, (0, 0)), *usual.get(way.value, (0, 0))) for way in Way]


def left_between(since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """(sent, failed) by way, of what ended from `since` until before `until`. One query over indexes alone."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"since": since, "until": until})
        return {way: (sent, failed) for way, sent, failed in cursor.fetchall()}


def situation(at: datetime) -> Situation:
    """All that the watch looks at."""
    return replace(lanes_now(at), ways=way_states(at))


def urgent_patience() -> timedelta:
    return timedelta(seconds=settings.WATCH_URGENT_SECONDS)


def lane_counts(at: datetime) -> dict[str, LaneCounts]:
    """What waits in each lane and what left it within the last hour. One query."""
    parameters: dict[str, Any] = {
        "since": at - timedelta(hours=1),
        "limit": COUNTED_UP_TO,
        "mail": MAIL,
        "account": ACCOUNT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LANES_NOW, parameters)
        found = {lane: LaneCounts(*counts) for lane, *counts in cursor.fetchall()}
    return {lane: found.get(lane, LaneCounts()) for lane in LANES}


def stuck_rows(at: datetime) -> list[Stuck]:
    """Where something waits that was tried before, or whose worker is gone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STUCK, {"at": at, "limit": COUNTED_UP_TO, "mail": MAIL, "account": ACCOUNT})
        rows = cursor.fetchall()
    return [
        Stuck(lane, what, run_out, tried, most or 0) for lane, what, run_out, tried, most in rows if run_out or tried
    ]


def alerts() -> list[Alert]:
    """Those that are open first, then the newest of the past. One query."""
    return list(Alert.objects.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")[:SHOWN_ALERTS])


def _has_moved(lane: str, since: datetime) -> bool:
    if lane not in _HAS_MOVED:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_HAS_MOVED[lane], {"since": since})
        return bool(cursor.fetchone()[0])


def _count_tried(lane: str, at: datetime) -> int:
    if lane not in _TRIED:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_TRIED[lane], {"at": at, "limit": MANY_TRIED, **_PLACES_IN_QUEUE})
        return int(cursor.fetchone()[0])
