"""An officer comes by invitation, sets up the second step, works at the desk, and is out the moment the work ends."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.installation import current_code
from tests.journeys.conftest import Visitor, reload_until
from tests.journeys.signing_up import PASSWORD
from tests.journeys.test_look import violations

Visit = Callable[..., Visitor]

RECRUIT = "hae-won.park@police.test"
STAFF = "/commands/central/desk/staff/"
DESK = "/commands/central/desk/"


def test_an_officer_is_invited_works_and_is_removed_while_signed_in(visit: Visit) -> None:
    manager = visit(width=1440, height=900).sign_in("manager@demo.test")
    manager.open(DESK)
    manager.page.get_by_role("link", name="Who works here").click()
    assert violations(manager.page) == []
    manager.page.get_by_label("Work e-mail").fill(RECRUIT)
    manager.page.get_by_label("Author: writes posts").check(force=True)
    manager.page.get_by_role("button", name="Send the invitation").click()
    expect(manager.page.get_by_text("The invitation is on its way.")).to_be_visible()
    expect(manager.page.get_by_text(RECRUIT).first).to_be_visible()

    # On the phone, from the mail to the desk.
    officer = visit()
    page = officer.page
    officer.open(f"/demo/mail/?address={RECRUIT}")
    link = page.get_by_role("link", name="/invitations/")
    reload_until(link)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Work for Central Command")
    expect(page.get_by_text("Capt. H. Brandt")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Your name").fill("Hae-Won Park")
    page.get_by_label("Rank").fill("Officer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Accept and go on").click()

    # The desk stays closed until the second step is there.
    page.wait_for_url("**/accounts/2fa/**")
    officer.open(DESK)
    page.wait_for_url("**/accounts/2fa/**")
    page.get_by_role("link", name="Set it up").click()
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("code").fill(current_code(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")

    with page.expect_response(lambda response: "/live/stream" in response.url and response.status == 200):
        officer.open(DESK)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Officer Park")

    # Removed: the page that is open hears nothing any more, and the next click finds the desk closed.
    with page.expect_response(lambda response: "/live/stream" in response.url and response.status == 200):
        manager.open(STAFF)
        manager.page.get_by_role("link", name="Change or end the work of Officer H. Park").click()
        assert violations(manager.page) == []
        manager.page.get_by_role("link", name="End their work here").click()
        assert violations(manager.page) == []
        manager.page.get_by_role("button", name="End their work at Central Command").click()
    expect(manager.page.get_by_text("Officer H. Park does not work for Central Command any more.")).to_be_visible()
    with manager.page.expect_response(lambda response: "/live/stream" in response.url and response.status == 200):
        manager.open(DESK)
    resident = visit().sign_in("resident@demo.test")
    resident.open("/commands/central/write/")
    resident.page.locator("textarea").first.fill("The lamp at 9th and U is out.")
    resident.page.get_by_role("button", name="Send to Central Command").click()
    expect(manager.page.get_by_role("button", name="Show 1 new message")).to_be_visible()
    expect(page.get_by_role("button", name="Show 1 new message")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not yours to open")
    # Refused with 403, which the browser writes to its console.
    officer.complaints[:] = [text for text in officer.complaints if "403" not in text]

    # It all stands in the trail.
    oversight = visit().sign_in("oversight@demo.test")
    oversight.open("/audit/")
    assert violations(oversight.page) == []
    for words in (
        "Capt. H. Brandt ended the work of Officer H. Park as author at Central Command",
        "Capt. H. Brandt made Officer H. Park author at Central Command",
        "Officer H. Park signed in",
    ):
        expect(oversight.page.get_by_text(words).first).to_be_visible()
