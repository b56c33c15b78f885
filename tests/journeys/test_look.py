"""Can everybody use the pages: on a small phone, with a screen reader, in the dark, with a shaky connection?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.templatetags.porchlight import dated, spoken
from tests.journeys.conftest import Visitor

Visit = Callable[..., Visitor]

PAGES = {
    "": [
        "/",
        "/find/",
        "/posts/",
        "/posts/1/",
        "/neighborhoods/",
        "/commands/central/",
        "/metrics/",
        "/about/",
        "/privacy/",
        "/accessibility/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/signup/passkey/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/inactive/",
        "/terms/",
        "/demo/mail/",
        "/vouch/nobody-made-this/",
        "/unsubscribe/nobody-made-this/",
        "/nowhere/",
    ],
    "resident@demo.test": ["/feed/", "/posts/1/", "/residency/", "/conversations/", "/accounts/", "/accounts/2fa/"],
    "neighbor@demo.test": [
        "/accounts/name/",
        "/accounts/tokens/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/webauthn/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ],
    "officer@demo.test": [
        "/commands/central/desk/",
        "/commands/central/desk/compose/",
        "/commands/central/desk/inbox/",
        "/commands/central/desk/posts/",
        "/commands/central/desk/review/",
    ],
    "manager@demo.test": ["/commands/central/desk/", "/commands/central/desk/staff/", "/audit/"],
    "oversight@demo.test": ["/audit/"],
    "newcomer@demo.test": ["/residency/", "/residency/vouching/", "/accounts/hearing/", "/posts/1/why/"],
    "faraway@demo.test": ["/residency/vouching/", "/vouch/nobody-made-this/"],
    "verifier@demo.test": ["/verification/"],
    "clerk@demo.test": ["/records/", "/legal-holds/"],
    "admin@demo.test": ["/operations/", "/mails/", "/mails/digest/"],
}


def violations(page: Page, *rules: str) -> list[tuple[str, str]]:
    """What axe finds on a page, by all its rules or some: the rule and the first element it is about."""
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else None
    response = Axe().run(page, options=options).response
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in response["violations"]]


@pytest.mark.parametrize("who", PAGES)
def test_no_page_has_a_barrier_or_scrolls_sideways(visit: Visit, who: str) -> None:
    visitor = visit(width=320, reduced_motion="reduce")
    if who:
        visitor.sign_in(who)
    found: list[tuple[str, ...]] = []
    for path in PAGES[who]:
        visitor.open(path)
        found += [(path, *violation) for violation in violations(visitor.page)]
        visitor.page.emulate_media(color_scheme="dark")
        found += [(path, "in the dark", *violation) for violation in violations(visitor.page, "color-contrast")]
        visitor.page.emulate_media(color_scheme="light")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    # The page that is not there says so to the console, too.
    visitor.complaints[:] = [text for text in visitor.complaints if "404" not in text]
    assert found == []


def test_page_says_moments_in_the_words_of_the_server(visit: Visit) -> None:
    visitor = visit(timezone_id="Asia/Tokyo")
    visitor.open("/about/")
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    hours = [0, 0.5, 1, 8, 15.4, 15.6, 27.5, 40, 63, 90, 167, 170, 9000, -1, -100]
    moments = [now - timedelta(hours=number) for number in hours]
    said = visitor.page.evaluate(
        """async ([moments, now]) => {
            const { spoken } = await import(document.querySelector("script[src*='js/when']").src);
            return moments.map((moment) => spoken(new Date(moment), new Date(now)));
        }""",
        [[moment.isoformat() for moment in moments], now.isoformat()],
    )
    # Where the date says it best the script leaves the server's words alone.
    by_date = {dated(moment) for moment in moments} | {spoken(moments[12], now)}
    assert [words or "by date" for words in said] == [
        "by date" if (words := spoken(moment, now)) in by_date else words for moment in moments
    ]


def test_map_that_moves_shows_and_changes_the_same_choice(visit: Visit) -> None:
    chief = visit(width=1440, height=1300).sign_in("chief@demo.test")
    chief.open("/commands/headquarters/desk/compose/")
    page = chief.page
    page.get_by_role("button", name="Show a map you can move").click()
    expect(page.locator(".pl-live-map[data-ready]")).to_be_visible()
    expect(page.locator("[data-reach-places]")).to_have_text("in 0 neighborhoods")
    page.locator(".pl-live-map canvas").click()
    expect(page.locator("[data-reach-places]")).to_have_text("in 1 neighborhood")
    expect(page.locator("[data-audience-map] .pl-area--chosen")).to_have_count(1)


def test_home_is_found_by_the_phones_own_place_or_a_pin_moved_by_keys(visit: Visit) -> None:
    visitor = visit(geolocation={"latitude": 38.5676, "longitude": -121.5011}, permissions=["geolocation"])
    visitor.open("/")
    visitor.page.get_by_role("button", name="Use my location").click()
    visitor.page.wait_for_url(re.compile(r"/find/\?.*latitude=38\.5676"))
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("This is ")

    visitor.open("/find/")
    visitor.page.get_by_role("button", name="Pick on the map").click()
    application = visitor.page.locator(".pl-live-map[data-ready]")
    application.focus()
    application.press("ArrowUp")
    before = visitor.page.locator("[name=latitude]").input_value()
    application.press("ArrowUp")
    assert float(visitor.page.locator("[name=latitude]").input_value()) > float(before)
    application.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/find/\?.*latitude="))
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("This is ")


def test_who_gives_no_location_hears_what_else_there_is(visit: Visit) -> None:
    visitor = visit(permissions=[])
    visitor.open("/find/")
    visitor.page.get_by_role("button", name="Use my location").click()
    expect(visitor.page.get_by_role("status").filter(has_text="use the map or the list")).to_be_visible()


def test_words_come_back_after_a_lost_connection_and_are_gone_once_sent(visit: Visit) -> None:
    resident = visit().sign_in("resident@demo.test")
    address = "/commands/central/write/"
    resident.open(address)
    resident.page.locator("textarea").fill("The lamp at 9th and U is out.")
    resident.page.context.set_offline(True)
    resident.page.get_by_role("button", name="Send to Central Command").click()
    resident.page.wait_for_url("chrome-error://chromewebdata/")
    resident.page.context.set_offline(False)
    resident.complaints.clear()
    resident.open(address)
    expect(resident.page.locator("textarea")).to_have_value("The lamp at 9th and U is out.")

    resident.page.get_by_role("button", name="Send to Central Command").click()
    expect(resident.page.get_by_text("The lamp at 9th and U is out.")).to_be_visible()
    resident.open(address)
    expect(resident.page.locator("textarea")).to_have_value("")
