"""Does somebody who signs out leave words behind in the browser?"""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

Visit = Callable[..., Visitor]

KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft')).length"


def test_a_draft_waits_for_its_writer_and_is_gone_once_they_sign_out(visit: Visit) -> None:
    visitor = visit(width=1280).sign_in("resident@demo.test")
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    visitor.open("/neighbors/new/")
    page.locator("textarea").first.fill("Nobody else at this computer should read this.")
    assert page.evaluate(KEPT) == 1
    visitor.open("/accounts/")
    assert page.evaluate(KEPT) == 1
    page.get_by_role("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate(KEPT) == 0
    assert visitor.complaints == []

    visitor.open("/accounts/")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
