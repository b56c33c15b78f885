"""When is something wrong enough to tell whoever runs the site? Never for being busy."""

from datetime import UTC, datetime, timedelta

import pytest

from core.lanes import ACCOUNT, MAIL, POSTS, UPKEEP, URGENT
from notifications.rules import Way
from notifications.rules.alarms import LaneState, Situation, WayState, alarms, in_words

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def kinds(*lanes: LaneState, clock: timedelta = timedelta(0), ways: tuple[WayState, ...] = ()) -> list[str]:
    situation = Situation(clock_at=NOW - clock, lanes={lane.lane: lane for lane in lanes}, ways=list(ways))
    return [alarm.kind for alarm in alarms(situation, at=NOW, urgent_patience=MINUTE)]


def waiting(lane: str, wait: timedelta, *, has_moved: bool = False, pulse: timedelta = timedelta(0)) -> LaneState:
    return LaneState(lane, waiting_since=NOW - wait, has_moved=has_moved, pulse_at=NOW - pulse)


@pytest.mark.parametrize(
    ("lane", "patience"),
    [(URGENT, MINUTE), (ACCOUNT, 2 * MINUTE), (POSTS, 5 * MINUTE), (MAIL, 15 * MINUTE)],
)
def test_what_waits_too_long_while_nothing_moves_is_late(lane: str, patience: timedelta) -> None:
    assert kinds(waiting(lane, patience)) == []
    assert kinds(waiting(lane, patience + timedelta(seconds=1))) == [f"{lane}_late"]


def test_a_lane_that_is_only_busy_is_left_alone() -> None:
    assert kinds(waiting(URGENT, 9 * MINUTE, has_moved=True)) == []
    assert kinds(waiting(MAIL, 100 * MINUTE, has_moved=True)) == []


def test_what_stays_behind_while_others_leave_is_stuck_in_the_end() -> None:
    assert kinds(waiting(URGENT, 11 * MINUTE, has_moved=True)) == ["urgent_late"]


def test_many_that_were_refused_while_nothing_gets_through_are_late_although_they_wait_for_their_next_try() -> None:
    assert kinds(LaneState(URGENT, tried_count=5)) == ["urgent_late"]
    assert kinds(LaneState(URGENT, tried_count=4)) == []
    assert kinds(LaneState(URGENT, tried_count=5, has_moved=True)) == []


def test_a_silent_worker_is_told_only_where_work_waits() -> None:
    quiet = timedelta(seconds=121)
    assert kinds(LaneState(MAIL, pulse_at=NOW - quiet)) == []
    assert kinds(waiting(MAIL, MINUTE, pulse=quiet)) == ["mail_silent"]
    assert kinds(waiting(MAIL, MINUTE, pulse=quiet - 2 * timedelta(seconds=1))) == []


def test_upkeep_has_no_rows_that_wait_and_much_time() -> None:
    assert kinds(LaneState(UPKEEP, pulse_at=NOW - 59 * MINUTE)) == []
    assert kinds(LaneState(UPKEEP, pulse_at=NOW - 61 * MINUTE)) == ["upkeep_silent"]


def test_a_silent_clock_is_one_alarm_and_not_one_for_each_lane_that_it_silences() -> None:
    silent = timedelta(seconds=300)
    assert kinds(waiting(MAIL, MINUTE, pulse=silent), LaneState(UPKEEP), clock=silent) == ["clock_silent"]
    assert kinds(clock=MINUTE) == []


@pytest.mark.parametrize(
    ("failed", "sent", "usual_failed", "usual_sent", "is_failing"),
    [
        (20, 79, 0, 1000, True),
        (19, 1, 0, 1000, False),  # just a few
        (20, 80, 0, 1000, False),  # a fifth is not more than a fifth
        (30, 70, 120, 880, False),  # not much more than usual
        (40, 60, 120, 880, True),
        (25, 0, 0, 0, True),  # nothing is known yet, and nothing gets through
    ],
)
def test_a_way_fails_when_much_more_does_than_usual(
    failed: int, sent: int, usual_failed: int, usual_sent: int, is_failing: bool
) -> None:
    way = WayState(Way.PUSH, sent, failed, usual_sent, usual_failed)
    assert kinds(ways=(way,)) == (["push_failing"] if is_failing else [])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (61, "1 minute"), (7300, "2 hours"), (200_000, "2 days"), (-5, "0 seconds")],
)
def test_spans_are_told_as_people_do(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


def test_no_alarm_is_longer_than_the_column_that_keeps_it() -> None:
    long_ago = timedelta(days=400)
    ways = tuple(WayState(way, 10**7, 10**8) for way in Way)
    lanes = {lane: waiting(lane, long_ago, pulse=long_ago) for lane in (URGENT, POSTS, MAIL, ACCOUNT)}
    situation = Situation(clock_at=NOW, lanes=lanes, ways=list(ways))
    assert all(len(alarm.words) <= 300 for alarm in alarms(situation, at=NOW, urgent_patience=MINUTE))
