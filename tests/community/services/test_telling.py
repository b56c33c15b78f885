"""Who hears that a neighbor wrote, and that nothing of what was written leaves with it?"""

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.models import User
from community.services import block, delete_comment, delete_post, mute
from core import lanes
from neighborhoods.models import Neighborhood
from notifications.models import Message, Notice, Preferences
from notifications.rules import Pace, Source, Topic
from tests.community.factories import WORDS, answer, say


@pytest.fixture
def wants_at_once(now: datetime) -> Callable[..., None]:
    def _wants(*people: User) -> None:
        for person in people:
            Preferences.objects.create(person=person, neighbors_email=Pace.AT_ONCE, changed_at=now)

    return _wants


def told() -> set[int]:
    return set(Notice.objects.values_list("person_id", flat=True))


def test_whoever_wants_neighbors_posts_at_once_hears_but_not_the_writer(
    resident: User, rosa: User, jun: User, wants_at_once: Callable[..., None], now: datetime
) -> None:
    wants_at_once(resident, rosa)
    post_id = say(resident, now)
    assert told() == {rosa.pk}
    message = Message.objects.get()
    assert (message.source, message.source_id, message.topic) == (Source.NEIGHBOR_POST, post_id, Topic.NEIGHBORS)
    assert (message.lane, message.path) == (lanes.MAIL, f"/neighbors/{post_id}/")
    assert message.title == "A neighbor wrote in Oak"


def test_neither_words_nor_name_of_a_neighbor_are_in_a_message(
    resident: User, rosa: User, wants_at_once: Callable[..., None], now: datetime
) -> None:
    wants_at_once(rosa)
    post_id = say(resident, now, title="Whose gray cat?", text=WORDS)
    answer(rosa, post_id, now, "It is ours.")
    kept = " ".join(str(value) for message in Message.objects.all() for value in vars(message).values())
    for secret in (WORDS, "gray cat", "It is ours", "Maria", "Rosa"):
        assert secret not in kept


def test_only_verified_neighbors_hear(
    resident: User,
    newcomer: User,
    closed_account: User,
    moved_away: User,
    wants_at_once: Callable[..., None],
    now: datetime,
) -> None:
    wants_at_once(newcomer, closed_account, moved_away)
    say(resident, now)
    assert told() == set()


def test_adjoining_neighbors_hear_of_what_is_open_to_them_alone(
    side_by_side: None,
    resident: User,
    neighbor: User,
    faraway: User,
    wants_at_once: Callable[..., None],
    elm: Neighborhood,
    now: datetime,
) -> None:
    wants_at_once(neighbor, faraway)
    say(resident, now)
    assert told() == set()
    say(resident, now, is_open_to_adjoining=True)
    assert Notice.objects.get().neighborhood_id == elm.pk
    assert told() == {neighbor.pk}


def test_a_block_keeps_word_away_in_both_directions(
    resident: User, rosa: User, jun: User, wants_at_once: Callable[..., None], now: datetime
) -> None:
    first = say(resident, now)
    answer(jun, first, now)
    wants_at_once(rosa, jun)
    block(person_id=rosa.pk, other_id=resident.pk, at=now)
    block(person_id=resident.pk, other_id=jun.pk, at=now)
    message = Message.objects.get(source=Source.NEIGHBOR_POST, source_id=say(resident, now))
    assert not message.notices.exists()


def test_the_writer_of_a_post_hears_of_an_answer_and_nobody_else(
    resident: User, rosa: User, jun: User, now: datetime
) -> None:
    post_id = say(resident, now)
    answer(jun, post_id, now)
    comment_id = answer(rosa, post_id, now)
    assert told() == {resident.pk}
    message = Message.objects.get(source_id=comment_id)
    assert (message.source, message.topic) == (Source.NEIGHBOR_COMMENT, Topic.REPLIES)
    # Not the post's own page: beside the notice, its number would tell outside the wall who wrote it.
    assert (message.title, message.path) == ("A neighbor answered you", "/neighbors/")


def test_whoever_answers_under_their_own_post_hears_nothing(resident: User, now: datetime) -> None:
    answer(resident, say(resident, now), now)
    assert told() == set()


def test_nobody_hears_of_an_answer_by_whom_they_muted(resident: User, rosa: User, jun: User, now: datetime) -> None:
    say(rosa, now)
    mute(person_id=resident.pk, other_id=rosa.pk, at=now)
    post_id = say(resident, now)
    answer(rosa, post_id, now)
    assert told() == set()
    answer(jun, post_id, now)
    assert told() == {resident.pk}


def test_what_was_deleted_is_told_to_nobody_any_more(
    resident: User, rosa: User, wants_at_once: Callable[..., None], now: datetime
) -> None:
    wants_at_once(rosa)
    post_id = say(resident, now)
    comment_id = answer(rosa, post_id, now)
    delete_comment(person_id=rosa.pk, comment_id=comment_id, at=now)
    assert set(Message.objects.filter(ended_at=now).values_list("source", flat=True)) == {Source.NEIGHBOR_COMMENT}
    delete_post(person_id=resident.pk, post_id=post_id, at=now)
    assert not Message.objects.filter(ended_at=None).exists()
