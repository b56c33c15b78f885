"""What happens to the cache when Redis is away? It counts as a miss, quickly, and nobody sees an error."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# A Redis that hangs costs a time limit at every key, and one page asks for many.
LEFT_ALONE_SECONDS = 2


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, where a server that is down is an empty cache.

    Sessions and every decision live in the database, so losing the cache loses only speed. Rate limits count here
    too and pause while Redis is away: signing in has to work then (design, section 6), and the password hash and the
    second factor still stand. After a failure the server is left alone for a moment.
    """

    _away_until: ClassVar[float] = 0

    def _forgiving(self, call: Callable[..., Any], fallback: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache._away_until:
            return fallback
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            ForgivingRedisCache._away_until = time.monotonic() + LEFT_ALONE_SECONDS
            log.warning("The cache does not answer (%s); going on without it.", type(error).__name__)
            return fallback

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgiving(super().get, default, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._forgiving(super().get_many, {}, keys, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._forgiving(super().set, None, key, value, timeout, version)

    def set_many(self, data: Any, timeout: Any = 300, version: int | None = None) -> Any:
        return self._forgiving(super().set_many, list(data), data, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        # True: "it was not there", so that a caller who wants to be first goes ahead.
        return bool(self._forgiving(super().add, True, key, value, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._forgiving(super().delete, False, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._forgiving(super().incr, delta, key, delta, version))
