"""Does a resident choose how they hear, end mail from a link in it, and learn why a post came to them or not?"""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_look import violations

HEARING = "/accounts/hearing/"


def test_a_resident_chooses_and_finds_it_said(visit: Callable[..., Visitor]) -> None:
    faraway = visit().sign_in("faraway@demo.test")
    page = faraway.page
    faraway.open("/accounts/")
    page.get_by_role("link", name="How you hear").click()
    page.get_by_label("E-mail: Crime updates").select_option("At once")
    page.get_by_label("From").fill("22:00")
    page.get_by_label("Until").fill("07:00")
    page.get_by_role("button", name="Save how you hear").click()
    said = "Crime updates: e-mail at once. Quiet from 10 p.m. to 7 a.m. every day."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_label("E-mail: Crime updates")).to_have_value("at_once")

    page.get_by_label("Until").fill("")
    page.get_by_role("button", name="Save how you hear").click()
    expect(page.get_by_role("alert")).to_contain_text("Quiet hours have a beginning and an end.")
    expect(page.get_by_label("From")).to_have_value("22:00")
    assert violations(page) == []
    faraway.complaints[:] = [text for text in faraway.complaints if "422" not in text]


def test_a_reader_of_a_post_learns_why_it_came(visit: Callable[..., Visitor]) -> None:
    resident = visit(width=320).sign_in("resident@demo.test")
    resident.open("/feed/")
    resident.page.locator("#posts .pl-card__title a").first.click()
    resident.page.get_by_role("link", name="Why you got this, or not").click()
    expect(resident.page.get_by_text("and you live there.")).to_be_visible()
    assert violations(resident.page) == []
    assert resident.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_link_in_a_mail_ends_it_without_signing_in_and_takes_it_back(visit: Callable[..., Visitor]) -> None:
    reader = visit(java_script_enabled=False)
    token = reader.installation.manage(
        "shell",
        "--verbosity",
        "0",
        "--command",
        "from accounts.models import User; from notifications.unsubscribing import token_for; "
        "person = User.objects.get(email='neighbor@demo.test'); "
        "print(token_for(person_id=person.pk, topic='urgent', channel='email'))",
    ).strip()
    page = reader.page
    reader.open(f"/unsubscribe/{token}/")
    page.get_by_role("button", name="Stop urgent e-mail").click()
    expect(page.get_by_text("Urgent alerts: no e-mail.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Urgent alerts: e-mail at once.")).to_be_visible()
    page.get_by_role("link", name="Sign in to choose how you hear of each topic").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
