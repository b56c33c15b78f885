"""What a neighbor wrote is reported, removed by a lead, appealed and brought back by another; police see none of it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_look import violations
from tests.journeys.test_one_post import open_feed

Visit = Callable[..., Visitor]

TITLE = "Who knows the boy with the red scooter?"
WORDS = "He rides on my lawn every day and I want it to stop."


def looks_right(page: Page) -> None:
    """No barrier in light or dark, and nothing to scroll sideways for, on the smallest phone."""
    assert violations(page) == [], page.url
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == [], page.url
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def on_a_small_phone(visit: Visit) -> Visitor:
    return visit(width=320, height=700, reduced_motion="reduce")


def choose(page: Page, link: str) -> None:
    """Follow a link of the menu."""
    page.locator("summary").first.click()
    page.get_by_label("Menu").get_by_role("link", name=link).click()


def test_report_and_appeal(visit: Visit) -> None:
    maria, joe, ruth, moderator = (
        on_a_small_phone(visit).sign_in(f"{name}@demo.test") for name in ("resident", "neighbor", "lead", "moderator")
    )

    # Maria offers to keep the room, and the city's moderator names her.
    page = maria.page
    choose(page, "Neighbors")
    looks_right(page)
    page.get_by_role("link", name="Help to keep the room").click()
    looks_right(page)
    page.get_by_role("button", name="Offer to help").click()
    expect(page.get_by_text("You offered to help.")).to_be_visible()
    choose(moderator.page, "Neighbors’ reports")
    looks_right(moderator.page)
    moderator.page.get_by_role("button", name=re.compile("Name as lead.*Maria L., Southside Park")).click()
    expect(moderator.page.get_by_text("Named. They are told by e-mail.")).to_be_visible()

    # Joe writes; whoever has the feed open hears that there is something, and no more.
    open_feed(ruth)
    joe.open("/feed/?show=neighbors")
    joe.page.get_by_role("link", name="Write to your neighbors").first.click()
    looks_right(joe.page)
    joe.page.get_by_label("Title").fill(TITLE)
    joe.page.get_by_label("Text").fill(WORDS)
    joe.page.get_by_role("button", name="Send to your neighbors").click()
    expect(joe.page.get_by_role("heading", name=TITLE)).to_be_visible()
    address = joe.page.url
    looks_right(joe.page)
    ruth.page.get_by_role("button", name="New from your neighbors. Show it").click()
    card = ruth.page.get_by_role("article", name=TITLE)
    expect(card.get_by_text("Police cannot see this.")).to_be_visible()
    looks_right(ruth.page)
    officer = visit().sign_in("officer@demo.test")
    assert officer.page.request.get(address).status == 403

    # Ruth says thanks and thinks better of it: she reports it, and sees what she hands over and to whom.
    card.get_by_role("button", name="Thank Joe").click()
    expect(card.get_by_role("button", name="Thanked")).to_be_visible()
    card.get_by_role("link", name="More about").click()
    ruth.page.locator("#more > summary").click()
    looks_right(ruth.page)
    ruth.page.get_by_role("link", name="Report").click()
    expect(ruth.page.get_by_text(WORDS)).to_be_visible()
    expect(ruth.page.get_by_text("Maria L.", exact=False)).to_be_visible()
    looks_right(ruth.page)
    ruth.page.get_by_label("Names or shows a private person").check(force=True)
    ruth.page.get_by_label("Anything they should know").fill("He means the boy next door.")
    ruth.page.get_by_role("button", name="Hand over this copy").click()
    expect(ruth.page.get_by_text("Waits for a lead").first).to_be_visible()
    looks_right(ruth.page)

    # Maria decides by the copy; Joe learns the rule and asks for another look.
    maria.open("/neighbors/lead/")
    looks_right(page)
    page.get_by_role("link", name="A post by Joe T.").first.click()
    expect(page.get_by_text("He means the boy next door.")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Removed. Its author is told the rule")).to_be_visible()
    ruth.open("/feed/?show=neighbors")
    expect(ruth.page.get_by_role("article", name=TITLE)).to_have_count(0)
    joe.open("/neighbors/removed/")
    looks_right(joe.page)
    joe.page.get_by_role("link", name="Ask for another look").first.click()
    looks_right(joe.page)
    joe.page.get_by_label("Why it should come back").fill("Nobody can tell who he is.")
    joe.page.get_by_role("button", name="Ask for another look").click()
    expect(joe.page.get_by_text("You asked for another look.").first).to_be_visible()

    # Maria removed it, so somebody else looks: the moderator, who brings it back.
    moderator.open("/moderation/")
    moderator.page.get_by_role("link", name="A post that was removed").first.click()
    looks_right(moderator.page)
    moderator.page.get_by_label("Your reason").fill("It names nobody.")
    moderator.page.get_by_role("button", name="Bring it back").click()
    expect(moderator.page.get_by_text("It is back.")).to_be_visible()
    joe.page.reload()
    expect(joe.page.get_by_text("It names nobody.")).to_be_visible()
    ruth.page.reload()
    expect(ruth.page.get_by_role("article", name=TITLE)).to_be_visible()


def test_neighbors_answer_mute_and_undo_by_keyboard_alone(visit: Visit) -> None:
    maria, joe = (on_a_small_phone(visit).sign_in(f"{name}@demo.test") for name in ("resident", "neighbor"))
    joe.open("/neighbors/new/")
    page = joe.page
    page.get_by_label("Title").focus()
    page.keyboard.type("A cat sits on our roof")
    page.get_by_role("button", name="Send to your neighbors").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A cat sits on our roof")).to_be_visible()

    page = maria.page
    page.goto(joe.page.url)
    page.get_by_label("Your comment").focus()
    page.keyboard.type("Is it gray? Then it is ours.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="Is it gray? Then it is ours.").first).to_be_visible()
    looks_right(page)
    page.locator("#more > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mute Joe T.").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You no longer see what Joe T. writes.")).to_be_visible()
    looks_right(page)
    maria.open("/feed/?show=neighbors")
    expect(page.get_by_role("article", name="A cat sits on our roof")).to_have_count(0)
    maria.open("/neighbors/people/")
    page.get_by_role("button", name=re.compile("Undo.*Joe T.")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone. You see what they write again.")).to_be_visible()
    maria.open("/feed/?show=neighbors")
    expect(page.get_by_role("article", name="A cat sits on our roof")).to_be_visible()
