"""Who receives push messages in tests? Two push services, each a process that decrypts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from accounts.models import User
from notifications.models import PushSubscription
from notifications.rules.devices import digest_of
from tests.sinks.push import PushSink

_names = count(1)


@pytest.fixture(scope="package")
def sinks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PushSink, PushSink]]:
    folder = tmp_path_factory.mktemp("push")
    one, other = PushSink(folder), PushSink(folder, host="127.0.0.2")
    try:
        one.start()
        other.start()
        yield one, other
    finally:
        one.stop()
        other.stop()


@pytest.fixture
def sink(sinks: tuple[PushSink, PushSink], settings: Any) -> PushSink:
    settings.PUSH_SERVICES = [sink.origin for sink in sinks]
    return sinks[0]


@pytest.fixture
def subscribed(sink: PushSink, now: datetime) -> Callable[..., tuple[PushSubscription, str]]:
    """A browser of somebody's, and its path at the push service, which no other test has."""

    def _subscribed(person: User, kind: str = "ok", at_sink: PushSink = sink) -> tuple[PushSubscription, str]:
        path = f"/{kind}/{next(_names)}"
        keys = at_sink.subscription(path)
        made = PushSubscription.objects.create(
            person=person, endpoint_digest=digest_of(keys["endpoint"]), device="Chrome on Android", made_at=now, **keys
        )
        return made, path

    return _subscribed
