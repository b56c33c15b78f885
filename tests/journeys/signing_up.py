"""How does somebody in a story get an account? As everybody does; the code stands in the demo's mail."""

import re

from playwright.sync_api import Page

from tests.journeys.conftest import Visitor, reload_until

PASSWORD = "a porch light burns late"


def sign_up(visitor: Visitor, *, name: str, email: str) -> Visitor:
    """From the empty form to the question for a home, with a password."""
    visitor.open("/accounts/signup/")
    fill_in(visitor.page, name=name, email=email)
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.get_by_role("button", name="Create my account").click()
    type_mailed_code(visitor)
    visitor.page.wait_for_url("**/residency/**")
    return visitor


def fill_in(page: Page, *, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("13").check(force=True)
    page.get_by_label("I accept the terms").check(force=True)


def type_mailed_code(visitor: Visitor) -> None:
    """Look into the demo's mail beside the page that asks for the code, and type it there."""
    page = visitor.page
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Look into the demo’s mail").click()
    mail = opened.value
    shown = mail.get_by_role("article").first.locator("p", has_text=re.compile(r"^\s*\w+-\w+\s*$"))
    reload_until(shown)
    code = shown.inner_text()
    mail.close()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
