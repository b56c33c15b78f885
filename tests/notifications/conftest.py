"""Who takes part in the tests of notifications? A Redis of their own, which they may stop."""

from collections.abc import Iterator

import pytest

from tests.servers import PrivatePlace, RedisServer


@pytest.fixture(scope="session")
def session_redis_server() -> Iterator[RedisServer]:
    private = PrivatePlace()
    server = RedisServer(private.place)
    server.start()
    yield server
    server.stop()
    private.remove()


@pytest.fixture
def redis_server(session_redis_server: RedisServer) -> RedisServer:
    """Running and empty."""
    with session_redis_server.client() as redis:
        redis.flushall()
    return session_redis_server
