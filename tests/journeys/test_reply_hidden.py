"""A reply is hidden, its writer is told and asks for another look, and somebody outside the command shows it again."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor, reload_until
from tests.journeys.test_look import violations
from tests.journeys.test_one_post import write_post

Visit = Callable[..., Visitor]

TITLE = "A gray sedan was left running on the 700 block"
WORDS = "It is mine, the plate ends in 4T2."


def test_a_reply_is_hidden_and_shown_again(visit: Visit) -> None:
    officer = visit(width=1440, height=900).sign_in("officer@demo.test")
    write_post(officer, title=TITLE, places=["Southside Park"])
    officer.page.get_by_role("button", name="Send to").click()
    officer.page.get_by_role("link", name="public page").click()
    path = officer.page.url.removeprefix(officer.installation.url)

    writer = visit().sign_in("resident@demo.test")
    writer.open(path)
    writer.page.get_by_label("In public").check(force=True)
    writer.page.get_by_label("Your answer").fill(WORDS)
    writer.page.get_by_role("button", name="Send", exact=True).click()
    expect(writer.page.get_by_text(WORDS)).to_be_visible()

    # Whoever wrote the post has no say about the replies under it; a second person at the desk does.
    officer.page.reload()
    expect(officer.page.get_by_text(WORDS)).to_be_visible()
    expect(officer.page.get_by_role("link", name="Hide the reply")).to_have_count(0)
    sergeant = visit().sign_in("sergeant@demo.test")
    sergeant.open(path)
    sergeant.page.get_by_role("link", name="Hide the reply").click()
    assert not violations(sergeant.page)
    sergeant.page.get_by_label("Private data").check(force=True)
    sergeant.page.get_by_label("A note to the writer").fill("Leave the plate out.")
    sergeant.page.get_by_role("button", name="Hide this reply").click()
    expect(sergeant.page.get_by_text("1 reply was hidden: 1 private data")).to_be_visible()
    expect(sergeant.page.get_by_text(WORDS)).to_have_count(0)

    # Everybody sees that a reply was hidden and why, and nobody but its writer what it said.
    neighbor, visitor = visit().sign_in("neighbor@demo.test"), visit()
    for reader in (neighbor, visitor):
        reader.open(path)
        expect(reader.page.get_by_text("1 reply was hidden: 1 private data")).to_be_visible()
        expect(reader.page.get_by_text(WORDS)).to_have_count(0)
    visitor.page.get_by_role("link", name="Why a reply can be hidden").click()
    expect(visitor.page.get_by_text("Criticism of police is no reason")).to_be_visible()

    # The writer is told by mail and asks for another look.
    visitor.open("/demo/mail/?address=resident@demo.test")
    reload_until(visitor.page.get_by_role("heading", name="Your reply was hidden"))
    expect(visitor.page.get_by_text("4T2")).to_have_count(0)
    writer.open("/replies/")
    expect(writer.page.get_by_text("Leave the plate out.")).to_be_visible()
    assert not violations(writer.page)
    writer.page.get_by_role("link", name="Ask for another look").click()
    assert not violations(writer.page)
    writer.page.get_by_label("Why should it be shown again?").fill("It is my own car.")
    writer.page.get_by_role("button", name="Ask for another look").click()
    expect(writer.page.get_by_text("decides, and you get a mail")).to_be_visible()

    # Somebody who works for no command reads what was appealed, and decides.
    moderator = visit(width=1440, height=900).sign_in("moderator@demo.test")
    moderator.open("/appeals/")
    assert not violations(moderator.page)
    moderator.page.get_by_role("link", name=TITLE).click()
    expect(moderator.page.get_by_text("It is my own car.")).to_be_visible()
    assert not violations(moderator.page)
    moderator.page.get_by_label("Show it again").check(force=True)
    moderator.page.get_by_label("Your reason").fill("One may give away one’s own plate.")
    moderator.page.get_by_role("button", name="Decide and tell the writer").click()
    expect(moderator.page.get_by_text("Decided. The writer is told.")).to_be_visible()

    neighbor.page.reload()
    expect(neighbor.page.get_by_text(WORDS)).to_be_visible()
    expect(neighbor.page.get_by_text("was hidden")).to_have_count(0)
    writer.open("/replies/")
    expect(writer.page.get_by_text("One may give away one’s own plate.")).to_be_visible()
    visitor.open("/demo/mail/?address=resident@demo.test")
    reload_until(visitor.page.get_by_role("heading", name="Your hidden reply was looked at again"))
