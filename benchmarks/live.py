"""How soon has the last of ten thousand open feeds heard of a police post, and what does an open feed cost?"""

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import IO
from urllib.request import urlopen

from django.conf import settings
from redis import Redis

from benchmarks.report import Measure
from notifications import channels, tickets
from notifications.gateways import LiveEvent, RedisLiveGateway

FEEDS, QUICK_FEEDS = 10_000, 200
ROUNDS, QUICK_ROUNDS = 15, 3
NEIGHBORHOOD = 1
BARE_CHANNEL = "bare"
# A card as it stands in a feed.
CARD = "<article>" + "A car window was broken on T Street between 1 and 5 a.m. " * 30 + "</article>"
PATIENCE_SECONDS = 60


def run(*, quick: bool) -> Iterator[Measure]:
    """Publish to both servers in turn; every feed of both is open all the while."""
    feeds, rounds = (QUICK_FEEDS, QUICK_ROUNDS) if quick else (FEEDS, ROUNDS)
    gateway = RedisLiveGateway()
    with ExitStack() as stack, Redis.from_url(settings.REDIS_URL) as redis:
        bare_port, live_port = _free_port(), _free_port()
        bare_channel = channels.in_redis(BARE_CHANNEL)
        stack.enter_context(_program("-m", "benchmarks.streams.bare", str(bare_port), settings.REDIS_URL, bare_channel))
        live = stack.enter_context(
            _program(
                *("-m", "uvicorn", "notifications.live.app:application", "--host", "127.0.0.1"),
                *(
                    "--port",
                    str(live_port),
                    "--workers",
                    "1",
                    "--lifespan",
                    "on",
                    "--no-access-log",
                    "--log-level",
                    "error",
                ),
            )
        )
        _wait_for(bare_port)
        _wait_for(live_port)
        with urlopen(f"http://127.0.0.1:{live_port}/live/health", timeout=PATIENCE_SECONDS) as answer:
            answer.read()
        idle_bytes = _resident_bytes(live.pid)
        bare_feeds = stack.enter_context(_open_feeds(bare_port, ["none"] * feeds))
        live_feeds = stack.enter_context(_open_feeds(live_port, _cookies(feeds)))
        bare_opened, live_opened = float(_line(bare_feeds)), float(_line(live_feeds))
        held_bytes = _resident_bytes(live.pid)

        seconds: dict[str, list[float]] = {"bare": [], "live": []}
        arrived = 0
        # The first round is for whatever is made once.
        for number in range(rounds + 1):
            event = LiveEvent(
                channels.neighborhood_police(NEIGHBORHOOD), number + 1, "post", {"post": number, "html": CARD}
            )
            began = time.monotonic()
            redis.publish(bare_channel, event.frame())
            heard, at = _heard(bare_feeds)
            if number:
                seconds["bare"].append(at - began)
            began = time.monotonic()
            gateway.publish([event])
            heard, at = _heard(live_feeds)
            arrived += heard
            if number:
                seconds["live"].append(at - began)

    yield Measure(
        "live",
        f"last of {feeds:,} open feeds hears a post",
        1000 * median(seconds["live"]),
        "ms",
        1000 * median(seconds["bare"]),
        goal=3,
    )
    yield Measure(
        "live", f"memory of an open feed, {feeds:,} feeds", (held_bytes - idle_bytes) / feeds / 1024, "KiB", 30, goal=1
    )
    yield Measure("live", f"{feeds:,} feeds open", live_opened, "s", bare_opened)
    yield Measure("live", "events heard", arrived, "events", feeds * (rounds + 1), goal=1, better="higher")


@contextmanager
def _program(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _open_feeds(port: int, cookies: Sequence[str]) -> Iterator[IO[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.streams.feeds", str(port)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("\n".join(cookies))
        process.stdin.close()
        yield process.stdout
    finally:
        process.kill()
        process.wait()


def _cookies(count: int) -> list[str]:
    """A ticket for each person, as pages get them: the neighborhood's channels and the one that ends this person's."""
    at = datetime.now(UTC)
    heard = [channels.neighborhood_police(NEIGHBORHOOD), channels.neighborhood_verified(NEIGHBORHOOD)]
    return [
        f"{tickets.COOKIE_NAME}={tickets.sign(channels=[channels.closing(person), *heard], at=at)}"
        for person in range(count)
    ]


def _line(feeds: IO[str]) -> str:
    """The next line, if it comes at all.

    Raises:
        RuntimeError: Some feeds heard nothing: an event was lost, or the server fell over.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(feeds, selectors.EVENT_READ)
        if not selector.select(PATIENCE_SECONDS):
            raise RuntimeError(f"Not every feed heard it within {PATIENCE_SECONDS} s.")
    return feeds.readline()


def _heard(feeds: IO[str]) -> tuple[int, float]:
    count, at = _line(feeds).split()
    return int(count), float(at)


def _resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
