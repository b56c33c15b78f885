"""Who takes part in the tests of live updates? A real live process and its Redis."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications import tickets
from notifications.gateways import RedisLiveGateway
from tests.notifications.live.listening import Live
from tests.servers import (
    PATIENCE_SECONDS,
    Process,
    RedisServer,
    free_port,
    live_process,
)


@pytest.fixture(scope="module")
def live_process_of_module(
    session_redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[tuple[int, Process]]:
    port = free_port()
    process = live_process(port, redis_url=session_redis_server.url, directory=tmp_path_factory.mktemp("live"))
    process.start()
    process.wait_for_port(port)
    yield port, process
    process.stop()


@pytest.fixture
def live(live_process_of_module: tuple[int, Process], redis_server: RedisServer, settings: Any) -> Iterator[Live]:
    settings.REDIS_URL = redis_server.url
    port, process = live_process_of_module
    live = Live(port, redis_server, process, RedisLiveGateway(), [])
    live.wait_for_subscription()
    yield live
    for listener in live.listeners:
        listener.close()
    if not process.is_running:
        process.start()
        process.wait_for_port(port)


@pytest.fixture
def raw_stream() -> Iterator[Callable[[Live, str], socket.socket]]:
    """Opens a stream that nobody reads, with as small a buffer as the system gives."""
    opened: list[socket.socket] = []

    def open_stream(live: Live, channel: str) -> socket.socket:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(PATIENCE_SECONDS)
        sock.connect(("127.0.0.1", live.port))
        cookie = tickets.sign(channels=[channel], at=datetime.now(UTC))
        sock.sendall(f"GET /live/stream HTTP/1.1\r\nHost: localhost\r\nCookie: live={cookie}\r\n\r\n".encode())
        opened.append(sock)
        return sock

    yield open_stream
    for sock in opened:
        sock.close()
