"""What does `/healthz` tell, and does it answer when something is away?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from core.lanes import LANES, LANES_OF_NOTICES, MAIL, URGENT
from notifications.services import record_pulse
from posts.models import Delivery
from tests.notifications.sending.factories import make_message, make_notice
from tests.posts.factories import publish
from tests.servers import PrivatePlace, RedisServer

HEALTH = "/healthz"
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def private_redis() -> Iterator[RedisServer]:
    folder = PrivatePlace()
    server = RedisServer(folder.place)
    server.start()
    yield server
    server.stop()
    folder.remove()


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    for lane in LANES:
        record_pulse(lane=lane, at=NOON - timedelta(seconds=4))
    with time_machine.travel(NOON, tick=False):
        response = client.get(HEALTH)
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "redis": "ok",
        "oldest_waiting_delivery_seconds": 0,
        "clock_pulse_seconds": 4,
        "lanes": {lane: {"oldest_waiting_seconds": 0, "worker_pulse_seconds": 4} for lane in LANES},
        "late": [],
    }


@pytest.mark.django_db
def test_what_is_late_is_named_and_takes_no_page_away(client: Client, resident: User) -> None:
    make_notice(make_message(NOON, lane=URGENT), resident, NOON)
    record_pulse(lane=MAIL, at=NOON)
    with time_machine.travel(NOON + timedelta(seconds=59), tick=False):
        assert client.get(HEALTH).json()["late"] == []
    with time_machine.travel(NOON + timedelta(seconds=90), tick=False):
        response = client.get(HEALTH)
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.json()["late"] == ["clock", URGENT]
    assert response.json()["lanes"][URGENT] == {"oldest_waiting_seconds": 90, "worker_pulse_seconds": None}


@pytest.mark.django_db
def test_it_asks_as_much_whatever_waits(client: Client, resident: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured, time_machine.travel(NOON, tick=False):
            client.get(HEALTH)
        return len(captured)

    before = queries()
    for lane in LANES_OF_NOTICES:
        for _ in range(3):
            make_notice(make_message(NOON, lane=lane), resident, NOON)
    assert queries() == before


@pytest.mark.django_db
def test_it_is_never_kept(client: Client) -> None:
    assert "no-store" in client.get(HEALTH)["Cache-Control"]


@pytest.mark.django_db
def test_it_tells_how_long_the_oldest_delivery_waits(client: Client, officer: User, central: PoliceCommand) -> None:
    publish(officer, central, NOON - timedelta(seconds=90))
    publish(officer, central, NOON - timedelta(seconds=30))
    with time_machine.travel(NOON, tick=False):
        assert client.get(HEALTH).json()["oldest_waiting_delivery_seconds"] == 90
        Delivery.objects.update(done_at=NOON, notices_at=NOON)
        assert client.get(HEALTH).json()["oldest_waiting_delivery_seconds"] == 0


@pytest.mark.django_db
def test_redis_going_and_coming_back_is_seen(
    client: Client, settings: LazySettings, private_redis: RedisServer
) -> None:
    settings.REDIS_URL = private_redis.url
    assert client.get(HEALTH).status_code == 200
    private_redis.stop()
    away = client.get(HEALTH)
    assert (away.status_code, away.json()["redis"], away.json()["database"]) == (503, "unavailable", "ok")
    private_redis.start()
    assert client.get(HEALTH).status_code == 200


@pytest.mark.usefixtures("_database_is_away")
def test_a_database_that_is_away_is_said(client: Client) -> None:
    response = client.get(HEALTH)
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "database": "unavailable",
        "redis": "ok",
        "oldest_waiting_delivery_seconds": None,
        "clock_pulse_seconds": None,
        "lanes": {},
        "late": [],
    }


@pytest.mark.django_db
def test_it_tells_no_secrets_and_takes_no_posts(client: Client, settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://:hunter2secret@127.0.0.1:1/0"
    assert "hunter2secret" not in client.get(HEALTH).content.decode()
    assert client.post(HEALTH).status_code == 405
