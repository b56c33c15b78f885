"""Sign up, get a letter, give its code, and answer in public."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.homes import ADDRESS, claim_home, put_on_the_list
from tests.journeys.signing_up import sign_up
from tests.journeys.test_look import violations
from tests.journeys.test_one_post import write_post
from tests.neighborhoods.letters import codes_in, pages_of

Visit = Callable[..., Visitor]
TITLE = "Street lamps are out along 11th Street"
REPLY = "The lamp at our corner has been out since Monday, too."


def print_letters(verifier: Visitor, folder: Path) -> bytes:
    with verifier.page.expect_download() as started:
        verifier.page.get_by_role("button", name="Print").first.click()
    file = folder / "letters.pdf"
    started.value.save_as(file)
    return file.read_bytes()


def test_a_letter_opens_the_neighborhood(visit: Visit, tmp_path: Path) -> None:
    newcomer = sign_up(visit(), name="Nguyễn Thị Ánh", email="anh@example.test")
    page = newcomer.page
    put_on_the_list(newcomer.installation)
    claim_home(page, address=ADDRESS)
    expect(page.get_by_text("0 of 2")).to_be_visible()
    page.get_by_role("button", name="Send me a letter").click()
    expect(page.get_by_text("Asked for", exact=True)).to_be_visible()

    # A newcomer reads what police post, and can answer only in private.
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    write_post(officer, title=TITLE, places=["Southside Park"])
    officer.page.get_by_role("button", name="Send to").click()
    officer.page.get_by_role("link", name="public page").click()
    post = officer.page.url.removeprefix(officer.installation.url)
    newcomer.open(post)
    expect(page.get_by_label("Your answer")).to_be_visible()
    expect(page.get_by_label("In public")).to_have_count(0)

    # The verifier prints the day's letters. The page names nobody; the paper does.
    verifier = visit(width=1280, height=900).sign_in("verifier@demo.test")
    verifier.open("/verification/")
    expect(verifier.page.get_by_text("Nguyễn")).to_have_count(0)
    pdf = print_letters(verifier, tmp_path)
    mine = [number for number, words in enumerate(pages_of(pdf)) if "1127 V St, Apt 2" in words]
    assert len(mine) == 1
    code = codes_in(pdf)[mine[0]]

    # Days later: the square on the letter fills in the code, a slip of the finger costs a try, the button confirms.
    newcomer.open(f"/residency/code/?code={code}")
    field = page.get_by_label("Code from the letter")
    expect(field).to_have_value(code)
    assert violations(page) == []
    field.fill("2222 2222")
    page.get_by_role("button", name="Check the code").click()
    expect(page.locator(".usa-error-message")).to_have_text("That code does not match. You have 4 tries left.")
    assert violations(page) == []
    # The console tells of the refused form, too.
    newcomer.complaints.clear()
    field.fill(f"{code[:4].lower()} {code[4:]}")
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You live in Southside Park")
    expect(page.get_by_text("1127 V St")).to_have_count(0)

    newcomer.open(post)
    page.get_by_label("In public").check(force=True)
    page.get_by_label("Your answer").fill(REPLY)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text(REPLY)).to_be_visible()
    neighbor = visit().sign_in("resident@demo.test")
    neighbor.open(post)
    expect(neighbor.page.get_by_text(REPLY)).to_be_visible()


def test_a_verifier_confirms_in_person_whose_address_is_secret(visit: Visit) -> None:
    newcomer = sign_up(visit(), name="Hana Mori", email="hana@example.test")
    newcomer.open("/residency/secret/")
    newcomer.page.get_by_label("Your neighborhood").select_option(label="Southside Park")
    newcomer.page.locator("main form button[type=submit]").last.click()
    newcomer.page.get_by_role("button", name="Yes, I live in").click()
    expect(newcomer.page.get_by_text("We keep no address of yours")).to_be_visible()
    expect(newcomer.page.get_by_role("button", name="Send me a letter")).to_have_count(0)

    verifier = visit(width=320).sign_in("verifier@demo.test")
    page = verifier.page
    verifier.open("/verification/")
    page.get_by_label("Name").fill("hana mori")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("The address is secret")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_text("Confirm this home").click()
    page.get_by_role("button", name="Yes, Hana Mori lives in Southside Park").click()
    expect(page.get_by_text("Confirmed: Hana Mori lives in Southside Park.")).to_be_visible()

    newcomer.open("/residency/")
    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text("You live in Southside Park")
