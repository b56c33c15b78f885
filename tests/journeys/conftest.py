"""Where do whole stories take place? In a real Chromium, against every process of a real installation.

One installation a test run: its own PostgreSQL and Redis, the demo city, and the processes of `ops/processes.toml`
behind the real front.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ops import environment, static
from ops.place import PYTHON, ROOT
from ops.ports import free_port
from ops.processes import Addresses, processes
from ops.supervise import Supervisor
from tests.servers import PostgresServer, PrivatePlace, RedisServer, wait_until

CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True)
class Installation:
    """A running Porchlight with its demo people."""

    url: str
    people: dict[str, dict[str, Any]]
    redis_url: str
    database_url: str
    used_codes: set[tuple[str, str]] = field(default_factory=set)


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    place = PrivatePlace()
    postgres, redis = PostgresServer(place.place), RedisServer(place.place)
    demo_file = tmp_path_factory.mktemp("demo") / "demo.json"
    # Whatever fails on the way, everything that was started ends.
    with ExitStack() as endings:
        endings.callback(place.remove)
        endings.callback(postgres.stop)
        postgres.start()
        endings.callback(redis.stop)
        redis.start()
        port = free_port("front", place.place.local)
        values = environment.with_secrets(
            {**postgres.urls, "REDIS_URL": redis.url, "SITE_URL": f"http://localhost:{port}", "DEMO": "1"}
        )
        # The test run's own servers are named in its environment; this installation must not meet them.
        env = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_NAME"} | values
        manage(env, "migrate", "--no-input", "--verbosity", "0")
        manage(env, "create_demo", "--sign-ins", str(demo_file))
        static.collect(env)
        addresses = Addresses(
            listen="127.0.0.1",
            front_port=port,
            web=f"127.0.0.1:{free_port('web', place.place.local)}",
            live=f"127.0.0.1:{free_port('live', place.place.local)}",
            static=str(static.COLLECTED),
            folder=str(place.place.run),
        )
        supervisor = Supervisor(processes(), addresses, env, place.place.log)
        endings.callback(supervisor.stop)
        supervisor.start()
        wait_until(lambda: answers(f"http://localhost:{port}/healthz"), "the pages answer")
        wait_until(lambda: answers(f"http://localhost:{port}/live/health"), "the live process answers")
        people = {person["email"]: person for person in json.loads(demo_file.read_text())}
        yield Installation(f"http://localhost:{port}", people, redis.url, values["DATABASE_URL"])


def manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=env, check=True, stdin=subprocess.DEVNULL)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it cannot make its own sandbox.

    For this package alone and not for the whole run: as long as Playwright is there its event loop runs, and Django
    refuses the database to whoever is inside one.
    """
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at a browser of their own, phone or desktop, and every address their pages asked for."""

    page: Page
    asked: list[str]
    installation: Installation
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.installation.url + path)

    def sign_in(self, email: str) -> "Visitor":
        """Password, then for staff the code of the moment."""
        person = self.installation.people[email]
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(person["password"])
        self.page.get_by_role("button", name="Sign in").click()
        if person.get("totp_secret"):
            self.page.get_by_label("code").fill(self._fresh_code(person["totp_secret"]))
            self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
        return self

    def _fresh_code(self, secret: str) -> str:
        """The code of the moment; a code opens an account once, so a second sign-in waits for the next one."""
        used = self.installation.used_codes
        wait_until(lambda: (secret, current_code(secret)) not in used, "the next code is due")
        code = current_code(secret)
        used.add((secret, code))
        return code


def current_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def visit(installation: Installation, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Somebody opens a browser: `visit()` on a phone of 390 pixels, `visit(width=1440)` at a desk."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def _visit(*, width: int = 390, height: int = 844, **options: Any) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page, [], installation, [])
        page.on("request", lambda request: visitor.asked.append(request.url))
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("console", lambda message: visitor.complaints.append(message.text) if message.type == "error" else None)
        visitors.append(visitor)
        return visitor

    yield _visit
    for context in contexts:
        context.close()
    assert not [complaint for visitor in visitors for complaint in visitor.complaints]
    outside = {url for visitor in visitors for url in visitor.asked if not url.startswith((installation.url, "data:"))}
    assert not outside
