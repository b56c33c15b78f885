"""How do tests listen to the live process, as a browser does?"""

import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from notifications import tickets
from notifications.gateways import LiveEvent, RedisLiveGateway
from tests.servers import PATIENCE_SECONDS, Process, RedisServer

# One every 15 seconds.
MOST_PINGS = 4

POLICE = "neighborhood:12:police"


@dataclass(frozen=True)
class Heard:
    kind: str
    id: str
    data: Any


class Listener:
    """One open stream, or the refusal of one."""

    def __init__(self, port: int, cookie: str | None, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        headers = {"Host": "localhost", **headers}
        if cookie is not None:
            headers["Cookie"] = f"theme=dark; live={cookie}"
        self._connection.request("GET", "/live/stream", headers=headers)
        self.response = self._connection.getresponse()

    def next(self) -> Heard | None:
        """The next event, pings left out; None when the stream has ended. A stream that only pings fails the test."""
        kind, number, data = "", "", ""
        pings = 0
        while line := self.response.readline().decode():
            pings += line.startswith(":")
            assert pings <= MOST_PINGS, "Nothing was heard for a minute."
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "id":
                number = value
            elif name == "data":
                data = value
            elif line == "\n" and kind:
                return Heard(kind, number, json.loads(data))
        return None

    def close(self) -> None:
        self.response.close()
        self._connection.close()


@dataclass
class Live:
    """The running live process and everything a test does with it."""

    port: int
    redis: RedisServer
    process: Process
    gateway: RedisLiveGateway
    listeners: list[Listener]

    def listen(self, *channels: str, aged_seconds: float = 0, cookie: str | None = None, **headers: str) -> Listener:
        asked_at = datetime.now(UTC) - timedelta(seconds=aged_seconds)
        listener = Listener(self.port, cookie or tickets.sign(channels=channels, at=asked_at), headers)
        self.listeners.append(listener)
        return listener

    def status(self, path: str = "/live/stream", method: str = "GET", **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request(method, path, headers={"Host": "localhost", **headers})
        status = connection.getresponse().status
        connection.close()
        return status

    def tell(self, *numbers: int, channel: str = POLICE, **data: Any) -> None:
        self.publish([LiveEvent(channel, number, "post", {"post": number, **data}) for number in numbers])

    def publish(self, events: Sequence[LiveEvent]) -> None:
        self.gateway.publish(events)

    def wait_for_subscription(self) -> None:
        """Until the process hears Redis."""
        end = time.monotonic() + PATIENCE_SECONDS
        with self.redis.client() as redis:
            while redis.pubsub_numpat() < 3:
                assert time.monotonic() < end, self.process.log()
                time.sleep(0.02)
