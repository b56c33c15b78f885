"""Who hears what? One Redis subscription per process, passed on to the clients that hear a channel."""

import asyncio
import logging
import random
import re
import time
from collections import deque
from collections.abc import Iterable

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from notifications import channels
from notifications.gateways import FEED_NUMBERS
from notifications.tickets import Ticket

log = logging.getLogger(__name__)

# What one client may have waiting. A page that is further behind does better to reconnect and fetch what is newer.
WAITING_FRAMES = 64
PING_SECONDS = 15
# A client that takes nothing for so long is gone or too slow; it reconnects and catches up.
SLOWEST_WRITE_SECONDS = 20
# One look at everybody in turn costs less than a clock for each.
LOOK_SECONDS = 1
PING = b": ping\n\n"
GAP = b"event: gap\ndata: {}\n\n"
# The last words of a stream whose ticket is worth nothing any more: the page needs a new one before it comes back.
RENEW = b"event: renew\ndata: {}\n\n"
CONNECTIONS = 8
LONGEST_BACK_OFF_SECONDS = 2.0


class Client:
    """One open stream: what it hears, and the frames that wait to be written."""

    __slots__ = ("_frames", "_next", "busy_since", "is_closed", "last_words", "said_at", "ticket", "writer")

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.is_closed = False
        self.last_words = b""
        self.writer: asyncio.Task[None] | None = None
        self.said_at = self.busy_since = time.monotonic()
        self._frames: deque[bytes] = deque()
        self._next: asyncio.Future[None] | None = None

    def put(self, frame: bytes) -> None:
        """Let a frame wait its turn; a client that has fallen too far behind is closed instead."""
        if len(self._frames) >= WAITING_FRAMES:
            self.close()
        elif not self.is_closed:
            self._frames.append(frame)
            self._wake()

    def close(self, last_words: bytes = b"") -> None:
        """End the stream after what is being written; whatever waits is dropped."""
        if not self.is_closed:
            self.is_closed = True
            self.last_words = last_words
            self._frames.clear()
            self._wake()

    async def next_frame(self) -> bytes | None:
        """The next frame, or None at the end of the stream."""
        while not self._frames:
            if self.is_closed:
                return None
            self._next = asyncio.get_running_loop().create_future()
            await self._next
        self.busy_since = time.monotonic()
        return self._frames.popleft()

    def look_after(self, *, now: float, wall_clock: float) -> None:
        """End a stream whose ticket has ended or that takes nothing, and say something where all was quiet.

        Args:
            now: As `time.monotonic` has it.
            wall_clock: As `time.time` has it; tickets end by it.
        """
        if wall_clock >= self.ticket.ends_at:
            self.close(RENEW)
        is_waiting = self._next is not None and not self._next.done()
        if is_waiting:
            if now - self.said_at >= PING_SECONDS:
                self.put(PING)
        elif now - self.busy_since >= SLOWEST_WRITE_SECONDS and self.writer is not None:
            self.is_closed = True
            self.writer.cancel()

    def _wake(self) -> None:
        if self._next is not None and not self._next.done():
            self._next.set_result(None)


