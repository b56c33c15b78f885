"""A resident asks to hear at once, hears once, ends it from the mail itself, and still learns what was wrong."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor, reload_until
from tests.journeys.test_look import violations
from tests.journeys.test_one_post import open_feed, sign_up_in_midtown, write_post

Visit = Callable[..., Visitor]

READER = "told.once@example.test"
PLACE = "Midtown / Winn Park / Capital Avenue"
TITLE = "Mail taken from porches along P Street"
SECOND = "Another porch on Q Street"
WRONG = "It was Q Street, not P Street."


def publish(officer: Visitor, title: str) -> str:
    """The address of the page that shows how the post goes out, once it was handed over."""
    officer.open("/commands/central/desk/")
    write_post(officer, title=title, places=[PLACE])
    officer.page.get_by_role("button", name="Send to").click()
    expect(officer.page.get_by_text("1 of 1").first).to_be_visible()
    return officer.page.url


def mails_about(page: Page, words: str) -> Locator:
    return page.get_by_role("article").filter(has_text=words)


def open_why(resident: Visitor, title: str) -> Page:
    resident.open("/feed/")
    resident.page.get_by_role("link", name=title).click()
    resident.page.get_by_role("link", name="Why you got this, or not").click()
    return resident.page


def line(page: Page, heading: str, state: str) -> Locator:
    """A way of hearing, by its heading and what became of it."""
    return page.get_by_role("listitem").filter(has_text=state).filter(has=page.get_by_text(heading, exact=True))


def test_a_post_is_told_once_until_the_reader_ends_it_and_its_correction_too(visit: Visit) -> None:
    resident = sign_up_in_midtown(visit(), READER)
    resident.open("/accounts/hearing/")
    resident.page.get_by_label("E-mail: Crime updates").select_option("At once")
    resident.page.get_by_role("button", name="Save how you hear").click()
    expect(resident.page.get_by_text("Crime updates: e-mail at once.")).to_be_visible()

    # Published: the open feed and the mailbox have it, the mailbox once.
    open_feed(resident)
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    sent = publish(officer, TITLE)
    resident.page.get_by_role("button", name="Show 1 new post").click()
    expect(resident.page.get_by_role("link", name=TITLE)).to_be_visible()
    mailbox = visit()
    page = mailbox.page
    mailbox.open(f"/demo/mail/?address={READER}")
    reload_until(mails_about(page, TITLE))
    expect(mails_about(page, TITLE)).to_have_count(1)
    page.get_by_text("As most mail programs show it").first.click()
    expect(page.frame_locator("iframe").first.get_by_role("heading", name=TITLE)).to_be_visible()
    assert violations(page) == []
    why = open_why(resident, TITLE)
    reload_until(line(why, "E-mail", "Sent"))

    # Ended from the mail, by somebody who is not signed in.
    mails_about(page, TITLE).get_by_role("link", name="/unsubscribe/").click()
    page.get_by_role("button", name="Stop e-mail about crime").click()
    expect(page.get_by_text("Crime updates: no e-mail.")).to_be_visible()

    # The next one stands in the feed and comes to nobody's mailbox.
    publish(officer, SECOND)
    why = open_why(resident, SECOND)
    reload_until(why.get_by_text("You chose no e-mail for crime updates."))
    mailbox.open(f"/demo/mail/?address={READER}")
    expect(mails_about(page, TITLE)).to_have_count(1)
    expect(mails_about(page, SECOND)).to_have_count(0)

    # Whoever was told what was wrong is told so, whatever they have chosen for such posts since.
    officer.page.goto(sent)
    officer.page.get_by_role("link", name="Correct").click()
    officer.page.get_by_label("Text", exact=True).fill("Packages were taken from three porches. Ask a neighbor.")
    officer.page.get_by_label("What was wrong?").fill(WRONG)
    officer.page.get_by_role("button", name="Send the correction").click()
    expect(officer.page.get_by_text(WRONG).first).to_be_visible()
    reload_until(mails_about(page, WRONG))
    why = open_why(resident, TITLE)
    reload_until(line(why, "E-mail: the correction", "Sent"))
    page.reload()
    expect(mails_about(page, WRONG)).to_have_count(1)
    expect(mails_about(page, TITLE)).to_have_count(2)
    expect(mails_about(page, SECOND)).to_have_count(0)
