"""What is the least that could tell ten thousand open feeds of an event? A protocol that writes, and nothing else.

Run as `python -m benchmarks.streams.bare PORT REDIS_URL CHANNEL`: every connection hears the channel.
"""

import asyncio
import sys
from typing import cast

import uvloop
from redis.asyncio import Redis

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: hello\ndata: {}\n\n"


class Feed(asyncio.Protocol):
    """One open feed."""

    everybody: set[asyncio.Transport] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of a class of their own.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(HEAD)
        self.everybody.add(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.everybody.discard(self._transport)


async def serve(port: int, redis_url: str, channel: str) -> None:
    await asyncio.get_running_loop().create_server(Feed, "127.0.0.1", port, backlog=4096)
    async with Redis.from_url(redis_url) as redis, redis.pubsub() as subscription:
        await subscription.subscribe(channel)
        async for message in subscription.listen():
            if message["type"] == "message":
                for transport in Feed.everybody:
                    transport.write(message["data"])


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
