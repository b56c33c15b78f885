"""Does a resident turn push on with one tap, see a test arrive on the screen, and hear nothing more once signed out?"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.installation import Installation
from tests.journeys.conftest import Visitor
from tests.servers import wait_until
from tests.sinks.push import PushSink

Visit = Callable[..., Visitor]

HEARING = "/accounts/hearing/"
# No browser reaches its vendor's push service from here: it is given a subscription at ours.
SUBSCRIBED = """
PushManager.prototype.subscribe = async () => ({
  endpoint: %(endpoint)s, options: {}, unsubscribe: async () => true,
  toJSON: () => ({ endpoint: %(endpoint)s, keys: { p256dh: %(p256dh)s, auth: %(auth)s } }),
});
"""
SHOWN = """
async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}
"""
PRESSED = """
async () => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}
"""


@pytest.fixture
def sink(installation: Installation, tmp_path: Path) -> Iterator[PushSink]:
    sink = PushSink(tmp_path, origin=installation.environment["PUSH_SERVICES"])
    sink.start()
    yield sink
    sink.stop()


def deliver(visitor: Visitor, payload: dict[str, Any]) -> None:
    """As the browser does when its push service has something for it."""
    debugger = visitor.page.context.new_cdp_session(visitor.page)
    registrations: list[str] = []

    def note(event: dict[str, Any]) -> None:
        registrations.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"])

    debugger.on("ServiceWorker.workerRegistrationUpdated", note)
    debugger.send("ServiceWorker.enable")
    while not registrations:
        visitor.page.wait_for_timeout(50)
    debugger.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": visitor.installation.url,
            "registrationId": registrations[-1],
            "data": json.dumps(payload),
        },
    )


def test_push_is_on_after_one_tap_and_off_after_signing_out(
    visit: Visit, installation: Installation, sink: PushSink
) -> None:
    visitor = visit().sign_in("resident@demo.test")
    page = visitor.page
    page.context.grant_permissions(["notifications"], origin=installation.url)
    subscription = sink.subscription("/ok/phone")
    page.add_init_script(SUBSCRIBED % {name: json.dumps(value) for name, value in subscription.items()})

    visitor.open(HEARING)
    page.get_by_role("button", name="Turn on push here").click()
    expect(page.get_by_text("Push is on here. A test message is on its way.")).to_be_visible()
    expect(page.get_by_text("(this device)")).to_be_visible()
    wait_until(lambda: sink.counts()["/ok/phone"] == 1, "the test message has left")

    (received,) = sink.received()
    assert received["shown"]["title"] == "Push works here"
    deliver(visitor, received["shown"])
    page.wait_for_function(f"async () => (await ({SHOWN})()).length === 1")
    (shown,) = page.evaluate(SHOWN)
    assert shown["title"] == "Push works here"
    assert shown["tag"] == received["topic"]
    assert shown["data"] == {"path": HEARING}

    # A later version takes its place on the screen.
    deliver(visitor, received["shown"] | {"title": "Push works here, again", "renotify": True})
    page.wait_for_function(f"async () => (await ({SHOWN})())[0]?.title === 'Push works here, again'")
    assert len(page.evaluate(SHOWN)) == 1

    # Pressed, it is gone from the screen; the page it is about is open already.
    (worker,) = page.context.service_workers
    worker.evaluate(PRESSED)
    page.wait_for_function(f"async () => (await ({SHOWN})()).length === 0")

    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("A test message is on its way to your devices.")).to_be_visible()
    wait_until(lambda: sink.counts()["/ok/phone"] == 2, "the second test message has left")

    visitor.open("/accounts/")
    page.get_by_role("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    visitor.sign_in("resident@demo.test").open(HEARING)
    expect(page.get_by_text("Push is not on anywhere yet.")).to_be_visible()


def test_a_browser_that_was_told_no_says_how_to_undo_it(visit: Visit, installation: Installation) -> None:
    visitor = visit().sign_in("resident@demo.test")
    visitor.page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    visitor.open(HEARING)
    expect(visitor.page.get_by_text("allow notifications, and load this page again")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Turn on push here")).to_be_hidden()


def test_without_javascript_the_page_says_what_is_missing(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False).sign_in("resident@demo.test")
    visitor.open(HEARING)
    expect(visitor.page.get_by_text("Turning push on takes JavaScript")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Turn on push here")).to_be_hidden()
