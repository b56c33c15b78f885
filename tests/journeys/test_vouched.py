"""Two neighbors give their word for somebody new: one by an invitation, one asked by a link."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.homes import claim_home
from tests.journeys.signing_up import sign_up
from tests.journeys.test_look import violations

Visit = Callable[..., Visitor]


def new_link(visitor: Visitor) -> str:
    """What stands in the field of a link made just now, as an address within the installation."""
    link = visitor.page.get_by_label("Your link").input_value()
    assert link.startswith(f"{visitor.installation.url}/vouch/")
    return link.removeprefix(visitor.installation.url)


def test_two_neighbors_open_the_neighborhood(visit: Visit) -> None:
    # A neighbor makes a link, and whoever it is for opens it before having an account.
    maria = visit().sign_in("resident@demo.test")
    maria.open("/residency/")
    maria.page.get_by_role("link", name="Invite a neighbor").click()
    maria.page.get_by_role("button", name="Make a link").click()
    invitation = new_link(maria)
    assert violations(maria.page) == []

    tomas = visit(width=320)
    tomas.open(invitation)
    expect(tomas.page.get_by_role("heading", level=1)).to_have_text("A neighbor sent you this link")
    assert violations(tomas.page) == []
    sign_up(tomas, name="Tomas Greene", email="tomas@example.test")
    tomas.open(invitation)
    expect(tomas.page.get_by_text("Say first where your home is")).to_be_visible()
    tomas.page.get_by_role("link", name="Say where your home is").click()
    claim_home(tomas.page)
    expect(tomas.page.get_by_text("0 of 2")).to_be_visible()

    # Opening it is not enough; accepting is.
    tomas.open(invitation)
    expect(tomas.page.get_by_role("heading", level=1)).to_have_text("Maria L. invites you")
    assert violations(tomas.page) == []
    tomas.page.get_by_role("button", name="Accept").click()
    expect(tomas.page.get_by_text("1 of 2", exact=True)).to_be_visible()
    assert violations(tomas.page) == []
    assert tomas.page.evaluate("document.documentElement.scrollWidth") <= 320

    # Now he asks another neighbor. One from elsewhere can do nothing with the link.
    tomas.page.get_by_role("button", name="Send the link to a neighbor").click()
    request = new_link(tomas)
    denise = visit().sign_in("faraway@demo.test")
    denise.open(request)
    expect(denise.page.get_by_text("This link is for neighbors in Southside Park")).to_be_visible()
    joe = visit().sign_in("neighbor@demo.test")
    joe.open(request)
    expect(joe.page.get_by_role("heading", level=1)).to_have_text("Do you know that Tomas G. lives in Southside Park?")
    joe.page.get_by_role("button", name="Yes, I know it").click()
    expect(joe.page.get_by_text("Tomas G. has your word")).to_be_visible()

    tomas.open("/residency/")
    expect(tomas.page.get_by_role("heading", level=1)).to_have_text("You live in Southside Park")
    expect(tomas.page.get_by_text("Confirmed by two neighbors")).to_be_visible()
    # Whoever was vouched for does not vouch in turn.
    tomas.open("/residency/vouching/")
    expect(tomas.page.get_by_role("button", name="Make a link")).to_have_count(0)
