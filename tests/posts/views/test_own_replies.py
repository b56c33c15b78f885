"""Where does a resident find the own replies, and how do they ask for another look?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Post, Reply, ReplyHiding
from tests.posts.factories import publish
from tests.posts.services.test_hidings import WORDS, appeal, decide, hide, make_moderator
from tests.posts.services.test_replies import reply
from tests.posts.views.desk_pages import html_of, words

SignIn = Callable[[User], Client]


@pytest.fixture
def post(officer: User, central: PoliceCommand, now: datetime) -> Post:
    return publish(officer, central, now)


@pytest.fixture
def written(post: Post, resident: User, now: datetime) -> Reply:
    return reply(post, resident, now, text=WORDS)


@pytest.fixture
def hidden(written: Reply, sergeant: User, now: datetime) -> ReplyHiding:
    return hide(written, sergeant, now, note="Leave the plate out.")


def test_one_sees_the_own_replies_and_nobody_elses(
    sign_in: SignIn, written: Reply, resident: User, neighbor: User, post: Post, now: datetime
) -> None:
    reply(post, neighbor, now, text="Not mine.")
    page = words(sign_in(resident).get("/replies/"))
    assert WORDS in page
    assert "Not mine." not in page


def test_without_replies_the_page_says_so(sign_in: SignIn, resident: User) -> None:
    assert "Nothing here yet" in words(sign_in(resident).get("/replies/"))


def test_a_hidden_reply_stands_there_with_its_reason_and_the_way_to_appeal(
    sign_in: SignIn, hidden: ReplyHiding, resident: User
) -> None:
    page = sign_in(resident).get("/replies/")
    assert "Hidden by Central Command: private data (" in words(page)
    assert "“Leave the plate out.”" in words(page)
    assert f"/replies/{hidden.reply_id}/appeal/" in html_of(page)


def test_the_writer_asks_for_another_look_once(sign_in: SignIn, hidden: ReplyHiding, resident: User) -> None:
    client, address = sign_in(resident), f"/replies/{hidden.reply_id}/appeal/"
    assert WORDS in words(client.get(address))
    assert client.post(address, {"text": "It is my own car."}).headers["Location"] == "/replies/"
    hidden.refresh_from_db()
    assert hidden.appeal_text == "It is my own car."
    page = client.get("/replies/")
    assert "You asked for another look" in words(page)
    assert address not in html_of(page)
    client.post(address, {"text": "Another text."})
    hidden.refresh_from_db()
    assert hidden.appeal_text == "It is my own car."


@pytest.mark.parametrize(("text", "says"), [("", "Say in a few words"), ("y" * 1001, "has 1,001")])
def test_what_is_wrong_with_an_appeal_is_named_and_kept(
    sign_in: SignIn, hidden: ReplyHiding, resident: User, text: str, says: str
) -> None:
    response = sign_in(resident).post(f"/replies/{hidden.reply_id}/appeal/", {"text": text})
    assert response.status_code == 422
    assert says in words(response)
    assert text in words(response)
    hidden.refresh_from_db()
    assert hidden.appealed_at is None


def test_nobody_appeals_for_somebody_else_or_what_is_not_hidden(
    sign_in: SignIn, hidden: ReplyHiding, resident: User, neighbor: User, post: Post, now: datetime
) -> None:
    address = f"/replies/{hidden.reply_id}/appeal/"
    client = sign_in(neighbor)
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "Why?"}).status_code == 404
    visible = reply(post, resident, now)
    assert sign_in(resident).get(f"/replies/{visible.pk}/appeal/").status_code == 404
    hidden.refresh_from_db()
    assert hidden.appealed_at is None


@pytest.mark.parametrize(("shows_again", "says"), [(True, "Shown again."), (False, "It stays hidden:")])
def test_the_writer_reads_what_was_decided_and_why(
    sign_in: SignIn, hidden: ReplyHiding, resident: User, now: datetime, shows_again: bool, says: str
) -> None:
    decide(appeal(hidden, now), make_moderator(), now, shows_again=shows_again, note="I looked at it.")
    page = words(sign_in(resident).get("/replies/"))
    assert says in page
    assert "“I looked at it.”" in page


def test_earlier_replies_are_a_page_away(
    sign_in: SignIn, post: Post, resident: User, oak: Neighborhood, now: datetime
) -> None:
    made = Reply.objects.bulk_create(
        Reply(post=post, author=resident, neighborhood=oak, text=f"Reply number {number:02}.", created_at=now)
        for number in range(21)
    )
    client = sign_in(resident)
    newest = client.get("/replies/")
    assert "Reply number 20." in words(newest)
    assert "Reply number 00." not in words(newest)
    assert f"?before={made[1].pk}" in html_of(newest)
    earlier = words(client.get(f"/replies/?before={made[1].pk}"))
    assert "Reply number 00." in earlier
    assert "Reply number 01." not in earlier
