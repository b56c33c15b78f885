from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency
from posts.services import switch_replies
from tests.posts.api.conftest import Program
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db

URL = "/api/v1/feed/"


def ids(program: Program, person: User) -> list[int]:
    response = program(person).get(URL)
    assert response.status_code == 200
    return [post["id"] for post in response.json()["results"]]


def test_residents_read_what_their_neighborhood_got(
    program: Program,
    now: datetime,
    oak: Neighborhood,
    elm: Neighborhood,
    central: PoliceCommand,
    headquarters: PoliceCommand,
    officer: User,
    pio: User,
    resident: User,
    newcomer: User,
    neighbor: User,
    faraway: User,
) -> None:
    to_oak = publish(officer, central, now, [oak]).pk
    to_both = publish(officer, central, now + timedelta(hours=1)).pk
    to_all = publish(pio, headquarters, now + timedelta(hours=2), scope="city").pk
    assert ids(program, resident) == [to_all, to_both, to_oak]
    assert ids(program, newcomer) == [to_all, to_both, to_oak]
    assert ids(program, neighbor) == [to_all, to_both]
    assert ids(program, faraway) == [to_all]


def test_a_post_in_the_feed_has_its_place_in_it(
    program: Program, now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, resident: User
) -> None:
    post = publish(officer, central, now, [oak], text="x" * 700)
    feed = program(resident).get(URL).json()
    assert feed["neighborhood"] == {"slug": "oak", "name": "Oak"}
    assert feed["results"] == [
        {
            "id": post.pk,
            "url": f"/posts/{post.pk}/",
            "command": {"slug": "central", "name": "Central Command"},
            "kind": "crime_series",
            "title": post.title,
            "text": "x" * 600,
            "status": "published",
            "version": 1,
            "audience": "neighborhoods",
            "neighborhood_count": 1,
            "published_at": "2026-11-20T12:00:00-08:00",
            "replies_open": True,
            "feed_number": 1,
        }
    ]


def test_it_says_at_once_when_replies_close(
    program: Program, now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, resident: User
) -> None:
    post = publish(officer, central, now, [oak])
    client = program(resident)
    assert [found["replies_open"] for found in client.get(URL).json()["results"]] == [True]
    switch_replies(post_id=post.pk, opens=False, assignment=officer.assignments.get(), at=now)
    assert [found["replies_open"] for found in client.get(URL).json()["results"]] == [False]


def test_pages_follow_each_other_without_a_gap(
    program: Program, now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, resident: User
) -> None:
    sent = [publish(officer, central, now, [oak]).pk for _ in range(41)]
    client, url, seen = program(resident), URL, []
    while url:
        page = client.get(url).json()
        seen.append([post["id"] for post in page["results"]])
        url = page["next"]
    assert [len(page) for page in seen] == [20, 20, 1]
    assert [found for page in seen for found in page] == sent[::-1]


@pytest.mark.parametrize("cursor", ["", "-1", "first", "9" * 30])
def test_a_made_up_cursor_is_refused(program: Program, resident: User, cursor: str) -> None:
    response = program(resident).get(URL, {"cursor": cursor})
    assert (response.status_code, list(response.json())) == (400, ["cursor"])


def test_without_a_home_there_is_no_feed(
    program: Program, homeless_account: User, officer: User, resident: User
) -> None:
    Residency.objects.filter(person=resident).update(neighborhood=None)
    for person in (homeless_account, officer, resident):
        response = program(person).get(URL)
        assert response.status_code == 409
        assert "/api/v1/posts/" in response.json()["detail"]


def test_a_visitor_has_to_sign_in(program: Program) -> None:
    assert program().get(URL).status_code == 401


def test_a_page_costs_the_same_however_much_was_posted(
    program: Program,
    now: datetime,
    oak: Neighborhood,
    central: PoliceCommand,
    officer: User,
    resident: User,
    django_assert_num_queries: Any,
) -> None:
    client = program(resident)
    for _ in range(2):
        for _ in range(5):
            publish(officer, central, now, [oak])
        # The token, its person, the home, the page.
        with django_assert_num_queries(4):
            client.get(URL)
