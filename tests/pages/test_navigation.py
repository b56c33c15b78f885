"""Which links does each of the cast find in the header?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.template import Context, Template
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import Role
from commands.services import assign, end_assignment
from pages.context import navigation
from tests.accounts.factories import make_staff

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db

ABOUT = "/about/"


def links(client: Client, page: str = ABOUT) -> dict[str, str]:
    """Label → address of the header's links."""
    html = client.get(page).content.decode()
    nav = html.partition('aria-label="Main"')[2].partition("</nav>")[0]
    return {label: url for url, label in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav)}


def test_a_visitor_finds_what_is_public(client: Client) -> None:
    assert links(client) == {
        "Police posts": "/posts/",
        "Neighborhoods": "/neighborhoods/",
        "Reach": "/metrics/",
        "How it works": "/about/",
    }


@pytest.mark.parametrize("who", ["resident", "neighbor", "newcomer", "faraway", "homeless_account"])
def test_a_resident_finds_the_feed_and_the_messages(sign_in: SignIn, request: pytest.FixtureRequest, who: str) -> None:
    assert links(sign_in(request.getfixturevalue(who))) == {
        "Feed": "/feed/",
        "Neighbors": "/neighbors/",
        "Neighborhoods": "/neighborhoods/",
        "Messages": "/conversations/",
        "Account": "/accounts/",
    }


@pytest.mark.parametrize(
    ("who", "desk", "url"),
    [
        ("officer", "Central Command", "/commands/central/desk/"),
        ("sergeant", "Central Command", "/commands/central/desk/"),
        ("stranger_officer", "South Command", "/commands/south/desk/"),
        ("pio", "Police Headquarters", "/commands/headquarters/desk/"),
    ],
)
def test_staff_find_their_desk(sign_in: SignIn, request: pytest.FixtureRequest, who: str, desk: str, url: str) -> None:
    assert links(sign_in(request.getfixturevalue(who))) == {
        desk: url,
        "Reach": "/metrics/",
        "Account": "/accounts/",
    }


def test_the_moderator_finds_what_neighbors_reported(sign_in: SignIn) -> None:
    moderator = make_staff("Priya Raman", "")
    moderator.groups.add(Group.objects.get(name="Community moderators"))
    assert links(sign_in(moderator))["Neighbors’ reports"] == "/moderation/"


def test_staff_of_two_commands_find_both_desks_until_one_ends(
    sign_in: SignIn, officer: User, south: PoliceCommand
) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    second = assign(person=officer, command=south, role=Role.AUTHOR, at=at)
    assert list(links(sign_in(officer)))[:2] == ["Central Command", "South Command"]
    end_assignment(assignment_id=second.pk, at=at)
    assert "South Command" not in links(sign_in(officer))


def test_the_page_one_is_on_is_marked(client: Client) -> None:
    html = client.get(ABOUT).content.decode()
    assert '<a href="/about/" aria-current="page">How it works</a>' in html
    assert '<a href="/posts/" aria-current="page">' not in html


def test_the_menu_says_who_is_signed_in(sign_in: SignIn, officer: User) -> None:
    assert "Officer K. Delgado" in sign_in(officer).get(ABOUT).content.decode()


@pytest.mark.parametrize(("who", "queries"), [("resident", 2), ("officer", 3)])
def test_the_header_costs_the_session_and_the_account_and_one_query_more_for_staff(
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    who: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sign_in(request.getfixturevalue(who))
    with django_assert_num_queries(queries):
        client.get(ABOUT)


def test_the_header_costs_a_visitor_nothing(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        client.get(ABOUT)


def test_a_page_without_header_does_not_pay_for_it(
    officer: User, rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = rf.get("/")
    request.user = officer
    context = Context(navigation(request))
    with django_assert_num_queries(0):
        Template("no header").render(context)
    with django_assert_num_queries(1):
        Template("{% for item in nav %}{{ item.label }}{% endfor %}").render(context)
