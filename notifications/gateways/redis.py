"""How are live events handed to the outside, that is to Redis and from there to the live process?"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.errors import DomainError
from notifications import channels

# One sorted set, neighborhood id → latest feed number: `ZADD GT` never lowers a number, whoever comes late.
FEED_NUMBERS = "feed-numbers"
# Longer than any ticket lives: afterwards an older ticket is refused for its age.
CLOSED_SECONDS = 15 * 60


# One command for a whole chunk: packing and answering hundreds costs the worker more than the rows they are for.
_PUBLISH_ALL = "for i = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end"


class LiveUnavailable(DomainError):
    """Redis is away, so nothing was handed over, or nobody can tell whether it was."""

    def __init__(self) -> None:
        super().__init__("Live updates are not available right now.")


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One piece of news for everybody who hears a channel.

    Args:
        channel: A name made by `notifications.channels`.
        id: For a neighborhood's police channel the feed number; None where the news has no order.
        kind: What the page listens for: `post`, `reply`, `desk`.
        data: What the page needs, as JSON can hold it.
    """

    channel: str
    id: int | None
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def frame(self) -> bytes:
        """The event as it stands in the stream: made once here, and passed on untouched to every client."""
        data = json.dumps({"channel": self.channel, "id": self.id, **self.data}, ensure_ascii=False)
        number = "" if self.id is None else f"id: {self.id}\n"
        return f"{number}event: {self.kind}\ndata: {data}\n\n".encode()


class LiveGateway(Protocol):
    """Where live events go."""

    def publish(self, events: Sequence[LiveEvent]) -> None:
        """Hand over a chunk of events, in order.

        Raises:
            LiveUnavailable: Some or all may not have arrived; handing all of them over again is always right.
        """

    def close_streams(self, person_id: int) -> None:
        """End the person's open streams and make their tickets worthless; the page asks for a new ticket by itself.

        Raises:
            LiveUnavailable: The streams end by themselves with their tickets, within ten minutes.
        """


class RedisLiveGateway:
    """Redis's PUBLISH, one round trip for a whole chunk over one kept connection per process."""

    def __init__(self) -> None:
        self._redis: Redis | None = None
        self._url = ""

    def publish(self, events: Sequence[LiveEvent]) -> None:
        if not events:
            return
        feed_numbers: dict[str, int] = {}
        addressed: list[str | bytes] = []
        for event in events:
            addressed += (channels.in_redis(event.channel), event.frame())
            neighborhood_id = channels.neighborhood_of(event.channel)
            if neighborhood_id is not None and event.id is not None:
                key = str(neighborhood_id)
                feed_numbers[key] = max(event.id, feed_numbers.get(key, 0))
        try:
            with self._client().pipeline(transaction=False) as pipeline:
                # Before the events: whoever connects in between reads the new number or hears the event.
                if feed_numbers:
                    pipeline.zadd(channels.in_redis(FEED_NUMBERS), feed_numbers, gt=True)
                pipeline.eval(_PUBLISH_ALL, 0, *addressed)
                pipeline.execute()
        except RedisError as error:
            raise LiveUnavailable from error

    def close_streams(self, person_id: int) -> None:
        channel = channels.closing(person_id)
        try:
            with self._client().pipeline(transaction=False) as pipeline:
                pipeline.set(channels.in_redis(channel), f"{time.time():.3f}", ex=CLOSED_SECONDS)
                pipeline.publish(channels.in_redis(channel), b"")
                pipeline.execute()
        except RedisError as error:
            raise LiveUnavailable from error

    def _client(self) -> Redis:
        if self._redis is None or self._url != settings.REDIS_URL:
            self._url = settings.REDIS_URL
            self._redis = Redis.from_url(
                self._url,
                socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
                socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
                # Once more and at once: a kept connection may have died with the Redis before this one.
                retry=Retry(NoBackoff(), 1),
            )
        return self._redis


@dataclass
class RecordingLiveGateway:
    """Keeps what it was given, and is away when told so."""

    events: list[LiveEvent] = field(default_factory=list)
    closed_person_ids: list[int] = field(default_factory=list)
    is_away: bool = False

    def publish(self, events: Sequence[LiveEvent]) -> None:
        if self.is_away:
            raise LiveUnavailable
        self.events.extend(events)

    def close_streams(self, person_id: int) -> None:
        if self.is_away:
            raise LiveUnavailable
        self.closed_person_ids.append(person_id)
