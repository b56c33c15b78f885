"""Is everything there that the pages need?"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error as AnyDatabaseError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pages import selectors


@dataclass(frozen=True, slots=True)
class Health:
    """What answers, and how long the delivery waiting longest has been waiting.

    Attributes:
        oldest_waiting_seconds: 0 when nothing waits, None when the database does not answer.
    """

    has_database: bool
    has_redis: bool
    oldest_waiting_seconds: int | None

    @property
    def is_up(self) -> bool:
        return self.has_database and self.has_redis


def check_health(at: datetime) -> Health:
    """Ask the database and Redis once each, without waiting for what is away."""
    has_redis = _redis_answers()
    try:
        since = selectors.oldest_waiting_since()
    except AnyDatabaseError:
        return Health(has_database=False, has_redis=has_redis, oldest_waiting_seconds=None)
    waiting = 0 if since is None else max(0, round((at - since).total_seconds()))
    return Health(has_database=True, has_redis=has_redis, oldest_waiting_seconds=waiting)


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
