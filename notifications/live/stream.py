"""What does one client get, from hello to the end?"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from redis.exceptions import RedisError

from notifications.live.hub import SLOWEST_WRITE_SECONDS, Client, Hub
from notifications.tickets import InvalidTicket, Ticket, read

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Everybody reconnects after a restart; each at a moment of its own.
RETRY_MILLISECONDS = (1_000, 5_000)

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def answer(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    """A whole answer that is only its status."""
    plain = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": f"{status}\n".encode()})


async def stream(hub: Hub, cookie: str, receive: Receive, send: Send) -> None:
    """Serve one client until its ticket ends, it leaves, it falls behind or its rights change."""
    try:
        ticket = read(cookie, now=time.time())
    except InvalidTicket:
        return await answer(send, 401)
    # Joined before anything is read: what happens meanwhile waits in the client's queue.
    client = hub.join(ticket)
    watching = asyncio.ensure_future(_close_when_gone(client, receive))
    try:
        try:
            is_worthless, hello = ticket in await hub.worthless([ticket]), await _hello(hub, ticket)
        except RedisError:
            return await answer(send, 503, (b"retry-after", b"2"))
        if is_worthless:
            return await answer(send, 401)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        client.writer = asyncio.current_task()
        frame: bytes | None = hello
        while frame is not None:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
            client.said_at = time.monotonic()
            frame = await client.next_frame()
        await send({"type": "http.response.body", "body": client.last_words})
    except asyncio.CancelledError:
        # Only the hub cancels, and only who takes nothing; anybody else's end is not ours to hide.
        if not client.is_closed:
            raise
        log.info("A client took nothing for %s seconds and was let go.", SLOWEST_WRITE_SECONDS)
    finally:
        watching.cancel()
        hub.leave(client)


async def _hello(hub: Hub, ticket: Ticket) -> bytes:
    data = {
        "numbers": await hub.feed_numbers(ticket),
        "seconds": max(0, int(ticket.ends_at - time.time())),
    }
    return f"retry: {random.randint(*RETRY_MILLISECONDS)}\nevent: hello\ndata: {json.dumps(data)}\n\n".encode()


async def _close_when_gone(client: Client, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.close()
