"""What does the front page show, to whom, and at what cost?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import Role
from neighborhoods.models import Neighborhood
from posts.rules import PostKind
from tests.accounts.factories import make_staff
from tests.commands.factories import make_command
from tests.neighborhoods.factories import make_neighborhood
from tests.posts.factories import publish
from tests.servers import free_port

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def front(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_fresh_installation_says_what_the_site_admin_does_next(client: Client) -> None:
    page = front(client)
    assert "Almost ready" in page
    assert "load_neighborhoods" in page
    assert "Quiet so far" in page
    assert "Find your neighborhood" not in page


def test_the_latest_posts_are_there_for_everybody(client: Client, officer: User, central: PoliceCommand) -> None:
    for number in range(6):
        at = timezone.now() - timedelta(hours=6 - number)
        publish(officer, central, at, title=f"Post number {number}")
    page = front(client)
    assert "Post number 0" not in page
    assert [f"Post number {number}" in page for number in range(1, 6)] == [True] * 5
    assert page.index("Post number 5") < page.index("Post number 1")


def test_a_new_post_is_there_at_once(client: Client, officer: User, central: PoliceCommand) -> None:
    front(client)
    publish(officer, central, timezone.now(), title="Water main broken")
    assert "Water main broken" in front(client)


def test_html_in_a_post_is_text(client: Client, officer: User, central: PoliceCommand) -> None:
    publish(officer, central, timezone.now(), title="<script>alert(1)</script>")
    page = front(client)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_light_for_each_neighborhood_that_heard_within_seven_days(
    client: Client, officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood
) -> None:
    publish(officer, central, timezone.now() - timedelta(days=8), [elm])
    publish(officer, central, timezone.now() - timedelta(days=6), [oak])
    publish(officer, central, timezone.now() - timedelta(days=5), [oak])
    page = front(client)
    assert "<strong>1 of 3</strong>" in page
    assert "1 of 3 neighborhoods heard from police in the last 7 days." in page
    assert page.count('class="pl-light"') == 1


def test_each_command_is_named_with_what_it_serves(
    client: Client, headquarters: PoliceCommand, central: PoliceCommand, south: PoliceCommand, elm: Neighborhood
) -> None:
    elm.boundaries.update(ended_at=timezone.now())
    page = " ".join(front(client).split())
    assert "<strong>Central Command</strong> 1 neighborhood</span>" in page
    assert "<strong>South Command</strong> 1 neighborhood</span>" in page
    assert f"<strong>{headquarters.name}</strong> the whole city" in page


def test_a_visitor_is_asked_to_sign_in_and_a_resident_is_not(
    client: Client, sign_in: SignIn, officer: User, central: PoliceCommand, resident: User
) -> None:
    post = publish(officer, central, timezone.now())
    assert f"/accounts/login/?next=%2Fposts%2F{post.pk}%2F" in front(client)
    assert "Sign in to reply" in front(client)
    page = front(sign_in(resident))
    assert "Sign in to reply" not in page
    assert f'href="/posts/{post.pk}/#answer"' in page


def test_it_costs_a_visitor_one_query_while_it_is_kept(
    client: Client, officer: User, central: PoliceCommand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(officer, central, timezone.now())
    front(client)
    with django_assert_num_queries(1):
        front(client)


def test_making_it_costs_the_same_however_much_there_is(
    client: Client, officer: User, central: PoliceCommand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(officer, central, timezone.now())
    with django_assert_num_queries(9):
        front(client)
    for number in range(5):
        place = make_neighborhood(f"Place {number}", west=20 + number)
        command = make_command(f"Number {number} Command", f"number-{number}", str(number), [place])
        author = make_staff(f"Author {number}", "Officer", command, Role.AUTHOR)
        publish(author, command, timezone.now(), kind=PostKind.EVENT)
    cache.clear()
    with django_assert_num_queries(9):
        front(client)


def test_an_unchanged_page_is_not_sent_to_a_visitor_again(
    client: Client, officer: User, central: PoliceCommand
) -> None:
    etag = client.get("/")["ETag"]
    again = client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert "Cookie" in again["Vary"]
    publish(officer, central, timezone.now())
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 200


def test_a_signed_in_page_is_never_answered_from_a_visitors(client: Client, sign_in: SignIn, resident: User) -> None:
    etag = client.get("/")["ETag"]
    response = sign_in(resident).get("/", headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert "ETag" not in response
    assert resident.public_name in response.content.decode()


def test_a_waiting_message_is_shown(client: Client, sign_in: SignIn, resident: User) -> None:
    etag = client.get("/")["ETag"]
    signed_in = sign_in(resident)
    signed_in.post("/accounts/logout/")
    response = signed_in.get("/", headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert "You have signed out." in response.content.decode()


def test_it_is_shown_while_redis_is_away(
    client: Client, officer: User, central: PoliceCommand, settings: LazySettings
) -> None:
    publish(officer, central, timezone.now(), title="Water main broken")
    away = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": away}}
    assert "Water main broken" in front(client)
