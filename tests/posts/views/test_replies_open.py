"""May neighbors reply: chosen before publishing, seen by whoever releases, and closed later for everyone?"""

import re
import uuid
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from neighborhoods.models import Neighborhood
from posts.models import Post, PrivateMessage, Reply
from tests.posts.factories import publish
from tests.posts.services.test_replies import reply
from tests.posts.views.desk_pages import SignIn, answer, html_of, typed, words

COMPOSE = "/commands/central/desk/compose/"
CLOSED = "Replies are closed. Write to Central Command in private."


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def closed(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak], replies_open=False)


def switch_url(post: Post) -> str:
    return f"/commands/central/desk/posts/{post.pk}/replies/"


def send(client: Client, post: Post, to: str) -> int:
    sent = {"to": to, "text": "I saw it.", "submission_key": str(uuid.uuid4())}
    return client.post(f"/posts/{post.pk}/reply/", sent).status_code


def is_chosen(page: str, value: str) -> bool:
    (radio,) = re.findall(rf'<input[^>]*name="replies"[^>]*value="{value}"[^>]*>', page)
    return " checked" in radio


# Before publishing


def test_replies_are_open_unless_the_author_closes_them(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    client = sign_in(officer)
    assert is_chosen(html_of(client.get(COMPOSE)), "open")
    for choice in ({}, {"replies": "open"}, {"replies": "closed"}):
        client.post(COMPOSE, typed(oak, nobody_yet="1", **choice))
    assert list(Post.objects.order_by("pk").values_list("replies_open", flat=True)) == [True, True, False]


def test_the_choice_is_kept_when_something_else_is_wrong(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    client = sign_in(officer)
    for sent in (typed(oak, replies="closed", title=""), typed(oak, replies="closed", update="1")):
        assert is_chosen(html_of(client.post(COMPOSE, sent)), "closed")
    assert not Post.objects.exists()


def test_a_choice_that_is_none_is_refused(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    assert sign_in(officer).post(COMPOSE, typed(oak, replies="some")).status_code == 422
    assert not Post.objects.exists()


@pytest.mark.parametrize(("is_open", "says"), [(True, "Replies are open."), (False, "Replies are closed.")])
def test_whoever_releases_reads_it_with_the_version(
    sign_in: SignIn, officer: User, sergeant: User, central: PoliceCommand, now: datetime, is_open: bool, says: str
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    pending = publish(officer, central, now, replies_open=is_open)
    assert pending.versions.get().replies_open is is_open
    client, review = sign_in(sergeant), f"/commands/central/desk/review/{pending.pk}/"
    assert says in words(client.get(review))
    client.post(review, {"decision": "release", "version": 1})
    pending.refresh_from_db()
    assert (pending.is_public, pending.replies_open) == (True, is_open)


def test_a_returned_draft_keeps_the_choice(
    sign_in: SignIn, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    pending = publish(officer, central, now, replies_open=False)
    sent = {"decision": "return", "version": 1, "reason": "Name the block."}
    sign_in(sergeant).post(f"/commands/central/desk/review/{pending.pk}/", sent)
    assert is_chosen(html_of(sign_in(officer).get(f"{COMPOSE}?draft={pending.pk}")), "closed")


# On the page of the post


def test_everybody_reads_that_replies_are_closed(
    client: Client, sign_in: SignIn, closed: Post, resident: User, newcomer: User, faraway: User, pio: User
) -> None:
    for reader in (client, *(sign_in(person) for person in (resident, newcomer, faraway, pio))):
        assert CLOSED in words(reader.get(f"/posts/{closed.pk}/"))


def test_only_the_private_way_is_offered_and_goes_on(sign_in: SignIn, closed: Post, resident: User) -> None:
    client = sign_in(resident)
    assert 'value="public"' not in html_of(client.get(f"/posts/{closed.pk}/"))
    assert send(client, closed, "public") == 422
    assert not Reply.objects.exists()
    assert send(client, closed, "private") == 302
    assert PrivateMessage.objects.count() == 1


def test_a_public_answer_to_closed_replies_is_told_why_and_kept(sign_in: SignIn, closed: Post, resident: User) -> None:
    sent = {"to": "public", "text": "Keep these words.", "submission_key": str(uuid.uuid4())}
    page = words(sign_in(resident).post(f"/posts/{closed.pk}/reply/", sent))
    assert f"Who should read it?: {CLOSED}" in page
    assert "Keep these words." in page


def test_what_was_said_before_stays_readable(
    sign_in: SignIn, post: Post, resident: User, sergeant: User, now: datetime
) -> None:
    reply(post, resident, now, text="My camera saw it.")
    sign_in(sergeant).post(switch_url(post), {"to": "closed"})
    page = words(sign_in(resident).get(f"/posts/{post.pk}/"))
    assert "My camera saw it." in page
    assert CLOSED in page


# Later


def test_the_desk_asks_then_closes_for_everyone_and_says_who(sign_in: SignIn, post: Post, sergeant: User) -> None:
    client = sign_in(sergeant)
    assert switch_url(post) in html_of(client.get(f"/commands/central/desk/posts/{post.pk}/"))
    assert "Close replies for everyone?" in words(client.get(switch_url(post)))
    post.refresh_from_db()
    assert post.replies_open
    done = client.post(switch_url(post), {"to": "closed"}, follow=True)
    assert "Replies are closed for everyone." in words(done)
    assert "Replies are closed by you" in words(done)
    post.refresh_from_db()
    assert not post.replies_open


def test_closed_replies_take_no_answer_at_the_desk_until_they_are_opened_again(
    sign_in: SignIn, closed: Post, officer: User
) -> None:
    client, page = sign_in(officer), f"/commands/central/desk/posts/{closed.pk}/"
    assert "Answer as Central Command" not in words(client.get(page))
    assert "closed, for police too" in words(client.post(page, answer("We know more.")))
    assert not Reply.objects.exists()
    client.post(switch_url(closed), {"to": "open"})
    assert client.post(page, answer("We know more.")).status_code == 302
    assert Reply.objects.get().text == "We know more."


def test_a_second_click_does_not_open_what_the_first_closed(sign_in: SignIn, post: Post, officer: User) -> None:
    client = sign_in(officer)
    for _ in range(2):
        client.post(switch_url(post), {"to": "closed"})
    post.refresh_from_db()
    assert not post.replies_open


def test_only_the_command_that_posted_switches(
    sign_in: SignIn, post: Post, stranger_officer: User, pio: User, south: PoliceCommand, headquarters: PoliceCommand
) -> None:
    for person, slug in ((stranger_officer, "south"), (pio, "headquarters")):
        client = sign_in(person)
        assert client.post(switch_url(post), {"to": "closed"}).status_code == 403
        own_desk = f"/commands/{slug}/desk/posts/{post.pk}/replies/"
        assert client.post(own_desk, {"to": "closed"}).status_code == 404
    post.refresh_from_db()
    assert post.replies_open
