"""A post that was wrong: corrected while people read it, then taken back."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_look import violations
from tests.journeys.test_one_post import open_feed, write_post

Visit = Callable[..., Visitor]

TITLE = "Garages entered along W Street"
WRONG = "Four garages were entered, not five."


def test_correction_and_withdrawal_reach_whoever_read_the_post(visit: Visit) -> None:
    resident = visit().sign_in("resident@demo.test")
    open_feed(resident)
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    write_post(officer, title=TITLE, places=["Southside Park"])
    officer.page.get_by_role("button", name="Send to").click()
    expect(officer.page.get_by_text("1 of 1").first).to_be_visible()
    resident.page.get_by_role("button", name="Show 1 new post").click()
    expect(resident.page.get_by_role("link", name=TITLE)).to_be_visible()
    sent = officer.page.url

    # The form insists on a word about what was wrong, and keeps what was typed.
    officer.page.get_by_role("link", name="Correct").click()
    officer.page.get_by_label("Text", exact=True).fill("Four garages along the alleys. Lock yours.")
    officer.page.get_by_role("button", name="Send the correction").click()
    expect(officer.page.get_by_text("Say what was wrong").first).to_be_visible()
    assert not violations(officer.page)
    expect(officer.page.get_by_label("Text", exact=True)).to_have_value("Four garages along the alleys. Lock yours.")
    # The browser tells of the 422.
    officer.complaints.clear()
    officer.page.get_by_label("What was wrong?").fill(WRONG)
    officer.page.get_by_role("button", name="Send the correction").click()
    expect(officer.page.get_by_text(WRONG).first).to_be_visible()
    # Without a reload: the page asks again while something is on its way.
    expect(officer.page.get_by_text("1 of 1").first).to_be_visible()
    assert not violations(officer.page)

    # The open feed gets the corrected card in the place of the first.
    resident.page.get_by_role("button", name="Show 1 new post").click()
    expect(resident.page.get_by_text(WRONG)).to_be_visible()
    expect(resident.page.get_by_role("link", name=TITLE)).to_have_count(1)
    resident.page.get_by_role("link", name=TITLE).click()
    resident.page.get_by_text("See what changed").click()
    expect(resident.page.get_by_text("Somebody tries side doors along the alleys.")).to_be_visible()
    assert not violations(resident.page)

    # Taken back with its words: one line is left.
    officer.page.get_by_role("link", name="Take back").click()
    officer.page.get_by_label("Why do you take it back?").fill("It was another street.")
    officer.page.get_by_label("Take the title and text off").check(force=True)
    officer.page.get_by_role("button", name="Take it back").click()
    assert officer.page.url == sent
    expect(officer.page.get_by_text("Its words are in the record alone.")).to_be_visible()
    assert not violations(officer.page)
    resident.page.reload()
    expect(resident.page.get_by_text("It was another street.")).to_be_visible()
    expect(resident.page.get_by_text(TITLE)).to_have_count(0)
    resident.open("/feed/")
    expect(resident.page.get_by_text("It was another street.")).to_be_visible()
