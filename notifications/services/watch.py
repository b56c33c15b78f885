"""Does everything run that people rely on, and who is told when it does not?"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, transaction
from django.db.models import F, Q

from core.lanes import LANES
from core.locks import watching_alone
from notifications.models import Alert, Pulse, Tally
from notifications.rules.alarms import USUAL_OVER, WINDOW, Alarm, alarms, in_words
from notifications.selectors.operation import CLOCK, situation, urgent_patience

log = logging.getLogger(__name__)

WATCH = "watch"
LOOK_EVERY = timedelta(seconds=30)
# Trouble that comes and goes is one trouble: it is over when nobody has seen it for so long.
CALM_AFTER = timedelta(minutes=2)
REMIND_AFTER = timedelta(hours=4)
# A sender may write down a little later that something left.
TALLIED_AFTER = timedelta(minutes=2)
TALLIES_KEPT = 2 * USUAL_OVER


class Operators(Protocol):
    """Those who run the site, and the ways to them that pass by every lane."""

    def mail(self, subject: str, text: str) -> bool:
        """Whether at least one of them was sent it."""

    def text(self, words: str) -> bool:
        """Whether at least one of them was sent it."""


@transaction.atomic
def record_pulse(*, lane: str, at: datetime) -> None:
    """Write down that the lane's worker is alive, and with it the clock that sent it the task."""
    _beat([lane, CLOCK], at)


def watch(*, at: datetime, operators: Operators) -> list[str]:
    """Look once at how everything runs, and tell the operators what is new.

    Any number of processes may call it as often as they like: one looks at a time, and no more often than needed.
    Alerts are written before anybody is told and marked after, so a crash in between tells twice rather than never.

    Returns:
        The kinds of what is wrong now; empty too where somebody else has the watch.
    """
    with watching_alone() as is_alone:
        # A time to come is no look: the clock was set back.
        if not is_alone or Pulse.objects.filter(name=WATCH, at__gt=at - LOOK_EVERY * 2 / 3, at__lte=at).exists():
            return []
        _be_present(at)
        _tally(at)
        found = list(alarms(situation(at), at=at, urgent_patience=urgent_patience()))
        _keep_alerts(found, at)
        _tell_what_is_wrong(operators, at)
        _tell_what_is_over(operators, at)
        return [alarm.kind for alarm in found]


@transaction.atomic
def _keep_alerts(found: Sequence[Alarm], at: datetime) -> None:
    is_open = {alert.kind: alert for alert in Alert.objects.select_for_update().filter(closed_at=None)}
    for alarm in found:
        alert = is_open.get(alarm.kind) or Alert(kind=alarm.kind, opened_at=at)
        alert.words, alert.seen_at = alarm.words, at
        alert.save()


def _tell_what_is_wrong(operators: Operators, at: datetime) -> None:
    is_due = Q(told_at=None) | Q(told_at__lte=at - REMIND_AFTER)
    for alert in Alert.objects.filter(is_due, closed_at=None, seen_at=at).order_by("opened_at", "pk"):
        if alert.told_at is None:
            # Both, whether or not the first got through.
            was_told = [operators.text(alert.words), operators.mail(f"Needs you: {_title(alert)}", alert.words)]
        else:
            lasts = in_words(at - alert.opened_at)
            words = f"This began {lasts} ago and goes on.\n\n{alert.words}"
            was_told = [operators.mail(f"Still so after {lasts}: {_title(alert)}", words)]
        if any(was_told):
            Alert.objects.filter(pk=alert.pk).update(told_at=at)
        else:
            log.error("Nobody could be told of the alert %s; /operations/ shows it.", alert.kind)


def _tell_what_is_over(operators: Operators, at: datetime) -> None:
    """An all-clear that does not get through is not repeated: it errs on the safe side."""
    for alert in Alert.objects.filter(closed_at=None, seen_at__lte=at - CALM_AFTER).order_by("opened_at", "pk"):
        Alert.objects.filter(pk=alert.pk).update(closed_at=F("seen_at"))
        lasted = in_words(alert.seen_at - alert.opened_at)
        operators.mail(f"Over: {_title(alert)}", f"This is over. It lasted {lasted}.\n\nIt was: {alert.words}")


def _title(alert: Alert) -> str:
    return alert.words.partition(". ")[0].rstrip(".")


def _be_present(at: datetime) -> None:
    """Everything is taken to be alive when it is first looked for: silence counts from then on."""
    Pulse.objects.bulk_create([Pulse(name=name, at=at) for name in (CLOCK, *LANES)], ignore_conflicts=True)
    _beat([WATCH], at)


def _beat(names: list[str], at: datetime) -> None:
    # Sorted, so that two of them never wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_pulse (name, at) SELECT name, %(at)s FROM unnest(%(names)s::text[]) AS name
            ORDER BY name
            ON CONFLICT (name) DO UPDATE SET at = excluded.at
            """,
            {"names": sorted(names), "at": at},
        )


def _tally(at: datetime) -> None:
    """Count each quarter of an hour once it is over; what was missed while nobody looked is made up for."""
    until = _quarter_of(at - TALLIED_AFTER)
    newest = Tally.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    since = max(newest + WINDOW, until - USUAL_OVER) if newest else until - USUAL_OVER
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_tally (way, started_at, sent_count, failed_count)
            SELECT way, date_bin('15 minutes', ended_at, '2026-01-01 00:00+00') AS started_at,
                count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed')
            FROM (
                SELECT channel AS way, state, ended_at FROM notifications_notice
                WHERE ended_at >= %(since)s AND ended_at < %(until)s
                UNION ALL
                SELECT 'digest', state, ended_at FROM notifications_digest
                WHERE ended_at >= %(since)s AND ended_at < %(until)s
                UNION ALL
                SELECT 'account', state, ended_at FROM notifications_mail
                WHERE ended_at >= %(since)s AND ended_at < %(until)s
            ) AS ended
            GROUP BY way, started_at
            ON CONFLICT (way, started_at) DO NOTHING
            """,
            {"since": since, "until": until},
        )
    Tally.objects.filter(started_at__lt=at - TALLIES_KEPT).delete()


def _quarter_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
