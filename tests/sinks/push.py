"""What is a browser's push service, for tests? A process that decrypts what it gets, as the browser would.

What an address does is told by its path: `/ok/<name>` takes all, `/gone/…` says 410, `/busy/<seconds>/…` 429 with
Retry-After, `/refuse/<status>/…` that status, `/hang/…` never answers, and `/slow/<milliseconds>/…` answers late.
"""

import argparse
import asyncio
import base64
import json
import os
import socket
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from tests.servers import Process, free_port, wait_until

AUTH = b"sixteen bytes ok"
DAY_SECONDS = 24 * 3600


def to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class PushSink:
    """One such process, as a test sees it: addresses to subscribe with, and what came to them."""

    def __init__(self, directory: Path, *, host: str = "127.0.0.1", origin: str = "") -> None:
        self.origin = origin or f"http://{host}:{free_port()}"
        name = f"push-sink-{self.origin.rpartition('/')[2]}"
        self._kept = directory / f"{name}.jsonl"
        self._kept.touch()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._process = Process(
            name,
            ["tests.sinks.push", self.origin, str(self._kept), str(self._key.private_numbers().private_value)],
            environment={},
            directory=directory,
        )

    def start(self) -> None:
        self._process.start()
        wait_until(self._is_listening, f"the push service at {self.origin} listens")

    def stop(self) -> None:
        self._process.stop()

    def _is_listening(self) -> bool:
        assert self._process.is_running, self._process.log()
        address = urlsplit(self.origin)
        with socket.socket() as sock:
            return sock.connect_ex((address.hostname, address.port)) == 0

    def subscription(self, path: str) -> dict[str, str]:
        """What a browser hands over when it subscribes; all of a sink's browsers have the same keys."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": f"{self.origin}{path}", "p256dh": to_base64(point), "auth": to_base64(AUTH)}

    def received(self) -> list[dict[str, Any]]:
        """Every message that came, in order, before it was answered: `path`, `topic`, `ttl`, `urgency`, `shown`."""
        return [json.loads(line) for line in self._kept.read_text().splitlines() if line.endswith("}")]

    def counts(self) -> Counter[str]:
        """How many came to each path."""
        return Counter(one["path"] for one in self.received())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("origin")
    parser.add_argument("kept")
    parser.add_argument("key", type=int)
    options = parser.parse_args()
    key = ec.derive_private_key(options.key, ec.SECP256R1())
    kept = os.open(options.kept, os.O_WRONLY | os.O_APPEND)

    async def take(request: web.Request) -> web.Response:
        what, *rest = request.path.strip("/").split("/")
        claims = _claims(request.headers["Authorization"])
        if claims["aud"] != options.origin or not time.time() < claims["exp"] <= time.time() + DAY_SECONDS:
            return web.Response(status=403, text="BadJwtToken")
        shown = http_ece.decrypt(await request.read(), private_key=key, auth_secret=AUTH, version="aes128gcm")
        line = {
            "path": request.path,
            "topic": request.headers["Topic"],
            "ttl": int(request.headers["TTL"]),
            "urgency": request.headers["Urgency"],
            "contact": claims["sub"],
            "shown": json.loads(shown),
        }
        os.write(kept, (json.dumps(line) + "\n").encode())
        if what == "gone":
            return web.Response(status=410, text="push subscription has unsubscribed or expired.")
        if what == "busy":
            return web.Response(status=429, headers={"Retry-After": rest[0]}, text="Too many requests.")
        if what == "refuse":
            return web.Response(status=int(rest[0]), text=f"No. {request.path}/{'x' * 60}")
        if what in {"hang", "slow"}:
            await asyncio.sleep(3600 if what == "hang" else int(rest[0]) / 1000)
        return web.Response(status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    host, _, port = options.origin.removeprefix("http://").partition(":")
    web.run_app(app, host=host, port=int(port), print=None, access_log=None, shutdown_timeout=0.1)


def _claims(authorization: str) -> dict[str, Any]:
    """What a VAPID token says; whoever did not sign it gets an error."""
    assert Vapid02.verify(authorization)
    token = authorization.removeprefix("vapid t=").partition(",")[0]
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


if __name__ == "__main__":
    main()
