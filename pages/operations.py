"""What does whoever runs the site see of how it runs?"""

from dataclasses import dataclass
from datetime import datetime

from core.lanes import ACCOUNT, MAIL, POSTS, UPKEEP, URGENT
from notifications.models import Alert
from notifications.rules.alarms import WayState, alarms, in_words, is_late, is_silent, patience_with
from notifications.selectors.operation import (
    LaneCounts,
    Stuck,
    alerts,
    lane_counts,
    pulses,
    situation,
    stuck_rows,
    urgent_patience,
)
from notifications.services.watch import WATCH
from posts.selectors.waiting import count_waiting_deliveries

LANES_IN_WORDS = {
    URGENT: "Posts that cannot wait, and who is told of them",
    POSTS: "All other posts, into the feeds",
    MAIL: "E-mail, push and digests of all other posts",
    ACCOUNT: "Sign-in codes and other mail about accounts",
    UPKEEP: "What is done now and then",
}
WAYS_IN_WORDS = {"email": "E-mail at once", "push": "Push", "digest": "Digests", "account": "Mail about accounts"}


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One lane. Spans are in words: "3 minutes"; empty where there is none."""

    name: str
    what: str
    counts: LaneCounts
    deliveries: int
    oldest: str
    pulse: str
    is_late: bool
    is_silent: bool


@dataclass(frozen=True, slots=True)
class StuckRow:
    """What of a lane does not go its way."""

    lane: str
    what: str
    stuck: Stuck


@dataclass(frozen=True, slots=True)
class Operations:
    """All of the page. The number of queries is bounded.

    Attributes:
        troubles: What is wrong now and no alert yet, because nobody has looked since.
    """

    lanes: list[LaneRow]
    ways: list[WayState]
    stuck: list[StuckRow]
    open_alerts: list[Alert]
    past_alerts: list[Alert]
    troubles: list[str]
    clock: str
    watch: str


def operations_at(at: datetime) -> Operations:
    """How everything runs, from rows."""
    found, counts, deliveries, beats = situation(at), lane_counts(at), count_waiting_deliveries(), pulses()
    patience = urgent_patience()
    lanes = [
        LaneRow(
            name=lane,
            what=LANES_IN_WORDS[lane],
            counts=counts[lane],
            deliveries=deliveries.get(lane, 0),
            oldest=in_words(at - state.waiting_since) if state.waiting_since else "",
            pulse=in_words(at - state.pulse_at) if state.pulse_at else "",
            is_late=is_late(state, at=at, patience=patience_with(lane, urgent=patience)),
            is_silent=is_silent(state, at=at),
        )
        for lane, state in found.lanes.items()
    ]
    known = alerts()
    open_kinds = {alert.kind for alert in known if alert.closed_at is None}
    return Operations(
        lanes=lanes,
        ways=found.ways,
        stuck=[StuckRow(row.lane, WAYS_IN_WORDS[row.what], row) for row in stuck_rows(at)],
        open_alerts=[alert for alert in known if alert.closed_at is None],
        past_alerts=[alert for alert in known if alert.closed_at is not None],
        troubles=[
            alarm.words for alarm in alarms(found, at=at, urgent_patience=patience) if alarm.kind not in open_kinds
        ],
        clock=in_words(at - found.clock_at) if found.clock_at else "",
        watch=in_words(at - beats[WATCH]) if WATCH in beats else "",
    )
