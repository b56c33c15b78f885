"""What do the fault tests break? An installation of their own: PostgreSQL, Redis and every process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection

from ops.place import ROOT
from tests.faults.city import City, make_city
from tests.faults.installation import Installation
from tests.servers import PostgresServer, PrivatePlace, RedisServer


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "faults: stops, kills and empties real servers of its own")


@pytest.fixture(scope="session")
def private_servers() -> Iterator[tuple[PostgresServer, RedisServer]]:
    """A PostgreSQL with an empty, migrated Porchlight in it, and a Redis."""
    private = PrivatePlace()
    postgres, redis = PostgresServer(private.place), RedisServer(private.place)
    try:
        postgres.start()
        redis.start()
        environment = os.environ | postgres.urls | {"REDIS_URL": redis.url}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        yield postgres, redis
    finally:
        redis.stop()
        postgres.stop()
        private.remove()


@pytest.fixture
def installation(
    private_servers: tuple[PostgresServer, RedisServer], tmp_path: Path, settings: Any, django_db_blocker: Any
) -> Iterator[Installation]:
    """Running servers, and no process yet. Meanwhile the test itself belongs to this installation, too."""
    postgres, redis = private_servers
    url = urlsplit(postgres.urls["DATABASE_URL"])
    address = {
        "NAME": url.path[1:],
        "USER": url.username,
        "PASSWORD": url.password,
        "HOST": url.hostname,
        "PORT": url.port,
    }
    known = (connection.settings_dict, django_settings.DATABASES["default"])
    before = [{name: each[name] for name in address} for each in known]
    broker = {name: current_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    installation = Installation(postgres, redis, tmp_path)
    with django_db_blocker.unblock():
        connection.close()
        for each in known:
            each.update(address)
        settings.REDIS_URL = redis.url
        current_app.conf.update(
            broker_url=redis.url,
            broker_transport_options=broker["broker_transport_options"]
            | {"global_keyprefix": f"{address['NAME']}:celery:"},
        )
        with redis.client() as client:
            client.flushall()
        try:
            yield installation
        finally:
            # Shown by pytest where the test failed.
            sys.stdout.write(installation.logs())
            try:
                installation.stop_processes()
            finally:
                # Whatever went wrong here, the tests after this one are back in their own place.
                current_app.conf.update(**broker)
                connection.close()
                for each, earlier in zip(known, before, strict=True):
                    each.update(earlier)


@pytest.fixture
def city(installation: Installation) -> City:
    """Enough neighborhoods that something can happen while a post is on its way to them."""
    return make_city(neighborhood_count=2_000)


@pytest.fixture
def town(installation: Installation) -> City:
    """A few neighborhoods, for what breaks before or after."""
    return make_city(neighborhood_count=50)
