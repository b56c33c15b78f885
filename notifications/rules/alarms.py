"""When is something wrong enough to tell whoever runs the site, and in which words?

Being busy is no reason: whatever moves is left alone. Each kind of alarm has its paragraph in docs/operations.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core import lanes
from notifications.rules import Way

CLOCK_SILENCE = timedelta(seconds=60)
# A lane's slots can all be taken for as long as a run lasts, a bit less than a minute.
LANE_SILENCE = timedelta(seconds=120)
# What nobody waits for has no rows that say whether there is work, and its tasks are long.
UPKEEP_SILENCE = timedelta(hours=1)
# Nothing may wait so long without anything of its lane moving; for `urgent` the settings say it.
PATIENCE: dict[str, timedelta] = {
    lanes.POSTS: timedelta(minutes=5),
    lanes.MAIL: timedelta(minutes=15),
    lanes.ACCOUNT: timedelta(minutes=2),
}
# Even where others move on, something that stays behind so many times as long is stuck.
LEFT_BEHIND = 10
# So many that were tried and wait for another try, while nothing gets through: it is not one address that is wrong.
MANY_TRIED = 5

WINDOW = timedelta(minutes=15)
USUAL_OVER = timedelta(days=7)
FAILED_SHARE = 0.2
FAILED_COUNT = 20
TIMES_THE_USUAL = 3


@dataclass(frozen=True, slots=True)
class LaneState:
    """How one lane stands.

    Attributes:
        waiting_since: When the oldest row that is due became due; None where nothing waits.
        has_moved: Something of the lane ended within the lane's patience.
        tried_count: Rows that were tried and wait for their next try, counted up to `MANY_TRIED`.
        pulse_at: When its worker last showed that it lives.
    """

    lane: str
    waiting_since: datetime | None = None
    has_moved: bool = False
    tried_count: int = 0
    pulse_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WayState:
    """What left one way within `WINDOW`, and before that within `USUAL_OVER`."""

    way: Way
    sent_count: int = 0
    failed_count: int = 0
    usual_sent_count: int = 0
    usual_failed_count: int = 0

    @property
    def failed_share(self) -> float:
        return _share(self.failed_count, self.sent_count)

    @property
    def usual_failed_share(self) -> float:
        return _share(self.usual_failed_count, self.usual_sent_count)

    @property
    def is_failing(self) -> bool:
        """Whether more fails than usual, and not just a few."""
        return (
            self.failed_count >= FAILED_COUNT
            and self.failed_share > FAILED_SHARE
            and self.failed_share > TIMES_THE_USUAL * self.usual_failed_share
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is looked at, from one moment."""

    clock_at: datetime | None
    lanes: Mapping[str, LaneState]
    ways: list[WayState] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong now: its kind stays the same for as long as it is the same trouble."""

    kind: str
    words: str


def patience_with(lane: str, *, urgent: timedelta) -> timedelta | None:
    """How long rows of a lane may wait while nothing of it moves; None where there are no rows."""
    return urgent if lane == lanes.URGENT else PATIENCE.get(lane)


def is_late(state: LaneState, *, at: datetime, patience: timedelta | None) -> bool:
    """Whether what waits in a lane waits too long."""
    if patience is None:
        return False
    if not state.has_moved and state.tried_count >= MANY_TRIED:
        return True
    if state.waiting_since is None:
        return False
    waits = at - state.waiting_since
    return waits > patience and (not state.has_moved or waits > LEFT_BEHIND * patience)


def is_silent(state: LaneState, *, at: datetime) -> bool:
    """Whether a lane's worker has shown no life although it has something to do."""
    if state.pulse_at is None:
        return False
    if state.lane == lanes.UPKEEP:
        return at - state.pulse_at > UPKEEP_SILENCE
    return state.waiting_since is not None and at - state.pulse_at > LANE_SILENCE


def alarms(situation: Situation, *, at: datetime, urgent_patience: timedelta) -> Iterator[Alarm]:
    """Everything that is wrong in a situation.

    A silent clock is the one alarm about silence: without it no worker hears that it should show its life.
    """
    clock_is_silent = situation.clock_at is not None and at - situation.clock_at > CLOCK_SILENCE
    if clock_is_silent and situation.clock_at is not None:
        yield Alarm(
            "clock_silent",
            f"The clock (beat) has sent nothing for {in_words(at - situation.clock_at)}. Lost nudges are not made up "
            "for, digests do not begin. See whether beat runs and whether Redis answers.",
        )
    for lane, state in situation.lanes.items():
        if is_silent(state, at=at) and not clock_is_silent and state.pulse_at is not None:
            yield Alarm(
                f"{lane}_silent",
                f"The worker of the lane “{lane}” has shown no life for {in_words(at - state.pulse_at)}. "
                "See whether it runs, and restart it.",
            )
        if is_late(state, at=at, patience=patience_with(lane, urgent=urgent_patience)):
            yield Alarm(f"{lane}_late", _late_words(state, at))
    for way in situation.ways:
        if way.is_failing:
            yield Alarm(
                f"{way.way.value}_failing",
                f"{way.way.label}: {way.failed_count:,} of {way.failed_count + way.sent_count:,} failed in the last "
                f"15 minutes ({way.failed_share:.0%}; usual is {way.usual_failed_share:.1%}). "
                "The reasons stand with each post, and on the page about operations.",
            )


def in_words(span: timedelta) -> str:
    """ "50 seconds", "3 minutes", "5 hours", "2 days": rounded down."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


_WAITING: dict[str, str] = {
    lanes.URGENT: "Urgent messages",
    lanes.POSTS: "Posts",
    lanes.MAIL: "Messages and digests",
    lanes.ACCOUNT: "Sign-in codes and other mail about accounts",
}


def _late_words(state: LaneState, at: datetime) -> str:
    what = _WAITING[state.lane]
    if state.waiting_since is None:
        return (
            f"{what} were tried and did not get through; they wait for another try. See what the mail server or the "
            "push service says."
        )
    return (
        f"{what} have been waiting for {in_words(at - state.waiting_since)}. See which worker or server stands still."
    )


def _share(failed: int, sent: int) -> float:
    return failed / (failed + sent) if failed + sent else 0.0
