"""Where do whole stories take place? In a real Chromium, against every process of a real installation.

One installation for all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.installation import Installation, running_installation
from tests.servers import wait_until

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with running_installation(tmp_path_factory.mktemp("demo") / "demo.json") as running:
        yield running


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
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        if person.get("totp_secret"):
            self.page.get_by_label("code").fill(self.installation.fresh_code(person["totp_secret"]))
            self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
        return self


def reload_until(shown: Locator) -> None:
    """Load a page anew until this stands on it: a worker needs a moment to hand over a mail."""

    def is_there() -> bool:
        if not shown.count():
            shown.page.reload()
        return bool(shown.count())

    wait_until(is_there, "the mail has come")


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
