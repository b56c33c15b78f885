"""Open pages hear what is meant for them, also after something went wrong on the way."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from redis import Redis

from tests.journeys.conftest import Visitor

Visit = Callable[..., Visitor]


def opens_listening(visitor: Visitor, path: str) -> Page:
    """Open a page and wait until it hears the stream; what comes before that is found in another way."""
    with visitor.page.expect_response(lambda response: "/live/stream" in response.url and response.status == 200):
        visitor.open(path)
    return visitor.page


def send_to_southside(officer: Visitor, title: str) -> None:
    officer.open("/commands/central/desk/compose/")
    page = officer.page
    page.get_by_label("Safety tip").check(force=True)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text", exact=True).fill("Lock the side door.")
    page.get_by_role("checkbox", name="Southside Park").check(force=True)
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_text("1 of 1").first).to_be_visible()


def test_an_open_feed_goes_on_hearing_after_a_gap_and_after_signing_out_elsewhere(visit: Visit) -> None:
    at_home = visit().sign_in("resident@demo.test")
    elsewhere = visit().sign_in("resident@demo.test")
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    feed = opens_listening(at_home, "/feed/")

    # The live process loses Redis for a moment; the page then asks once for what is newer.
    with (
        Redis.from_url(at_home.installation.redis_url) as redis,
        feed.expect_response(lambda response: "/feed/newer/" in response.url),
    ):
        assert redis.client_kill_filter(_type="pubsub") >= 1
    send_to_southside(officer, "Check your side door")
    feed.get_by_role("button", name="Show 1 new post").click()
    first = feed.locator("#posts article").first
    expect(first).to_contain_text("Check your side door")
    expect(first).to_be_focused()

    # Signing out on another device ends this stream, too; the page has a session of its own and comes back.
    with feed.expect_response(lambda response: "/live/stream" in response.url and response.status == 200):
        elsewhere.page.locator("summary").first.click()
        elsewhere.page.get_by_role("button", name="Sign out").first.click()
    at_home.asked.clear()
    send_to_southside(officer, "Two more doors")
    send_to_southside(officer, "And a third")
    feed.get_by_role("button", name="Show 2 new posts").click()
    assert [feed.locator("#posts article").nth(place).locator(".pl-card__title").inner_text() for place in (0, 1)] == [
        "And a third",
        "Two more doors",
    ]
    # Posts come along with the news of them. What neighbors wrote while the stream was away has to be asked for, once.
    assert len(at_home.asked) <= 1
    assert {urlsplit(address).path for address in at_home.asked} <= {"/feed/newer/"}


def test_replies_and_messages_reach_the_pages_that_are_open(visit: Visit) -> None:
    # Nobody of the story before: a code from the app opens the door once.
    officer = visit(width=1440, height=900).sign_in("manager@demo.test")
    send_to_southside(officer, "Who saw a white van?")
    post_path = officer.page.url.removeprefix(officer.installation.url).replace("/commands/central/desk", "")
    colleague = visit(width=1440, height=900).sign_in("sergeant@demo.test")
    resident = visit().sign_in("resident@demo.test")
    neighbor = visit().sign_in("neighbor@demo.test")
    sent = opens_listening(officer, f"/commands/central/desk{post_path}")
    desk = opens_listening(colleague, "/commands/central/desk/")
    read_by_neighbor = opens_listening(neighbor, post_path)

    resident.open(post_path)
    resident.page.get_by_label("In public").check(force=True)
    resident.page.get_by_label("Your answer").fill("It stood at 11th and V.")
    resident.page.get_by_role("button", name="Send", exact=True).click()
    for page in (read_by_neighbor, sent):
        page.get_by_role("button", name="New replies. Show them").click()
        expect(page.locator("[data-replies]").get_by_text("It stood at 11th and V.")).to_be_visible()
    desk.get_by_role("button", name="Show 1 new reply").wait_for()

    resident.open(post_path)
    resident.page.get_by_label("Only to Central Command").check(force=True)
    resident.page.get_by_label("Your answer").fill("I know the driver.")
    resident.page.get_by_role("button", name="Send", exact=True).click()
    desk.get_by_role("button", name="Show 1 new message and 1 new reply").click()
    expect(desk.get_by_text("I know the driver.")).to_be_visible()
    expect(read_by_neighbor.get_by_role("button", name="New replies")).to_have_count(0)
