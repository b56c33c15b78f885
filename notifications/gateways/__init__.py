"""How does what we tell leave the house? One module for each transport; what is in use right now stands here.

Callers write `gateways.live`, so that a test or the demo can put a recorder in its place.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from notifications.gateways.redis import (
    CLOSED_SECONDS,
    FEED_NUMBERS,
    LiveEvent,
    LiveGateway,
    LiveUnavailable,
    RecordingLiveGateway,
    RedisLiveGateway,
)

__all__ = [
    "CLOSED_SECONDS",
    "FEED_NUMBERS",
    "LiveEvent",
    "LiveGateway",
    "LiveUnavailable",
    "RecordingLiveGateway",
    "RedisLiveGateway",
    "live",
    "recording",
]

live: LiveGateway = RedisLiveGateway()


@contextmanager
def recording() -> Iterator[RecordingLiveGateway]:
    """Record in place of publishing, as tests and the demo's back-dated posts need it. Callers use `gateways.live`."""
    global live
    earlier, recorder = live, RecordingLiveGateway()
    live = recorder
    try:
        yield recorder
    finally:
        live = earlier
