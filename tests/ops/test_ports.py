"""Is a port that somebody has left to them?"""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.ports import LOWEST, free_port, free_port_from, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port("test", Path("/some/where"))))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_not_free(taken: int) -> None:
    assert not is_free(taken)


def test_the_next_free_port_is_taken_instead(taken: int) -> None:
    assert free_port("test", Path("/some/where")) > taken
    assert free_port_from(8000) >= 8000


def test_ports_lie_below_those_lent_to_outgoing_connections() -> None:
    assert LOWEST <= free_port("postgres", Path("/some/where")) < 32_768


def test_one_server_of_one_checkout_keeps_its_port() -> None:
    assert free_port("redis", Path("/some/where")) == free_port("redis", Path("/some/where"))
