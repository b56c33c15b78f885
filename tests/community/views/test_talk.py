"""Can neighbors write, answer and thank in their room, and does nobody else get in?"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from community.rules import COMMENT_MAX_LENGTH, TITLE_MAX_LENGTH
from community.selectors.room import get_post, room_page
from neighborhoods.models import Neighborhood
from tests.community.factories import answer, make_adjoining, make_upload, say

SignIn = Callable[[User], Client]

FENCE = "Police cannot see this."


def words(**changes: Any) -> dict[str, Any]:
    fields = {
        "kind": "help",
        "title": "A ladder to lend",
        "text": "Ten minutes if two of us hold it.",
        "submission_key": str(uuid.uuid4()),
    }
    return fields | changes


def test_the_form_says_who_will_read_it(sign_in: SignIn, resident: User, oak: Neighborhood, elm: Neighborhood) -> None:
    client = sign_in(resident)
    page = client.get("/neighbors/new/").content.decode()
    assert FENCE in page
    assert "Confirmed neighbors of Oak read it" in page
    assert "is_open_to_adjoining" not in page
    make_adjoining(oak, elm)
    page = client.get("/neighbors/new/").content.decode()
    assert "Also for the neighborhoods next to ours" in page
    assert "Elm" in page


def test_a_post_leads_to_its_page_and_two_clicks_make_one(sign_in: SignIn, resident: User) -> None:
    client, form = sign_in(resident), words()
    answers = [client.post("/neighbors/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    page = client.get(answers[0].headers["Location"]).content.decode()
    assert "A ladder to lend" in page
    assert "Asks for help" in page
    assert FENCE in page
    assert len(room_page(resident.pk)) == 1


def test_a_picture_is_shown_with_its_description_and_served_to_readers_alone(
    sign_in: SignIn, resident: User, rosa: User, faraway: User, newcomer: User, officer: User
) -> None:
    form = words(picture=make_upload(), description="A brown ladder against a wall")
    address = sign_in(resident).post("/neighbors/new/", form).headers["Location"]
    reader = sign_in(rosa)
    assert 'alt="A brown ladder against a wall"' in reader.get(address).content.decode()
    answer = reader.get(f"{address}picture/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    for person in (faraway, newcomer):
        assert sign_in(person).get(f"{address}picture/").status_code == 404
    assert sign_in(officer).get(f"{address}picture/").status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "Write a title"),
        ({"title": "x" * (TITLE_MAX_LENGTH + 1)}, "A title can have 120 characters"),
        ({"kind": "rumor"}, "rumor"),
        ({"picture": "ladder", "description": ""}, "Say in a few words what the picture shows."),
        ({"picture": "broken", "description": "A ladder"}, "picture"),
    ],
)
def test_what_cannot_be_sent_is_told_and_what_was_typed_stays(
    sign_in: SignIn, resident: User, changes: dict[str, Any], said: str
) -> None:
    pictures = {"ladder": make_upload(), "broken": SimpleUploadedFile("x.png", b"no picture", "image/png")}
    if "picture" in changes:
        changes = changes | {"picture": pictures[changes["picture"]]}
    answer = sign_in(resident).post("/neighbors/new/", words(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Ten minutes if two of us hold it." in page
    assert room_page(resident.pk) == []


def test_newcomers_are_told_what_opens_the_room_and_cannot_write(
    sign_in: SignIn, newcomer: User, homeless_account: User, post_id: int, resident: User
) -> None:
    for person in (newcomer, homeless_account):
        client = sign_in(person)
        for address in ("/neighbors/new/", f"/neighbors/{post_id}/", "/neighbors/987654/"):
            assert client.get(address).headers["Location"] == "/neighbors/"
        assert client.post("/neighbors/new/", words()).headers["Location"] == "/neighbors/"
        page = client.get("/neighbors/").content.decode()
        assert "It opens to you once" in page
        assert "A ladder to lend" not in page
    assert len(room_page(resident.pk)) == 1


def test_whoever_lives_elsewhere_finds_nothing(
    sign_in: SignIn, faraway: User, post_id: int, rosa: User, now: datetime
) -> None:
    comment_id = answer(rosa, post_id, now)
    client = sign_in(faraway)
    for path in (
        "",
        "picture/",
        "delete/",
        "report/",
        f"comments/{comment_id}/report/",
        f"comments/{comment_id}/delete/",
        f"people/{rosa.pk}/block/",
    ):
        assert client.get(f"/neighbors/{post_id}/{path}").status_code == 404, path
    for path in ("comment/", "thank/", f"people/{rosa.pk}/mute/", f"people/{rosa.pk}/block/", "report/", "delete/"):
        assert client.post(f"/neighbors/{post_id}/{path}", {"text": "x"}).status_code == 404, path
    assert get_post(rosa.pk, post_id).card.thanks_count == 0


def test_pages_of_the_room_are_kept_by_no_browser(sign_in: SignIn, resident: User, post_id: int) -> None:
    client = sign_in(resident)
    for address in ("/neighbors/", "/neighbors/new/", f"/neighbors/{post_id}/", "/neighbors/people/"):
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address


def test_a_comment_leads_to_its_place_and_stands_there(
    sign_in: SignIn, resident: User, rosa: User, post_id: int
) -> None:
    form = {"text": "I have one, come by.", "submission_key": str(uuid.uuid4())}
    client = sign_in(resident)
    answers = [client.post(f"/neighbors/{post_id}/comment/", form) for _ in range(2)]
    (comment,) = get_post(rosa.pk, post_id).comments
    assert {answer.headers["Location"] for answer in answers} == {f"/neighbors/{post_id}/#comment-{comment.id}"}
    page = sign_in(rosa).get(f"/neighbors/{post_id}/").content.decode()
    assert "I have one, come by." in page
    assert "Maria L." in page
    assert f'id="comment-{comment.id}"' in page


@pytest.mark.parametrize("text", ["", "  ", "x" * (COMMENT_MAX_LENGTH + 1)])
def test_an_empty_or_endless_comment_is_refused_and_stays(
    sign_in: SignIn, resident: User, post_id: int, text: str
) -> None:
    form = {"text": text, "submission_key": str(uuid.uuid4())}
    answer = sign_in(resident).post(f"/neighbors/{post_id}/comment/", form)
    assert answer.status_code == 422
    assert "needs another look" in answer.content.decode()
    assert get_post(resident.pk, post_id).comments == []


def test_thanks_are_given_and_taken_back(sign_in: SignIn, resident: User, rosa: User, post_id: int) -> None:
    client, address = sign_in(resident), f"/neighbors/{post_id}/thank/"
    assert client.post(address).headers["Location"] == f"/neighbors/{post_id}/"
    assert "1 said thanks" in sign_in(rosa).get(f"/neighbors/{post_id}/").content.decode()
    assert "take it back" in client.get(f"/neighbors/{post_id}/").content.decode()
    client.post(address, {"take_back": "1"})
    assert get_post(resident.pk, post_id).card.thanks_count == 0
    assert client.get(address).status_code == 405


def test_thanks_from_the_feed_lead_back_to_it_and_nowhere_else(sign_in: SignIn, resident: User, post_id: int) -> None:
    client, address = sign_in(resident), f"/neighbors/{post_id}/thank/"
    back = client.post(address, {"back": "/feed/?show=neighbors"}).headers["Location"]
    assert back == f"/feed/?show=neighbors#neighbor-{post_id}"
    for outside in ("https://example.test/feed/", "//example.test/feed/", "/accounts/logout/"):
        assert client.post(address, {"back": outside}).headers["Location"] == f"/neighbors/{post_id}/"


def test_nobody_thanks_themselves(sign_in: SignIn, rosa: User, post_id: int) -> None:
    client = sign_in(rosa)
    assert "Thank Rosa" not in client.get(f"/neighbors/{post_id}/").content.decode()
    page = client.post(f"/neighbors/{post_id}/thank/", follow=True).content.decode()
    assert "This is your own post." in page


def test_deleting_asks_first_and_is_for_ones_own_alone(
    sign_in: SignIn, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    comment_id = answer(resident, post_id, now, "My comment")
    stranger, author = sign_in(resident), sign_in(rosa)
    address, comment_address = f"/neighbors/{post_id}/delete/", f"/neighbors/{post_id}/comments/{comment_id}/delete/"
    assert stranger.post(address).status_code == 404
    assert author.post(comment_address).status_code == 404
    assert "My comment" in stranger.get(comment_address).content.decode()
    assert stranger.post(comment_address).headers["Location"] == f"/neighbors/{post_id}/"
    assert get_post(rosa.pk, post_id).comments == []
    assert "gone for good" in author.get(address).content.decode()
    assert author.post(address).status_code == 302
    assert stranger.get(f"/neighbors/{post_id}/").status_code == 404


def test_posting_and_commenting_too_fast_is_told_with_429(sign_in: SignIn, resident: User, post_id: int) -> None:
    client = sign_in(resident)
    statuses = [client.post("/neighbors/new/", words()).status_code for _ in range(10)]
    assert statuses == [302] * 10
    answer = client.post("/neighbors/new/", words(title="The eleventh"))
    assert answer.status_code == 429
    assert "You have sent 10 posts within an hour. Wait" in answer.content.decode()
    assert "The eleventh" in answer.content.decode()
    comment = {"text": "One more", "submission_key": str(uuid.uuid4())}
    statuses = [client.post(f"/neighbors/{post_id}/comment/", comment).status_code for _ in range(31)]
    assert statuses == [302] * 30 + [429]


def test_a_post_page_costs_the_same_however_much_was_said(
    sign_in: SignIn, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    client = sign_in(resident)
    answer(rosa, post_id, now)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/neighbors/{post_id}/")
        counts.append(len(queries))
        for number in range(5):
            answer(rosa, post_id, now, f"Comment {number}")
    assert counts[0] == counts[1]


def test_own_posts_offer_what_others_do_not(sign_in: SignIn, resident: User, rosa: User, post_id: int) -> None:
    own = sign_in(rosa).get(f"/neighbors/{post_id}/").content.decode()
    others = sign_in(resident).get(f"/neighbors/{post_id}/").content.decode()
    for path in ("to-police/", "delete/"):
        assert f"/neighbors/{post_id}/{path}" in own
        assert f"/neighbors/{post_id}/{path}" not in others
    for path in ("report/", f"people/{rosa.pk}/mute/", f"people/{rosa.pk}/block/"):
        assert f"/neighbors/{post_id}/{path}" in others
        assert f"/neighbors/{post_id}/{path}" not in own


def test_adjoining_neighbors_read_and_answer_what_was_opened_to_them(
    sign_in: SignIn, rosa: User, neighbor: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    make_adjoining(oak, elm)
    closed, opened = say(rosa, now), say(rosa, now, is_open_to_adjoining=True)
    client = sign_in(neighbor)
    assert client.get(f"/neighbors/{closed}/").status_code == 404
    assert "Oak, next to you" in client.get(f"/neighbors/{opened}/").content.decode()
    form = {"text": "From Elm with a ladder", "submission_key": str(uuid.uuid4())}
    assert client.post(f"/neighbors/{opened}/comment/", form).status_code == 302
    assert "From Elm with a ladder" in sign_in(rosa).get(f"/neighbors/{opened}/").content.decode()
