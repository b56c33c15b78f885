"""One post, from an officer's form into every feed it was meant for."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.homes import claim_home
from tests.journeys.signing_up import sign_up

Visit = Callable[..., Visitor]

# The middle of Midtown in the demo city, where Central Command serves as it does in Southside Park.
MIDTOWN = (38.5703, -121.4806)
TITLE = "Bicycles taken from five garages this week"


def sign_up_in_midtown(visitor: Visitor, email: str) -> Visitor:
    claim_home(sign_up(visitor, name="Hae-Won Park", email=email).page, MIDTOWN)
    return visitor


def write_post(officer: Visitor, *, title: str, places: list[str]) -> None:
    page = officer.page
    page.get_by_role("link", name="Write a post").first.click()
    page.get_by_label("Crime series").check(force=True)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text", exact=True).fill(
        "Somebody tries side doors along the alleys. Lock yours, and the bicycle."
    )
    for place in places:
        page.get_by_role("checkbox", name=place).check(force=True)


def open_feed(visitor: Visitor) -> None:
    with visitor.page.expect_response(lambda response: "/live/stream" in response.url):
        visitor.open("/feed/")


def test_one_post_reaches_whom_it_was_meant_for(visit: Visit) -> None:
    neighbor_in_midtown = sign_up_in_midtown(visit(), "haewon@example.test")
    resident = visit().sign_in("resident@demo.test")
    faraway = visit().sign_in("faraway@demo.test")
    for reader in (neighbor_in_midtown, resident, faraway):
        open_feed(reader)
        reader.asked.clear()

    # An officer chooses two neighborhoods, sees how many people that is, and sends.
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    write_post(officer, title=TITLE, places=["Southside Park", "Midtown / Winn Park / Capital Avenue"])
    expect(officer.page.get_by_text("in 2 neighborhoods").first).to_be_visible()
    officer.page.get_by_role("button", name="Send to").click()
    expect(officer.page.get_by_text("2 of 2").first).to_be_visible()

    # Both hear of it live, without having asked.
    for reader in (resident, neighbor_in_midtown):
        reader.page.get_by_role("button", name="Show 1 new post").click()
        expect(reader.page.get_by_role("link", name=TITLE)).to_be_visible()
        # One question at the most, when the stream said hello; a page that polls would have asked many times.
        assert len([url for url in reader.asked if "/feed" in url]) <= 1

    # One answers in public, the other in private.
    resident.page.get_by_role("link", name=TITLE).click()
    resident.page.get_by_label("In public").check(force=True)
    resident.page.get_by_label("Your answer").fill("Our camera at 11th and V shows somebody at 2:40.")
    resident.page.get_by_role("button", name="Send", exact=True).click()
    expect(resident.page.get_by_text("Our camera at 11th and V")).to_be_visible()

    neighbor_in_midtown.page.get_by_role("link", name=TITLE).click()
    expect(neighbor_in_midtown.page.get_by_text("Our camera")).to_have_count(0)
    neighbor_in_midtown.page.get_by_label("Only to Central Command").check(force=True)
    neighbor_in_midtown.page.get_by_label("Your answer").fill("I know whose bicycle that is.")
    neighbor_in_midtown.page.get_by_role("button", name="Send", exact=True).click()
    expect(neighbor_in_midtown.page.get_by_text("Nobody watches messages around the clock")).to_be_visible()

    # The officer reads both; the command's answer reaches the resident.
    officer.page.reload()
    expect(officer.page.get_by_text("Our camera at 11th and V")).to_be_visible()
    officer.open("/commands/central/desk/inbox/")
    officer.page.get_by_role("link", name="I know whose bicycle").click()
    officer.page.get_by_label("Your answer").fill("Thank you. Please come to the front desk.")
    officer.page.get_by_role("button", name="Send").click()
    neighbor_in_midtown.page.reload()
    expect(neighbor_in_midtown.page.get_by_text("Please come to the front desk.")).to_be_visible()

    # Somebody far away neither heard nor sees any of it in the feed.
    expect(faraway.page.get_by_role("button", name="Show 1 new post")).to_have_count(0)
    faraway.page.reload()
    expect(faraway.page.get_by_text(TITLE)).to_have_count(0)


def test_headquarters_reaches_the_whole_city(visit: Visit) -> None:
    readers = [visit().sign_in(email) for email in ("neighbor@demo.test", "faraway@demo.test")]
    for reader in readers:
        open_feed(reader)
    pio = visit(width=1440, height=900).sign_in("pio@demo.test")
    pio.open("/headquarters/")
    write_post(pio, title="Watch trainings start on Monday", places=[])
    pio.page.get_by_label("The whole city").check(force=True)
    pio.page.get_by_role("button", name="Send to").click()
    expect(pio.page.get_by_text("121 of 121").first).to_be_visible()
    for reader in readers:
        reader.page.get_by_role("button", name="Show 1 new post").click()
        expect(reader.page.get_by_role("link", name="Watch trainings start on Monday")).to_be_visible()
