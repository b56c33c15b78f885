"""Which ASGI application answers at `/live/`?

Started as `uvicorn notifications.live.app:application`. It reads the settings and nothing else of Django: no apps,
no middleware, no database.
"""

import asyncio
import os
import signal
from types import FrameType
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from notifications.live.hub import Hub
from notifications.live.stream import Receive, Scope, Send, answer, stream
from notifications.tickets import COOKIE_NAME


class LiveApplication:
    """`GET /live/stream` for pages, `GET /live/health` for whoever watches the process."""

    def __init__(self) -> None:
        self._hub = Hub(settings.REDIS_URL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in ("/live/stream", "/live/health"):
            await answer(send, 404)
        elif scope["method"] != "GET":
            await answer(send, 405, (b"allow", b"GET"))
        elif scope["path"] == "/live/health":
            await answer(send, 200)
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            host, origin = headers.get("host", ""), headers.get("origin")
            if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
                await answer(send, 400)
            elif origin is not None and urlsplit(origin).netloc != host:
                await answer(send, 403)
            else:
                cookies = parse_cookie(headers.get("cookie", ""))
                await stream(self._hub, cookies.get(COOKIE_NAME, ""), receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        running: list[asyncio.Task[None]] = []
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                running = [
                    asyncio.create_task(self._hub.listen()),
                    asyncio.create_task(self._hub.look_after_everybody()),
                ]
                self._close_streams_at_exit()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for task in running:
                    task.cancel()
                await self._hub.shut()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _close_streams_at_exit(self) -> None:
        """End all streams at the signal itself: the server tells us only after every answer has ended."""
        loop = asyncio.get_running_loop()
        earlier = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def leave(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._hub.close_all)
            if callable(server := earlier[signal.Signals(number)]):
                server(number, frame)

        for number in earlier:
            signal.signal(number, leave)


application = LiveApplication()
