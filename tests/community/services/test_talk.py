"""How do neighbors write, answer, thank and take back; and what is refused with which words?"""

import threading
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.models import User
from community import rules
from community.models import Comment, NeighborPost
from community.selectors.room import get_picture, get_post, room_page
from community.services import (
    CannotWrite,
    comment,
    delete_comment,
    delete_post,
    take_thanks_back,
    thank,
)
from core.errors import NotAllowed
from neighborhoods.services import end_residency
from tests.community.factories import WORDS, answer, home_of, make_upload, say, waiting_sessions
from tests.servers import wait_until


def test_a_post_is_there_for_neighbors_at_once(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now, title="  A   ladder ", text=f"\n{WORDS}\n", kind=rules.NeighborPostKind.HELP)
    (card,) = room_page(rosa.pk)
    assert (card.id, card.title, card.text, card.kind_label) == (post_id, "A ladder", WORDS, "Asks for help")
    assert (card.author_name, card.place, card.created_at) == ("Maria L.", "Oak", now)
    assert not card.is_own
    assert room_page(resident.pk)[0].is_own


def test_names_are_shown_as_each_chose(resident: User, rosa: User, now: datetime) -> None:
    rosa.shows_last_name = True
    rosa.save()
    post_id = say(rosa, now)
    answer(resident, post_id, now)
    page = get_post(resident.pk, post_id)
    assert page.card.author_name == "Rosa Bloom"
    assert page.comments[0].author_name == "Maria L."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "  "}, "Give your post a title"),
        ({"title": "x" * (rules.TITLE_MAX_LENGTH + 1)}, "A title can have 120 characters; this one has 121"),
        ({"text": "x" * (rules.TEXT_MAX_LENGTH + 1)}, "A post can have 5,000 characters; this one has 5,001"),
        ({"kind": "gossip"}, "Choose what kind"),
        ({"picture": make_upload(), "description": " "}, "Say in a few words what the picture shows"),
        ({"picture": make_upload(), "description": "x" * 301}, "A description can have 300"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(
    resident: User, now: datetime, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CannotWrite, match=words):
        say(resident, now, **changes)
    assert room_page(resident.pk) == []


def test_the_longest_title_and_text_are_kept(resident: User, now: datetime) -> None:
    post_id = say(resident, now, title="x" * rules.TITLE_MAX_LENGTH, text="y" * rules.TEXT_MAX_LENGTH)
    assert len(get_post(resident.pk, post_id).card.text) == rules.TEXT_MAX_LENGTH


def test_a_newcomer_is_told_what_opens_the_room(newcomer: User, now: datetime) -> None:
    with pytest.raises(CannotWrite, match="once it is confirmed that you live here"):
        say(newcomer, now)


def test_a_home_that_ended_since_the_page_was_opened_is_refused(resident: User, now: datetime) -> None:
    residency = home_of(resident)
    end_residency(residency_id=residency.pk, at=now)
    with pytest.raises(NotAllowed, match="You can no longer do this here"):
        say(resident, now, residency=residency)


def test_the_same_form_twice_is_one_post_and_one_comment(resident: User, now: datetime) -> None:
    key = uuid.uuid4()
    first = say(resident, now, submission_key=key)
    assert say(resident, now, submission_key=key) == first
    ids = {comment(residency=home_of(resident), post_id=first, text="Hi", submission_key=key, at=now) for _ in range(2)}
    assert len(ids) == 1
    assert len(get_post(resident.pk, first).comments) == 1


def test_a_picture_is_kept_and_shown_to_neighbors(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now, picture=make_upload((40, 30)), description=" A ladder ")
    picture = room_page(rosa.pk)[0].picture
    assert picture is not None
    assert (picture.description, picture.width, picture.height) == ("A ladder", 40, 30)
    content, content_type = get_picture(rosa.pk, post_id)
    assert (content[:3], content_type) == (b"\xff\xd8\xff", "image/jpeg")


def test_a_broken_picture_keeps_no_post(resident: User, now: datetime) -> None:
    broken = make_upload()
    broken.file.truncate(40)  # type: ignore[union-attr]
    with pytest.raises(CannotWrite, match="cannot be read as a picture"):
        say(resident, now, picture=broken, description="x")
    assert room_page(resident.pk) == []


def test_who_reads_a_post_answers_it(
    side_by_side: None, resident: User, neighbor: User, faraway: User, now: datetime
) -> None:
    post_id = say(resident, now, is_open_to_adjoining=True)
    answer(neighbor, post_id, now, " Mine! ")
    (found,) = get_post(resident.pk, post_id).comments
    assert (found.text, found.author_name, found.place, found.is_own) == ("Mine!", "Dev W.", "Elm", False)
    with pytest.raises(NeighborPost.DoesNotExist):
        answer(faraway, post_id, now)


@pytest.mark.parametrize(
    ("text", "words"), [(" ", "Write something"), ("x" * 2001, "A comment can have 2,000 characters; this one has")]
)
def test_a_comment_that_cannot_be_kept_is_refused_with_words(
    resident: User, now: datetime, text: str, words: str
) -> None:
    post_id = say(resident, now)
    with pytest.raises(CannotWrite, match=words):
        answer(resident, post_id, now, text)


def test_thanks_count_once_and_can_be_taken_back(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now)
    for _ in range(2):
        thank(residency=home_of(rosa), post_id=post_id, at=now)
    assert [(card.thanks_count, card.has_thanked) for card in room_page(rosa.pk)] == [(1, True)]
    assert [(card.thanks_count, card.has_thanked) for card in room_page(resident.pk)] == [(1, False)]
    for _ in range(2):
        take_thanks_back(residency=home_of(rosa), post_id=post_id, at=now)
    assert room_page(rosa.pk)[0].thanks_count == 0


def test_nobody_thanks_themselves_or_where_they_cannot_read(resident: User, faraway: User, now: datetime) -> None:
    post_id = say(resident, now)
    with pytest.raises(CannotWrite, match="your own post"):
        thank(residency=home_of(resident), post_id=post_id, at=now)
    with pytest.raises(NeighborPost.DoesNotExist):
        thank(residency=home_of(faraway), post_id=post_id, at=now)


def test_a_deleted_post_takes_everything_on_it_along(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now, picture=make_upload(), description="x")
    answer(rosa, post_id, now)
    thank(residency=home_of(rosa), post_id=post_id, at=now)
    delete_post(person_id=resident.pk, post_id=post_id, at=now)
    assert room_page(rosa.pk) == []
    with pytest.raises(NeighborPost.DoesNotExist):
        get_picture(resident.pk, post_id)


def test_somebody_elses_post_and_comment_are_not_deleted(
    resident: User, rosa: User, faraway: User, now: datetime
) -> None:
    post_id = say(resident, now)
    comment_id = answer(resident, post_id, now)
    with pytest.raises(NotAllowed, match="Only whoever wrote a post"):
        delete_post(person_id=rosa.pk, post_id=post_id, at=now)
    with pytest.raises(NotAllowed, match="Only whoever wrote a comment"):
        delete_comment(person_id=rosa.pk, comment_id=comment_id, at=now)
    with pytest.raises(NeighborPost.DoesNotExist):
        delete_post(person_id=faraway.pk, post_id=post_id, at=now)
    with pytest.raises(Comment.DoesNotExist):
        delete_comment(person_id=faraway.pk, comment_id=comment_id, at=now)
    assert len(get_post(rosa.pk, post_id).comments) == 1
    delete_comment(person_id=resident.pk, comment_id=comment_id, at=now)
    assert get_post(rosa.pk, post_id).comments == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["comment", "thank"])
def test_who_answers_while_a_post_is_deleted_finds_it_gone(resident: User, rosa: User, now: datetime, act: str) -> None:
    post_id = say(resident, now)
    found: list[Exception] = []

    def write() -> None:
        try:
            if act == "comment":
                answer(rosa, post_id, now)
            else:
                thank(residency=home_of(rosa), post_id=post_id, at=now)
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    writing = threading.Thread(target=write)
    with transaction.atomic():
        delete_post(person_id=resident.pk, post_id=post_id, at=now)
        writing.start()
        wait_until(lambda: waiting_sessions() == 1, "the neighbor waits for what becomes of the post")
    writing.join()
    assert [type(error) for error in found] == [NeighborPost.DoesNotExist]
