import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Post
from posts.rules import PostKind, PostStatus
from tests.posts.api.conftest import Program
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db

URL = "/api/v1/posts/"

POST: dict[str, Any] = {
    "command": "central",
    "kind": "safety_tip",
    "title": "Lock side doors",
    "text": "Somebody <b>tries</b> them at night.",
}


def send(client: APIClient, **changes: Any) -> Any:
    return client.post(URL, {**POST, **changes}, format="json")


# Sending


def test_an_officer_sends_to_neighborhoods(program: Program, officer: User, oak: Neighborhood) -> None:
    response = send(program(officer), neighborhoods=["oak"])
    assert response.status_code == 201
    post = Post.objects.get()
    assert response.json() == {"id": post.pk, "status": "published", "version": 1}
    assert (post.author, post.kind, post.title, post.text) == (officer, *(POST[k] for k in ("kind", "title", "text")))
    assert list(post.deliveries.values_list("neighborhood_id", flat=True)) == [oak.pk]


@pytest.mark.parametrize("kind", PostKind.values)
def test_every_kind_can_be_sent(program: Program, officer: User, kind: str) -> None:
    assert send(program(officer), kind=kind, audience="command").status_code == 201


def test_audiences_reach_the_command_or_the_city(
    program: Program, officer: User, pio: User, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood
) -> None:
    to_command = send(program(officer), audience="command").json()["id"]
    to_city = send(program(pio), command="headquarters", audience="city").json()["id"]
    assert set(Delivery.objects.filter(post=to_command).values_list("neighborhood__slug", flat=True)) == {"oak", "elm"}
    assert Delivery.objects.filter(post=to_city).count() == 3


@pytest.mark.parametrize(
    ("choice", "is_open"), [({}, True), ({"replies_open": True}, True), ({"replies_open": False}, False)]
)
def test_replies_are_open_unless_they_are_closed(
    program: Program, officer: User, choice: dict[str, bool], is_open: bool
) -> None:
    assert send(program(officer), audience="command", **choice).status_code == 201
    assert Post.objects.get().replies_open is is_open
    (shown,) = program().get(URL).json()["results"]
    assert shown["replies_open"] is is_open


def test_a_post_that_needs_a_second_person_is_pending(program: Program, officer: User, central: PoliceCommand) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    response = send(program(officer), neighborhoods=["oak"])
    assert (response.status_code, response.json()["status"]) == (201, "pending")
    assert not Delivery.objects.exists()


