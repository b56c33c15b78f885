"""What does a post's page show to whom, and what becomes of an answer written there?"""

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from neighborhoods.models import Neighborhood
from posts.models import Post, PrivateMessage, Reply
from tests.posts.factories import publish
from tests.posts.services.test_replies import answer, reply

SignIn = Callable[[User], Client]


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def replied(post: Post, resident: User, officer: User, central: PoliceCommand, now: datetime) -> Post:
    made = reply(post, resident, now, text="My camera saw a blue bicycle.")
    answer(post, officer, central, now, seen=made.pk)
    return post


def url(post: Post) -> str:
    return f"/posts/{post.pk}/"


def send(client: Client, post: Post, to: str = "public", text: str = "I saw it.", key: object = None) -> object:
    return client.post(f"{url(post)}reply/", {"to": to, "text": text, "submission_key": str(key or uuid.uuid4())})


def test_anybody_reads_a_post_without_an_account(client: Client, replied: Post) -> None:
    page = client.get(url(replied)).content
    assert b"Somebody tries side doors at night." in page
    assert b"Officer K. Delgado" in page
    assert b"Sign in to reply" in page


def test_what_was_never_published_is_not_there(
    client: Client, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    pending = publish(officer, central, now, [oak])
    assert client.get(url(pending)).status_code == 404
    assert client.get("/posts/999999/").status_code == 404


def test_replies_are_read_by_those_they_are_for(
    client: Client,
    sign_in: SignIn,
    replied: Post,
    resident: User,
    officer: User,
    sergeant: User,
    pio: User,
    newcomer: User,
    neighbor: User,
    faraway: User,
    stranger_officer: User,
) -> None:
    for person in (resident, officer, sergeant, pio):
        page = sign_in(person).get(url(replied)).content
        assert b"My camera saw a blue bicycle." in page, person
        assert b"Maria L." in page, person
    assert b"blue bicycle" not in client.get(url(replied)).content
    for person in (newcomer, neighbor, faraway, stranger_officer):
        page = sign_in(person).get(url(replied)).content
        assert b"blue bicycle" not in page, person
        assert b"Maria" not in page, person


def test_replies_show_name_and_neighborhood_and_never_more(sign_in: SignIn, replied: Post, resident: User) -> None:
    page = sign_in(resident).get(url(replied)).content.decode()
    assert "Maria L." in page
    assert "Oak" in page
    assert resident.email not in page
    assert "Maria Lopez" not in page.split('id="replies"')[1].split('id="answer"')[0]


def test_a_public_answer_stands_under_the_post(sign_in: SignIn, post: Post, resident: User) -> None:
    response = send(sign_in(resident), post)
    made = Reply.objects.get()
    assert response.headers["Location"] == f"/posts/{post.pk}/#reply-{made.pk}"  # type: ignore[attr-defined]
    assert not PrivateMessage.objects.exists()


def test_a_private_answer_goes_to_the_command_alone_and_is_receipted(
    sign_in: SignIn, post: Post, resident: User, central: PoliceCommand
) -> None:
    client = sign_in(resident)
    response = send(client, post, to="private")
    message = PrivateMessage.objects.get()
    assert message.conversation.command == central
    assert not Reply.objects.exists()
    page = client.get(response.headers["Location"]).content  # type: ignore[attr-defined]
    assert b"Nobody watches messages around the clock" in page
    assert b"tel:911" in page
    assert b"916-808-5471" in page


def test_an_unverified_resident_can_only_write_in_private(sign_in: SignIn, post: Post, newcomer: User) -> None:
    client = sign_in(newcomer)
    refused = send(client, post, to="public", text="Let me in.")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert b"Let me in." in refused.content  # type: ignore[attr-defined]
    assert not Reply.objects.exists()
    assert send(client, post, to="private").status_code == 302  # type: ignore[attr-defined]


def test_a_resident_elsewhere_cannot_reply_in_public(sign_in: SignIn, post: Post, faraway: User) -> None:
    assert send(sign_in(faraway), post).status_code == 422  # type: ignore[attr-defined]
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Write something"), ("x" * 2001, "2,000 characters; this one has 2,001"), ("x" * 50_000, "50,000")],
)
def test_a_bad_text_is_named_and_kept(sign_in: SignIn, post: Post, resident: User, text: str, says: str) -> None:
    refused = send(sign_in(resident), post, text=text)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert says in page
    assert text in page


def test_without_a_choice_nothing_is_sent(sign_in: SignIn, post: Post, resident: User) -> None:
    refused = sign_in(resident).post(f"{url(post)}reply/", {"text": "To whom?", "submission_key": str(uuid.uuid4())})
    assert b"Choose who should read your answer." in refused.content
    assert not Reply.objects.exists()
    assert not PrivateMessage.objects.exists()


def test_a_double_click_makes_one_reply(sign_in: SignIn, post: Post, resident: User) -> None:
    key = uuid.uuid4()
    client = sign_in(resident)
    send(client, post, key=key)
    send(client, post, key=key)
    assert Reply.objects.count() == 1


def test_html_in_a_reply_is_shown_as_text(sign_in: SignIn, post: Post, resident: User) -> None:
    client = sign_in(resident)
    send(client, post, text="<script>alert(1)</script>")
    assert b"&lt;script&gt;alert(1)" in client.get(url(post)).content


def test_staff_and_visitors_cannot_reply_as_residents(
    client: Client, sign_in: SignIn, post: Post, officer: User
) -> None:
    assert send(sign_in(officer), post).status_code == 403  # type: ignore[attr-defined]
    assert send(client, post).status_code == 302  # type: ignore[attr-defined]
    assert not Reply.objects.exists()


def test_every_form_to_police_says_what_it_is_not_for(sign_in: SignIn, post: Post, resident: User) -> None:
    client = sign_in(resident)
    for address in (url(post), "/commands/central/write/"):
        page = client.get(address).content
        assert b"not watched around the clock" in page
        assert b"tel:911" in page
        assert b"916-808-5471" in page


def test_queries_do_not_grow_with_replies(sign_in: SignIn, post: Post, resident: User, now: datetime) -> None:
    client = sign_in(resident)
    reply(post, resident, now)
    client.get(url(post))  # the map is drawn once and kept
    with CaptureQueriesContext(connection) as few:
        client.get(url(post))
    for _ in range(10):
        reply(post, resident, now)
    with CaptureQueriesContext(connection) as many:
        client.get(url(post))
    assert len(few) == len(many)


def test_the_newest_replies_come_first_and_earlier_ones_are_a_page_away(
    sign_in: SignIn, post: Post, resident: User, oak: Neighborhood, now: datetime
) -> None:
    Reply.objects.bulk_create(
        Reply(post=post, author=resident, neighborhood=oak, text=f"Reply number {number:03}.", created_at=now)
        for number in range(205)
    )
    client = sign_in(resident)
    newest = client.get(url(post)).content.decode()
    assert "205 public replies" in newest
    assert "Reply number 204." in newest
    assert "Reply number 005." in newest
    assert "Reply number 004." not in newest
    earlier_url = newest.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    earlier = client.get(earlier_url).content.decode()
    assert "205 public replies" in earlier
    assert "Reply number 004." in earlier
    assert "Reply number 005." not in earlier


def test_staff_without_a_second_factor_read_what_anybody_reads(sign_in: SignIn, replied: Post, officer: User) -> None:
    Authenticator.objects.filter(user=officer).delete()
    page = sign_in(officer).get(url(replied)).content
    assert b"Somebody tries side doors at night." in page
    assert b"blue bicycle" not in page
    assert b"Answer at your desk" not in page
