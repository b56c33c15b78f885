import uuid
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from neighborhoods.models import Neighborhood
from posts.models import Post, Reply
from posts.rules import PostStatus
from tests.posts.api.conftest import Program
from tests.posts.factories import publish
from tests.posts.services.test_hidings import hide

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    """From Central to Oak alone."""
    return publish(officer, central, now, [oak])


def url_of(post: Post) -> str:
    return f"/api/v1/posts/{post.pk}/replies/"


def send(program: Program, person: User | None, post: Post, text: str = "I saw it.", **more: object) -> Any:
    return program(person).post(url_of(post), {"text": text, **more}, format="json")


# Reading


def test_replies_are_read_by_those_the_post_was_meant_for(
    program: Program, post: Post, resident: User, officer: User, sergeant: User, pio: User
) -> None:
    send(program, resident, post)
    reply = Reply.objects.get()
    for reader in (resident, officer, sergeant, pio):
        response = program(reader).get(url_of(post))
        assert response.status_code == 200
        (shown,) = response.json()["results"]
        assert shown.pop("created_at")
        assert shown == {
            "id": reply.pk,
            "name": "Maria L.",
            "neighborhood": {"slug": "oak", "name": "Oak"},
            "command": None,
            "text": "I saw it.",
        }


def test_nobody_else_learns_whether_there_are_any(
    program: Program,
    post: Post,
    neighbor: User,
    newcomer: User,
    faraway: User,
    stranger_officer: User,
    homeless_account: User,
) -> None:
    for reader in (neighbor, newcomer, faraway, stranger_officer, homeless_account):
        assert program(reader).get(url_of(post)).status_code == 404
    assert program().get(url_of(post)).status_code == 401


def test_staff_without_a_second_step_do_not_read(program: Program, post: Post, officer: User) -> None:
    officer.authenticator_set.all().delete()  # type: ignore[attr-defined]
    assert program(officer).get(url_of(post)).status_code == 403


def test_replies_of_a_post_that_is_not_out_are_not_there(
    program: Program, officer: User, resident: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    pending = publish(officer, central, now)
    for person in (officer, resident):
        assert program(person).get(url_of(pending)).status_code == 404
        assert send(program, person, pending).status_code == 404


def test_pages_follow_each_other_in_the_order_of_writing(
    program: Program, post: Post, resident: User, oak: Neighborhood, now: datetime
) -> None:
    Reply.objects.bulk_create(
        Reply(post=post, author=resident, neighborhood=oak, text=str(number), created_at=now) for number in range(101)
    )
    client, url, seen = program(resident), url_of(post), []
    while url:
        page = client.get(url).json()
        seen.append([reply["text"] for reply in page["results"]])
        url = page["next"]
    assert [len(page) for page in seen] == [50, 50, 1]
    assert [found for page in seen for found in page] == [str(number) for number in range(101)]


def test_a_page_costs_the_same_however_many_replies(
    program: Program, post: Post, resident: User, oak: Neighborhood, now: datetime, django_assert_num_queries: Any
) -> None:
    client = program(resident)
    for _ in range(2):
        Reply.objects.bulk_create(
            Reply(post=post, author=resident, neighborhood=oak, text="So it is.", created_at=now) for _ in range(5)
        )
        # The token, its person, the post, the home, whether the post was meant for it, the replies, the hidden ones.
        with django_assert_num_queries(7):
            client.get(url_of(post))


def test_what_was_hidden_is_left_out_and_counted_even_for_its_writer(
    program: Program, post: Post, resident: User, officer: User, sergeant: User, now: datetime
) -> None:
    for text in ("His plate is 7ABC123.", "I saw it."):
        send(program, resident, post, text)
    hide(Reply.objects.earliest("pk"), sergeant, now)
    for reader in (resident, officer, sergeant):
        page = program(reader).get(url_of(post)).json()
        assert page["hidden_count"] == 1
        assert [shown["text"] for shown in page["results"]] == ["I saw it."]


# Writing


def test_closed_replies_take_none_by_a_program(
    program: Program, officer: User, resident: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    closed = publish(officer, central, now, [oak], replies_open=False)
    for person in (resident, officer):
        refused = send(program, person, closed)
        assert refused.status_code == 409
        assert "Replies are closed" in refused.json()["detail"]
    assert not Reply.objects.exists()


def test_a_verified_resident_replies(program: Program, post: Post, resident: User, oak: Neighborhood) -> None:
    response = send(program, resident, post)
    assert response.status_code == 201
    reply = Reply.objects.get()
    assert response.json()["id"] == reply.pk
    assert (reply.post, reply.author, reply.neighborhood, reply.text) == (post, resident, oak, "I saw it.")


def test_the_command_answers_under_its_name(program: Program, post: Post, officer: User, resident: User) -> None:
    seen = send(program, resident, post).json()["id"]
    response = send(program, officer, post, "Thank you.", seen_reply=seen)
    assert response.status_code == 201
    answer = response.json()
    assert (answer["name"], answer["neighborhood"]) == ("Officer K. Delgado", None)
    assert answer["command"] == {"slug": "central", "name": "Central Command"}


def test_two_officers_do_not_answer_at_once(
    program: Program, post: Post, officer: User, sergeant: User, resident: User
) -> None:
    seen = send(program, resident, post).json()["id"]
    answer = send(program, officer, post, "Thank you.", seen_reply=seen).json()["id"]
    late = send(program, sergeant, post, "Thanks.", seen_reply=seen)
    assert late.status_code == 409
    assert "Officer K. Delgado answered while you were writing" in late.json()["detail"]
    assert send(program, sergeant, post, "Thanks.", seen_reply=answer).status_code == 201


def test_the_same_submission_key_makes_one_reply(program: Program, post: Post, resident: User, officer: User) -> None:
    for person in (resident, officer):
        key = str(uuid.uuid4())
        first, second = (send(program, person, post, submission_key=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] == second.json()["id"]
    assert Reply.objects.count() == 2


def test_who_may_not_reply_is_refused(
    program: Program,
    post: Post,
    newcomer: User,
    neighbor: User,
    faraway: User,
    homeless_account: User,
    stranger_officer: User,
    pio: User,
) -> None:
    claimed = send(program, newcomer, post)
    assert (claimed.status_code, list(claimed.json())) == (409, ["detail"])
    for person in (neighbor, faraway, homeless_account):
        assert send(program, person, post).status_code == 404
    for person in (stranger_officer, pio):
        assert send(program, person, post).status_code == 403
    assert send(program, None, post).status_code == 401
    assert not Reply.objects.exists()


def test_a_withdrawn_post_takes_no_replies(program: Program, post: Post, resident: User) -> None:
    Post.objects.filter(pk=post.pk).update(status=PostStatus.WITHDRAWN)
    assert send(program, resident, post).status_code == 409


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        ({"text": ""}, "text"),
        ({}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "Yes.", "seen_reply": -1}, "seen_reply"),
        ({"text": "Yes.", "submission_key": "again"}, "submission_key"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    program: Program, post: Post, resident: User, reply: dict[str, object], field: str
) -> None:
    response = program(resident).post(url_of(post), reply, format="json")
    assert (response.status_code, list(response.json())) == (400, [field])
    assert not Reply.objects.exists()