def test_the_same_submission_key_makes_one_post(program: Program, officer: User) -> None:
    key = str(uuid.uuid4())
    answers = [send(program(officer), audience="command", submission_key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "neighborhoods"),
        ({"neighborhoods": []}, "neighborhoods"),
        ({"neighborhoods": None}, "neighborhoods"),
        ({"neighborhoods": "oak"}, "neighborhoods"),
        ({"neighborhoods": ["oak", "atlantis"]}, "neighborhoods"),
        ({"neighborhoods": ["oak"], "audience": "command"}, "audience"),
        ({"audience": "everyone"}, "audience"),
        ({"audience": "neighborhoods"}, "audience"),
        ({"audience": None}, "audience"),
        ({"audience": "command", "command": "atlantis"}, "command"),
        ({"audience": "command", "kind": "rumor"}, "kind"),
        ({"audience": "command", "title": " "}, "title"),
        ({"audience": "command", "title": "x" * 121}, "title"),
        ({"audience": "command", "text": ""}, "text"),
        ({"audience": "command", "text": "x" * 50_000}, "text"),
        ({"audience": "command", "text": "a\x00b"}, "text"),
        ({"audience": "command", "submission_key": "again"}, "submission_key"),
        ({"audience": "command", "replies_open": "perhaps"}, "replies_open"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    program: Program, officer: User, changes: dict[str, Any], field: str
) -> None:
    response = send(program(officer), **changes)
    assert response.status_code == 400
    assert list(response.json()) == [field]
    assert not Post.objects.exists()


def test_an_empty_audience_says_that_nobody_would_get_it(program: Program, officer: User) -> None:
    assert "Nobody would get this" in send(program(officer), neighborhoods=[]).json()["neighborhoods"][0]


@pytest.mark.parametrize("changes", [{"neighborhoods": ["oak", "pine"]}, {"audience": "city"}])
def test_nobody_posts_outside_what_their_command_serves(
    program: Program, officer: User, pine: Neighborhood, changes: dict[str, Any]
) -> None:
    response = send(program(officer), **changes)
    assert response.status_code == 409
    assert response.json()["detail"]
    assert not Post.objects.exists()


def test_a_neighborhood_that_is_gone_is_refused_by_the_rule_of_coverage(
    program: Program, officer: User, elm: Neighborhood, now: datetime
) -> None:
    elm.boundaries.update(ended_at=now)
    assert send(program(officer), neighborhoods=["elm"]).status_code == 409


def test_who_is_not_assigned_may_not_send(
    program: Program, central: PoliceCommand, stranger_officer: User, pio: User, resident: User
) -> None:
    for person in (stranger_officer, pio, resident):
        response = send(program(person), neighborhoods=["oak"])
        assert (response.status_code, list(response.json())) == (403, ["detail"])
    assert send(program(), neighborhoods=["oak"]).status_code == 401
    assert not Post.objects.exists()


def test_staff_need_their_second_step_for_tokens_too(program: Program, officer: User) -> None:
    officer.authenticator_set.all().delete()  # type: ignore[attr-defined]
    response = send(program(officer), neighborhoods=["oak"])
    assert response.status_code == 403
    assert "second step" in response.json()["detail"]


def test_a_revoked_token_and_a_closed_account_open_nothing(program: Program, officer: User) -> None:
    client = program(officer)
    officer.is_active = False
    officer.save()
    assert send(client, neighborhoods=["oak"]).status_code == 401
    officer.is_active = True
    officer.save()
    officer.auth_token_set.all().delete()  # type: ignore[attr-defined]
    assert send(client, neighborhoods=["oak"]).status_code == 401
    assert not Post.objects.exists()


def test_a_session_needs_its_csrf_token(officer: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, neighborhoods=["oak"]).status_code == 403
    assert not Post.objects.exists()


# Reading


def test_everybody_reads_what_was_published(
    program: Program, officer: User, resident: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    post = publish(officer, central, now, [oak])
    expected = {
        "id": post.pk,
        "url": f"/posts/{post.pk}/",
        "command": {"slug": "central", "name": "Central Command"},
        "kind": "crime_series",
        "title": post.title,
        "text": post.text,
        "status": "published",
        "version": 1,
        "audience": "neighborhoods",
        "neighborhood_count": 1,
        "published_at": "2026-11-20T12:00:00-08:00",
        "replies_open": True,
    }
    for reader in (program(), program(resident), program(officer)):
        response = reader.get(URL)
        assert response.status_code == 200
        assert response.json() == {"next": None, "results": [expected]}


def test_what_is_not_out_is_not_in_the_list(
    program: Program, officer: User, central: PoliceCommand, oak: Neighborhood
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    send(program(officer), neighborhoods=["oak"])
    assert program(officer).get(URL).json()["results"] == []


def test_a_withdrawn_post_stays_without_its_text(
    program: Program, officer: User, central: PoliceCommand, now: datetime
) -> None:
    post = publish(officer, central, now)
    Post.objects.filter(pk=post.pk).update(status=PostStatus.WITHDRAWN)
    (shown,) = program().get(URL).json()["results"]
    assert (shown["status"], shown["text"]) == ("withdrawn", "")


def test_pages_follow_each_other_without_a_gap(
    program: Program, officer: User, pio: User, central: PoliceCommand, headquarters: PoliceCommand, now: datetime
) -> None:
    # Several at the same moment, so that only the id tells which comes next.
    ids = [publish(officer, central, now + timedelta(minutes=number // 4)).pk for number in range(45)]
    publish(pio, headquarters, now, scope="city")
    client, url, seen = program(), f"{URL}?command=central", []
    while url:
        page = client.get(url).json()
        seen.append([post["id"] for post in page["results"]])
        url = page["next"]
    assert [len(page) for page in seen] == [20, 20, 5]
    assert [found for page in seen for found in page] == sorted(ids, reverse=True)


@pytest.mark.parametrize("cursor", ["", "1", "yesterday~1", "2026-11-20T20:00:00~1", "2026-99-20T20:00:00Z~1"])
def test_a_made_up_cursor_is_refused(program: Program, cursor: str) -> None:
    response = program().get(URL, {"cursor": cursor})
    assert (response.status_code, list(response.json())) == (400, ["cursor"])


def test_an_unknown_command_is_not_there(program: Program) -> None:
    assert program().get(URL, {"command": "atlantis"}).status_code == 404


def test_a_page_is_one_query(
    program: Program, officer: User, central: PoliceCommand, now: datetime, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        publish(officer, central, now)
    with django_assert_num_queries(1):
        program().get(URL)
