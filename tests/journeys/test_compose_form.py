"""An officer writes a post, with a pointer, with a script that is not there, and with an impatient finger."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

Visit = Callable[..., Visitor]

COMPOSE = "/commands/central/desk/compose/"
CHOSEN = re.compile("pl-area--chosen")


def test_list_map_and_count_show_one_choice_and_two_clicks_make_one_post(visit: Visit) -> None:
    officer = visit(width=1440, height=900).sign_in("sergeant@demo.test")
    officer.open(COMPOSE)
    page = officer.page
    area = page.locator("[data-audience-map] [data-slug=southside-park]")
    box = page.get_by_role("checkbox", name="Southside Park")
    count = page.locator("[data-reach-places]")

    # A tap on the map ticks the list, a tick in the list paints the map.
    area.click()
    expect(box).to_be_checked()
    expect(area).to_have_class(CHOSEN)
    expect(count).to_have_text("in 1 neighborhood")
    page.get_by_role("checkbox", name="Newton Booth").check(force=True)
    expect(page.locator("[data-audience-map] [data-slug=newton-booth]")).to_have_class(CHOSEN)
    expect(count).to_have_text("in 2 neighborhoods")
    area.click()
    expect(box).not_to_be_checked()
    expect(area).not_to_have_class(CHOSEN)

    # The list can be searched; what was ticked stays.
    page.get_by_label("Find in list").fill("south")
    expect(page.get_by_role("checkbox", name="Newton Booth")).to_be_hidden()
    expect(box).to_be_visible()

    # The whole command is all of them, on the map too.
    page.get_by_label("All of Central Command").check(force=True)
    expect(count).to_have_text("in 13 neighborhoods")
    expect(page.locator("[data-audience-map] .pl-area--chosen")).to_have_count(13)

    # The preview follows what is typed and chosen.
    page.get_by_label("Title").fill("Coffee with your officers")
    page.get_by_label("Good news").check(force=True)
    preview = page.locator("[data-preview]")
    expect(preview).to_contain_text("Coffee with your officers")
    expect(preview).to_contain_text("Good news")
    expect(preview).to_contain_text("to all of Central Command")

    page.get_by_label("Text", exact=True).fill("Wednesday at nine, in the library.")
    page.get_by_role("button", name="Send to").dblclick()
    expect(page.get_by_role("heading", name="Coffee with your officers")).to_be_visible()
    expect(page.get_by_text("13 of 13").first).to_be_visible()
    officer.open("/commands/central/desk/posts/")
    expect(page.get_by_role("link", name="Coffee with your officers")).to_have_count(1)


def test_everything_works_without_javascript(visit: Visit) -> None:
    officer = visit(java_script_enabled=False).sign_in("manager@demo.test")
    officer.open(COMPOSE)
    page = officer.page
    page.get_by_label("Safety tip").check(force=True)
    page.get_by_label("Title").fill("Lock the side door")
    page.get_by_label("Text", exact=True).fill("Somebody tries doors at night.")
    page.get_by_role("checkbox", name="Southside Park").check(force=True)
    page.get_by_role("button", name="Update count and preview").click()
    expect(page.locator("[data-reach-places]")).to_have_text("in 1 neighborhood")
    expect(page.locator("[data-preview]")).to_contain_text("Central Command to Southside Park")
    expect(page.get_by_label("Title")).to_have_value("Lock the side door")
    expect(page.get_by_label("Safety tip")).to_be_checked()

    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_role("heading", name="Lock the side door")).to_be_visible()
    expect(page.get_by_text(re.compile("in 1 neighborhood")).first).to_be_visible()
    page.get_by_label("Your answer").fill("Questions? Ask here.")
    page.get_by_role("button", name="Send in public").click()
    expect(page.get_by_text("Questions? Ask here.")).to_be_visible()
