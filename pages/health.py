"""Is everything there that the pages need, and is anything late?"""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import Error as AnyDatabaseError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.lanes import LANES
from notifications.rules.alarms import alarms
from notifications.selectors.operation import CLOCK, lanes_now, urgent_patience
from posts.selectors.waiting import deliveries_waiting_since


@dataclass(frozen=True, slots=True)
class LaneHealth:
    """Seconds since the oldest row became due (0: nothing waits), and since the worker showed that it lives."""

    oldest_waiting_seconds: int
    pulse_seconds: int | None


@dataclass(frozen=True, slots=True)
class Health:
    """What answers, and how long things have been waiting.

    Attributes:
        oldest_waiting_seconds: Of posts; 0 when nothing waits, None when the database does not answer.
        late: Lanes in which something waits too long or whose worker is silent; "clock" when that is silent.
    """

    has_database: bool
    has_redis: bool
    oldest_waiting_seconds: int | None
    clock_seconds: int | None = None
    lanes: dict[str, LaneHealth] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)

    @property
    def is_up(self) -> bool:
        return self.has_database and self.has_redis


def check_health(at: datetime) -> Health:
    """Ask the database and Redis without waiting for what is away. The same few queries, whatever waits."""
    has_redis = _redis_answers()
    try:
        posts = deliveries_waiting_since()
        glance = lanes_now(at)
    except AnyDatabaseError:
        return Health(has_database=False, has_redis=has_redis, oldest_waiting_seconds=None)
    found = {alarm.kind.rpartition("_")[0] for alarm in alarms(glance, at=at, urgent_patience=urgent_patience())}
    return Health(
        has_database=True,
        has_redis=has_redis,
        oldest_waiting_seconds=_seconds(min(posts.values(), default=at), at),
        clock_seconds=None if glance.clock_at is None else _seconds(glance.clock_at, at),
        lanes={
            lane: LaneHealth(
                _seconds(state.waiting_since or at, at),
                None if state.pulse_at is None else _seconds(state.pulse_at, at),
            )
            for lane, state in glance.lanes.items()
        },
        late=[name for name in (CLOCK, *LANES) if name in found],
    )


def _seconds(since: datetime, at: datetime) -> int:
    return max(0, round((at - since).total_seconds()))


def _redis_answers() -> bool:
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            return bool(redis.ping())
    except RedisError:
        return False
