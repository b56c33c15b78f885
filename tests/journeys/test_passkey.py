"""A passkey instead of a password: made while signing up, used to come back, and as an officer's second step."""

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.signing_up import fill_in, type_mailed_code
from tests.journeys.test_look import violations

Visit = Callable[..., Visitor]


def plug_in(page: Page) -> CDPSession:
    """A phone's own keeper of passkeys, whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def sign_out(page: Page) -> None:
    page.locator("#main").get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_somebody_signs_up_with_a_passkey_and_comes_back_with_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    plug_in(page)
    visitor.open("/accounts/signup/")
    page.get_by_role("link", name="Use a passkey, not a password").click()
    fill_in(page, name="Hae-Won Park", email="haewon.passkey@example.test")
    page.get_by_role("button", name="Go on").click()
    type_mailed_code(visitor)

    expect(page.get_by_role("heading", level=1)).to_have_text("Make your passkey")
    assert violations(page) == []
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/residency/**")
    expect(page.get_by_text("Your recovery codes let you in")).to_be_visible()

    visitor.open("/accounts/")
    sign_out(page)
    visitor.open("/accounts/login/")
    assert violations(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/residency/**")


def test_an_officer_adds_a_passkey_and_needs_no_code_any_more(visit: Visit) -> None:
    visitor = visit(width=1440, height=900).sign_in("sergeant@demo.test")
    page = visitor.page
    plug_in(page)
    visitor.open("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    # What protects the account is changed only by who shows again that it is them.
    page.get_by_label("Password", exact=True).fill(visitor.installation.people["sergeant@demo.test"]["password"])
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of this passkey").fill("Desk computer")
    assert violations(page) == []
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert violations(page) == []

    visitor.open("/accounts/2fa/webauthn/")
    expect(page.get_by_role("heading", name="Desk computer")).to_be_visible()
    assert violations(page) == []
    visitor.open("/accounts/")
    sign_out(page)

    # The password, and then the passkey as the second step.
    visitor.open("/accounts/login/")
    page.get_by_label("E-mail").fill("sergeant@demo.test")
    page.get_by_label("Password", exact=True).fill(visitor.installation.people["sergeant@demo.test"]["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert violations(page) == []
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/commands/central/desk/**")
    visitor.open("/accounts/")
    sign_out(page)

    # The passkey alone, which is two steps in one.
    visitor.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/commands/central/desk/**")


def test_who_does_not_confirm_is_told_that_nothing_changed(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    visitor.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The passkey was not confirmed, so nothing has changed. Try again, or use another way."
    )
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_without_javascript_or_passkeys_the_password_is_named_as_the_way(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.open("/accounts/login/")
    expect(
        visitor.page.get_by_text("Passkeys need JavaScript").filter(has_text="Sign in with your password above")
    ).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    visitor.open("/accounts/signup/passkey/")
    visitor.page.get_by_role("link", name="Use a password", exact=False).first.click()
    expect(visitor.page.get_by_label("Password", exact=True)).to_be_visible()

    old = visit()
    old.page.add_init_script("Object.defineProperty(window, 'PublicKeyCredential', { value: undefined })")
    old.open("/accounts/login/")
    expect(old.page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(old.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
