"""What goes through Redis, and what stays in it: messages of workers, live events, cached pages?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis

LAST = "everything was heard"


class Overheard:
    """Every command the server was given, with all its arguments, as one long text."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    @property
    def everything(self) -> bytes:
        return b"\n".join(self.lines)


@contextmanager
def overhearing(redis_url: str) -> Iterator[Overheard]:
    """Hear what is published, queued, cached and counted while the block runs."""
    overheard = Overheard()
    client = Redis.from_url(redis_url)
    ear: Any = client.connection_pool.get_connection()
    ear.send_command("MONITOR")
    assert ear.read_response() == b"OK"

    def listen() -> None:
        while LAST.encode() not in (line := ear.read_response(disable_decoding=True)):
            overheard.lines.append(line)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield overheard
    finally:
        client.echo(LAST)
        thread.join()
        ear.disconnect()
        client.close()


def everything_in(redis_url: str) -> dict[str, bytes]:
    """Each key with all it holds."""
    with Redis.from_url(redis_url) as client:
        return {key.decode(): b"\n".join(_held(client, key)) for key in client.scan_iter(count=1000)}


def _held(client: Any, key: bytes) -> list[bytes]:
    match client.type(key):
        case b"string":
            return [client.get(key) or b""]
        case b"list":
            return list(client.lrange(key, 0, -1))
        case b"set":
            return list(client.smembers(key))
        case b"hash":
            return [part for pair in client.hgetall(key).items() for part in pair]
        case b"zset":
            return list(client.zrange(key, 0, -1))
        case b"none":  # it ended between two looks
            return []
        case kind:
            raise AssertionError(f"nobody knows how to read a {kind!r}")
