"""Who may answer under a post, and what becomes of two answers at once?"""

import uuid
from datetime import datetime

import pytest
from django.apps import apps

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import find_assignment
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_residency
from posts.models import Post, Reply
from posts.rules import REPLY_MAX_LENGTH, PostStatus
from posts.services import CannotReply, answer_post, reply_as_resident, switch_replies
from tests.posts.factories import publish


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


def reply(
    post: Post, person: User, at: datetime, text: str = "My camera saw it.", key: uuid.UUID | None = None
) -> Reply:
    residency = find_residency(person.pk)
    assert residency is not None
    return reply_as_resident(post_id=post.pk, residency=residency, text=text, submission_key=key or uuid.uuid4(), at=at)


def answer(
    post: Post, person: User, command: PoliceCommand, at: datetime, seen: int = 0, key: uuid.UUID | None = None
) -> Reply:
    assignment = find_assignment(person.pk, command.pk)
    assert assignment is not None
    return answer_post(
        post_id=post.pk,
        assignment=assignment,
        text="Thank you.",
        seen_reply_id=seen,
        submission_key=key or uuid.uuid4(),
        at=at,
    )


def test_verified_resident_of_a_targeted_neighborhood_replies(
    post: Post, resident: User, oak: Neighborhood, now: datetime
) -> None:
    made = reply(post, resident, now)
    assert (made.author, made.neighborhood, made.command) == (resident, oak, None)


def test_residents_elsewhere_do_not_learn_of_it(post: Post, neighbor: User, faraway: User, now: datetime) -> None:
    for person in (neighbor, faraway):
        with pytest.raises(Post.DoesNotExist):
            reply(post, person, now)


def test_unverified_resident_cannot_reply(post: Post, newcomer: User, now: datetime) -> None:
    with pytest.raises(CannotReply, match="confirmed that you live here"):
        reply(post, newcomer, now)


def test_second_click_makes_no_second_reply(post: Post, resident: User, now: datetime) -> None:
    key = uuid.uuid4()
    assert reply(post, resident, now, key=key).pk == reply(post, resident, now, key=key).pk
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_reply_is_refused(post: Post, resident: User, now: datetime, text: str) -> None:
    with pytest.raises(CannotReply, match="Write something"):
        reply(post, resident, now, text)


def test_too_long_a_reply_names_both_numbers(post: Post, resident: User, now: datetime) -> None:
    with pytest.raises(CannotReply, match="2,000 characters; this one has 2,001"):
        reply(post, resident, now, "x" * (REPLY_MAX_LENGTH + 1))


def test_the_posting_command_answers_under_its_name(
    post: Post, officer: User, central: PoliceCommand, now: datetime
) -> None:
    made = answer(post, officer, central, now)
    assert (made.command, made.neighborhood) == (central, None)


def test_another_command_does_not_answer_there(
    post: Post, stranger_officer: User, south: PoliceCommand, pio: User, headquarters: PoliceCommand, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        answer(post, stranger_officer, south, now)
    with pytest.raises(NotAllowed):
        answer(post, pio, headquarters, now)


def test_the_second_of_two_officers_reads_the_first_answer_first(
    post: Post, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    first = answer(post, officer, central, now)
    with pytest.raises(CannotReply, match=r"Officer K\. Delgado answered while you were writing"):
        answer(post, sergeant, central, now)
    assert answer(post, sergeant, central, now, seen=first.pk).pk != first.pk


def test_an_officers_second_click_is_no_second_answer(
    post: Post, officer: User, central: PoliceCommand, now: datetime
) -> None:
    key = uuid.uuid4()
    assert answer(post, officer, central, now, key=key).pk == answer(post, officer, central, now, key=key).pk


# Open or closed


def switch(post: Post, person: User, command: PoliceCommand, at: datetime, *, opens: bool) -> Post:
    assignment = find_assignment(person.pk, command.pk)
    assert assignment is not None
    return switch_replies(post_id=post.pk, opens=opens, assignment=assignment, at=at)


def test_what_was_closed_before_publishing_takes_no_reply_by_anybody(
    officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    post = publish(officer, central, now, replies_open=False)
    assert not post.versions.get().replies_open
    with pytest.raises(CannotReply, match=r"Replies are closed\. Write to Central Command in private\."):
        reply(post, resident, now)
    with pytest.raises(CannotReply, match="closed, for police too"):
        answer(post, officer, central, now)


def test_the_command_closes_replies_for_everyone_and_opens_them_again(
    post: Post, officer: User, sergeant: User, resident: User, central: PoliceCommand, now: datetime
) -> None:
    kept = reply(post, resident, now)
    closed = switch(post, sergeant, central, now, opens=False)
    assert (closed.replies_open, closed.replies_switched_by, closed.replies_switched_at) == (False, sergeant, now)
    with pytest.raises(CannotReply, match="Replies are closed"):
        reply(post, resident, now)
    assert Reply.objects.get() == kept
    opened = switch(post, officer, central, now, opens=True)
    assert (opened.replies_open, opened.replies_switched_by) == (True, officer)
    assert reply(post, resident, now).pk != kept.pk
    trail = (
        apps.get_model("posts", "PostEvent")
        .objects.filter(pgh_obj=post, replies_switched_by__isnull=False)
        .order_by("pk")
    )
    assert list(trail.values_list("replies_switched_by", "replies_open")) == [
        (sergeant.pk, False),
        (officer.pk, True),
    ]


def test_switching_to_what_it_is_already_leaves_who_and_when(
    post: Post, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    switch(post, sergeant, central, now, opens=False)
    assert switch(post, officer, central, now, opens=False).replies_switched_by == sergeant


def test_another_command_switches_nothing_headquarters_included(
    post: Post, stranger_officer: User, south: PoliceCommand, pio: User, headquarters: PoliceCommand, now: datetime
) -> None:
    for person, command in ((stranger_officer, south), (pio, headquarters)):
        with pytest.raises(NotAllowed):
            switch(post, person, command, now, opens=False)
    post.refresh_from_db()
    assert post.replies_open


def test_a_withdrawn_post_is_not_opened(post: Post, officer: User, central: PoliceCommand, now: datetime) -> None:
    Post.objects.filter(pk=post.pk).update(status=PostStatus.WITHDRAWN)
    with pytest.raises(CannotReply, match="withdrawn"):
        switch(post, officer, central, now, opens=True)
