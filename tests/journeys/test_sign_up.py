"""Somebody new opens an account on a phone, step by step, and by keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, reload_until
from tests.journeys.signing_up import PASSWORD, fill_in, sign_up, type_mailed_code
from tests.journeys.test_look import violations

Visit = Callable[..., Visitor]


def has_no_barrier(page: Page) -> bool:
    return violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_front_page_to_the_question_for_a_home(visit: Visit) -> None:
    visitor = visit(width=320)
    page = visitor.page
    visitor.open("/accounts/login/")
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_text("Do you work for the police or the city?")).to_be_visible()
    fill_in(page, name="مريم حسن", email="maryam@example.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code we sent you")
    assert has_no_barrier(page)
    page.get_by_label("Code").fill("BBBB-BBBB")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".usa-error-message")).to_have_text("That code does not match. You have 4 tries left.")
    # The console tells of the refused form, too.
    visitor.complaints.clear()

    type_mailed_code(visitor)
    page.wait_for_url("**/residency/**")
    visitor.open("/accounts/")
    expect(page.get_by_text("مريم ح.").first).to_be_attached()
    assert has_no_barrier(page)


def test_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.open("/accounts/signup/")
    page.get_by_label("Your name").focus()
    for typed in ("Ana Ruiz", "ana@example.test", PASSWORD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code we sent you")


def test_who_signed_up_leaves_and_takes_everything_along(visit: Visit) -> None:
    visitor = sign_up(visit(), name="Lena Brandt", email="lena@example.test")
    page = visitor.page
    visitor.open("/accounts/")
    page.get_by_role("link", name="Leave Porchlight").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Leave Porchlight")
    assert has_no_barrier(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save it as a file").click()
    assert "lena@example.test" in saved.value.path().read_text()
    page.get_by_role("link", name="Read it here").click()
    expect(page.get_by_text("lena@example.test").first).to_be_visible()
    assert has_no_barrier(page)

    for key in ("2fa/totp/activate/", "2fa/webauthn/add/"):
        visitor.open(f"/accounts/{key}")
        assert has_no_barrier(page), key

    visitor.open("/accounts/leave/")
    page.get_by_label("Type the word").fill("leave")
    page.get_by_role("button", name="Leave Porchlight").click()
    expect(page.get_by_text("You have left.")).to_be_visible()
    visitor.open("/accounts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    visitor.open("/demo/mail/?address=lena@example.test")
    reload_until(page.get_by_role("heading", name="Your account is gone"))