class Hub:
    """The clients of this process, by channel."""

    def __init__(self, redis_url: str) -> None:
        self._clients: dict[str, set[Client]] = {}
        self._was_heard = False
        self._redis = Redis(
            connection_pool=BlockingConnectionPool.from_url(
                redis_url,
                max_connections=CONNECTIONS,
                timeout=5,
                socket_connect_timeout=2,
                socket_timeout=5,
                socket_keepalive=True,
                retry=Retry(NoBackoff(), 1),
            )
        )
        # No time limit on reading, and no silent reconnection: clients have to hear of every gap.
        self._listening_redis = Redis.from_url(
            redis_url,
            socket_connect_timeout=2,
            socket_keepalive=True,
            health_check_interval=PING_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def join(self, ticket: Ticket) -> Client:
        """Let a client hear the ticket's channels from now on."""
        client = Client(ticket)
        for channel in ticket.channels:
            self._clients.setdefault(channel, set()).add(client)
        return client

    def leave(self, client: Client) -> None:
        for channel in client.ticket.channels:
            listeners = self._clients[channel]
            listeners.discard(client)
            if not listeners:
                del self._clients[channel]

    def tell(self, channel: str, frame: bytes) -> None:
        """Pass one event on; on a closing channel the event is the end."""
        for client in self._clients.get(channel, ()):
            if channel.startswith(channels.CLOSING_PREFIX):
                client.close(RENEW)
            else:
                client.put(frame)

    def close_all(self) -> None:
        for client in self._everybody():
            client.close()

    async def worthless(self, tickets: Iterable[Ticket]) -> set[Ticket]:
        """Those tickets whose person's streams were closed since they were asked for. One round trip.

        Raises:
            RedisError: Nobody knows.
        """
        closings = [
            (ticket, channel)
            for ticket in tickets
            for channel in ticket.channels
            if channel.startswith(channels.CLOSING_PREFIX)
        ]
        if not closings:
            return set()
        closed_at = await self._redis.mget([channels.in_redis(channel) for _, channel in closings])
        return {
            ticket
            for (ticket, _), at in zip(closings, closed_at, strict=True)
            if at is not None and ticket.asked_at <= float(at)
        }

    async def feed_numbers(self, ticket: Ticket) -> dict[str, int | None]:
        """The latest feed number of each police channel; None where Redis has forgotten it.

        Raises:
            RedisError: Nobody knows.
        """
        neighborhoods = {name: channels.neighborhood_of(name) for name in ticket.channels}
        heard = {name: str(number) for name, number in neighborhoods.items() if number is not None}
        if not heard:
            return {}
        scores = await self._redis.zmscore(channels.in_redis(FEED_NUMBERS), list(heard.values()))
        return {name: None if score is None else int(score) for name, score in zip(heard, scores, strict=True)}

    async def listen(self) -> None:
        """Subscribe and pass on, for as long as the process runs; after every interruption clients hear of a gap."""
        back_off_seconds = 0.1
        while True:
            try:
                async with self._listening_redis.pubsub() as subscription:
                    await subscription.psubscribe(*_patterns())
                    async for message in subscription.listen():
                        if message["type"] == "pmessage":
                            self._pass_on(message["channel"].decode(), message["data"])
                            # Whoever was told writes before the next event is taken, so that a burst fills no queue.
                            await asyncio.sleep(0)
                        elif message["type"] == "psubscribe" and message["data"] == len(_patterns()):
                            back_off_seconds = 0.1
                            await self._heard_again()
            except (RedisError, OSError) as error:
                log.warning("Redis does not answer (%s); trying again.", type(error).__name__)
            await asyncio.sleep(back_off_seconds * random.uniform(0.5, 1))
            back_off_seconds = min(2 * back_off_seconds, LONGEST_BACK_OFF_SECONDS)

    async def look_after_everybody(self) -> None:
        """Keep quiet streams alive and end those that are over, for as long as the process runs."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now, wall_clock = time.monotonic(), time.time()
            for client in list(self._everybody()):
                client.look_after(now=now, wall_clock=wall_clock)

    async def shut(self) -> None:
        await self._redis.aclose()
        await self._listening_redis.aclose()

    def _pass_on(self, name: str, frame: bytes) -> None:
        self.tell(name.removeprefix(channels.in_redis("")), frame)

    async def _heard_again(self) -> None:
        if self._was_heard:
            clients = list(self._everybody())
            worthless = await self.worthless(client.ticket for client in clients)
            for client in clients:
                if client.ticket in worthless:
                    client.close(RENEW)
                else:
                    client.put(GAP)
        self._was_heard = True

    def _everybody(self) -> Iterable[Client]:
        return {client for listeners in self._clients.values() for client in listeners}


def _patterns() -> list[str]:
    name = re.sub(r"([*?\[\]\\^])", r"\\\1", channels.in_redis(""))
    return [f"{name}neighborhood:*", f"{name}command:*", f"{name}{channels.CLOSING_PREFIX}*"]
