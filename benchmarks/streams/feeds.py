"""What do ten thousand open feeds hear, and when did the last one hear it?

Run as `python -m benchmarks.streams.feeds PORT < COOKIES`: one feed for each line. Prints the seconds until all were
open, then a line for each event: how many feeds heard it, and the moment (`time.monotonic`) at which the last one did.
"""

import asyncio
import sys
import time
from functools import partial
from typing import cast

import uvloop

EVENT = b"event: post\n"
# Opened together and waited for: how a crowd is let in is not what is measured.
AT_A_TIME = 200


class Count:
    """How many feeds heard what is being counted."""

    def __init__(self) -> None:
        self.heard = 0
        self.last_at = 0.0
        self._expected = 0
        self._all = asyncio.Event()

    def one_more(self) -> None:
        self.heard += 1
        self.last_at = time.monotonic()
        if self.heard == self._expected:
            self._all.set()

    async def until(self, expected: int) -> None:
        self._expected = expected
        if self.heard < expected:
            self._all.clear()
            await self._all.wait()


class Feed(asyncio.Protocol):
    """One open feed; it reads no more of an event than that it came."""

    def __init__(self, cookie: str, opened: Count, events: Count) -> None:
        self._cookie, self._opened, self._events = cookie, opened, events
        self._is_open = False
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of a class of their own.
        cast(asyncio.Transport, transport).write(
            f"GET /live/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {self._cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        seen = self._tail + data
        if not self._is_open and b"event: hello\n" in seen:
            self._is_open = True
            self._opened.one_more()
        for _ in range(seen.count(EVENT)):
            self._events.one_more()
        self._tail = seen[-len(EVENT) + 1 :]


async def listen(port: int, cookies: list[str]) -> None:
    loop = asyncio.get_running_loop()
    opened, events = Count(), Count()
    began = time.monotonic()
    for start in range(0, len(cookies), AT_A_TIME):
        some = cookies[start : start + AT_A_TIME]
        await asyncio.gather(
            *(loop.create_connection(partial(Feed, cookie, opened, events), "127.0.0.1", port) for cookie in some)
        )
        await opened.until(start + len(some))
    print(f"{time.monotonic() - began:.3f}", flush=True)
    while True:
        await events.until(len(cookies))
        print(f"{events.heard} {events.last_at:.6f}", flush=True)
        events.heard = 0


if __name__ == "__main__":
    uvloop.run(listen(int(sys.argv[1]), sys.stdin.read().splitlines()))
