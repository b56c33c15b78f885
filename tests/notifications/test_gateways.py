"""Does a chunk of events reach Redis, and does everybody learn when it did not?"""

from collections.abc import Iterator
from typing import Any

import pytest
from redis.client import PubSub

from notifications import channels, gateways
from notifications.gateways import FEED_NUMBERS, LiveEvent, RedisLiveGateway
from tests.servers import RedisServer


@pytest.fixture
def gateway(redis_server: RedisServer, settings: Any) -> RedisLiveGateway:
    settings.REDIS_URL = redis_server.url
    return RedisLiveGateway()


@pytest.fixture
def listening(redis_server: RedisServer) -> Iterator[PubSub]:
    with redis_server.client() as redis, redis.pubsub() as subscription:
        subscription.psubscribe("*")
        assert subscription.get_message(timeout=5) is not None
        yield subscription


def event(neighborhood_id: int, number: int) -> LiveEvent:
    return LiveEvent(channels.neighborhood_police(neighborhood_id), number, "post", {"html": "<p>\nné</p>"})


def number_of(redis_server: RedisServer, neighborhood_id: int) -> int | None:
    with redis_server.client() as redis:
        score = redis.zscore(channels.in_redis(FEED_NUMBERS), str(neighborhood_id))
    return None if score is None else int(score)


def test_events_are_published_in_order_ready_for_the_stream(gateway: RedisLiveGateway, listening: PubSub) -> None:
    gateway.publish([event(12, 7), event(13, 2)])
    first, second = listening.get_message(timeout=5), listening.get_message(timeout=5)
    assert first is not None
    assert second is not None
    assert first["channel"].decode() == channels.in_redis("neighborhood:12:police")
    assert first["data"].decode() == (
        'id: 7\nevent: post\ndata: {"channel": "neighborhood:12:police", "id": 7, "html": "<p>\\nné</p>"}\n\n'
    )
    assert second["channel"].decode() == channels.in_redis("neighborhood:13:police")


def test_news_without_an_order_has_no_number_in_the_stream() -> None:
    frame = LiveEvent(channels.command_desk(3), None, "desk").frame()
    assert frame == b'event: desk\ndata: {"channel": "command:3:desk", "id": null}\n\n'


def test_the_feed_number_is_kept_and_never_lowered(gateway: RedisLiveGateway, redis_server: RedisServer) -> None:
    gateway.publish([event(12, 7), event(12, 8)])
    gateway.publish([event(12, 5)])
    assert number_of(redis_server, 12) == 8
    assert number_of(redis_server, 99) is None


def test_an_empty_chunk_needs_no_redis(gateway: RedisLiveGateway, redis_server: RedisServer) -> None:
    redis_server.stop()
    try:
        gateway.publish([])
    finally:
        redis_server.start()


def test_a_stopped_redis_is_reported_and_a_new_one_is_used(
    gateway: RedisLiveGateway, redis_server: RedisServer
) -> None:
    gateway.publish([event(12, 7)])
    redis_server.stop()
    try:
        with pytest.raises(gateways.LiveUnavailable):
            gateway.publish([event(12, 8)])
        with pytest.raises(gateways.LiveUnavailable):
            gateway.close_streams(1)
    finally:
        redis_server.start()
    gateway.publish([event(12, 9)])
    assert number_of(redis_server, 12) == 9


def test_the_recorder_takes_the_place_of_redis_and_gives_it_back() -> None:
    before = gateways.live
    with gateways.recording() as recorder:
        gateways.live.publish([event(1, 1)])
        recorder.is_away = True
        with pytest.raises(gateways.LiveUnavailable):
            gateways.live.publish([event(1, 2)])
    assert [kept.id for kept in recorder.events] == [1]
    assert gateways.live is before
