"""Somebody gives their home by its address, moves house, and asks that the new address stays secret."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation
from tests.journeys.conftest import Visitor
from tests.journeys.signing_up import sign_up
from tests.journeys.test_look import violations

Visit = Callable[..., Visitor]

ADDRESSES = """\
NUM,STREET,UNIT,CITY,ZIP,LAT,LON
1101,T St,Apt 1,Sacramento,95811,38.5676,-121.5011
1101,T St,Apt 2,Sacramento,95811,38.5676,-121.5011
1103,T St,,Sacramento,95811,38.5677,-121.5010
1103,T St,,Elsewhere,95899,38.1,-121.1
2700,35th St,,Sacramento,95817,38.5520,-121.4680
"""
COLUMNS = "--number=NUM --street=STREET --unit=UNIT --city=CITY --postcode=ZIP --latitude=LAT --longitude=LON"


@pytest.fixture
def addresses(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text(ADDRESSES)
    installation.manage("load_addresses", str(file), *COLUMNS.split())


def has_no_barrier(page: Page) -> bool:
    return violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.usefixtures("addresses")
def test_move_house(visit: Visit, installation: Installation) -> None:
    visitor = sign_up(visit(width=320), name="Moira Vance", email="moira@example.test")
    page = visitor.page

    # Two letters and a pause offer addresses; the keyboard alone takes one.
    typed = page.get_by_label("Your address")
    typed.focus()
    page.keyboard.type("1101 t")
    option = page.get_by_role("option", name="1101 T St, Sacramento 95811")
    expect(option).to_be_visible()
    assert has_no_barrier(page)
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(option).to_be_hidden()
    expect(typed).to_have_value("1101 T St, Sacramento 95811")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Do you live in")
    first = heading(page).removeprefix("Do you live in ").removesuffix("?")
    expect(page.get_by_text("Served by")).to_be_visible()
    assert has_no_barrier(page)
    page.get_by_label("Apartment or unit").fill("Apt 2")
    page.get_by_role("button", name=f"Yes, I live in {first}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Show that you live in {first}")

    # The same house number in another city is asked about; a place outside is not taken.
    page.get_by_role("link", name="I have moved").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Have you moved?")
    page.get_by_label("Your address").fill("1103 T St")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name="Which one is it?")).to_be_visible()
    page.get_by_role("button", name="1103 T St, Elsewhere 95899").click()
    expect(page.get_by_text("We found no neighborhood there.")).to_be_visible()
    assert has_no_barrier(page)

    page.get_by_label("Your address").fill("2700 35th Street")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text(f"Your home in {first} ends")).to_be_visible()
    second = heading(page).removeprefix("Do you live in ").removesuffix("?")
    assert second != first
    page.get_by_role("button", name=f"Yes, I moved to {second}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Show that you live in {second}")

    # At last to where nobody may find her.
    page.get_by_role("link", name="I have moved").click()
    page.get_by_role("link", name="My address must stay secret").click()
    assert has_no_barrier(page)
    page.get_by_label("Your neighborhood").select_option(label=first)
    page.get_by_role("button", name="Go on").click()
    assert has_no_barrier(page)
    page.get_by_role("button", name=f"Yes, I moved to {first}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Show that you live in {first}")
    expect(page.get_by_text("Your address stays secret")).to_be_visible()
    assert has_no_barrier(page)


@pytest.mark.usefixtures("addresses")
def test_an_address_is_found_without_a_script(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    visitor.open("/find/")
    page.get_by_label("Your address").fill("2700 35th Street")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This is")
