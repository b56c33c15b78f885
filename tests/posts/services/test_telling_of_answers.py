"""Does whoever wrote to police, in private or in public, hear that they answered?"""

import uuid
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import find_assignment
from core import lanes
from neighborhoods.selectors import find_residency
from neighborhoods.services import move_residency
from notifications.models import Message, Notice, Preferences
from notifications.rules import Pace, Source, Topic
from posts.models import Post, PrivateMessage, Reply
from posts.services import (
    answer_conversation,
    answer_post,
    continue_conversation,
    reply_as_resident,
    withdraw_post,
    write_to_command,
)
from tests.posts.factories import publish

SECRET = "The key is under the blue pot."


@pytest.fixture
def post(officer: User, central: PoliceCommand, now: datetime) -> Post:
    return publish(officer, central, now)


@pytest.fixture
def question(resident: User, central: PoliceCommand, now: datetime) -> PrivateMessage:
    residency = find_residency(resident.pk)
    assert residency is not None
    return write_to_command(
        residency=residency, command=central, about_post=None, text=SECRET, submission_key=uuid.uuid4(), at=now
    )


def answer(question: PrivateMessage, officer: User, central: PoliceCommand, at: datetime, key: uuid.UUID) -> None:
    assignment = find_assignment(officer.pk, central.pk)
    assert assignment is not None
    answer_conversation(
        conversation_id=question.conversation_id,
        assignment=assignment,
        text=f"Thank you. {SECRET}",
        seen_message_id=question.pk,
        submission_key=key,
        at=at,
    )


def reply(post: Post, person: User, at: datetime) -> Reply:
    residency = find_residency(person.pk)
    assert residency is not None
    return reply_as_resident(post_id=post.pk, residency=residency, text="I saw it.", submission_key=uuid.uuid4(), at=at)


def answer_under(post: Post, officer: User, central: PoliceCommand, at: datetime) -> Reply:
    assignment = find_assignment(officer.pk, central.pk)
    assert assignment is not None
    seen = Reply.objects.filter(post=post).order_by("-pk").first()
    return answer_post(
        post_id=post.pk,
        assignment=assignment,
        text="Please call us.",
        seen_reply_id=seen.pk if seen else 0,
        submission_key=uuid.uuid4(),
        at=at,
    )


def test_a_private_answer_is_told_to_its_resident_alone_without_its_words(
    question: PrivateMessage, resident: User, newcomer: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    answer(question, officer, central, later, uuid.uuid4())
    message = Message.objects.get()
    assert (message.source, message.topic, message.lane) == (Source.PRIVATE_MESSAGE, Topic.REPLIES, lanes.MAIL)
    assert message.title == "You have an answer from Central Command"
    assert message.path.startswith(f"/conversations/{question.conversation_id}/#message-")
    assert SECRET not in " ".join(str(value) for value in vars(message).values())
    notice = Notice.objects.get()
    assert (notice.person_id, notice.due_at) == (resident.pk, later)


def test_an_officer_s_second_click_tells_nobody_again(
    question: PrivateMessage, officer: User, central: PoliceCommand, now: datetime
) -> None:
    key = uuid.uuid4()
    answer(question, officer, central, now, key)
    answer(question, officer, central, now, key)
    assert Notice.objects.count() == 1


def test_what_the_resident_writes_tells_nobody(question: PrivateMessage, resident: User, now: datetime) -> None:
    continue_conversation(
        conversation_id=question.conversation_id, resident=resident, text="And?", submission_key=uuid.uuid4(), at=now
    )
    assert not Message.objects.exists()


def test_the_command_s_answer_is_told_to_whoever_replied_before(
    post: Post, resident: User, neighbor: User, newcomer: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now)
    reply(post, resident, now)
    answered = answer_under(post, officer, central, now)
    assert Notice.objects.get().person_id == resident.pk
    message = Message.objects.get()
    assert (message.source, message.source_id, message.topic) == (Source.REPLY, answered.pk, Topic.REPLIES)
    assert message.title == "Central Command answered under “Bicycles taken from five garages”"
    assert message.path == f"/posts/{post.pk}/#reply-{answered.pk}"
    reply(post, neighbor, now)
    answer_under(post, officer, central, now)
    assert Notice.objects.filter(message__source_id__gt=answered.pk).count() == 2


@pytest.mark.parametrize("takes_text_off", [True, False])
def test_a_title_that_is_taken_off_is_told_no_more_with_an_answer(
    takes_text_off: bool, post: Post, resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now)
    answered = answer_under(post, officer, central, now)
    withdraw_post(
        post_id=post.pk, version=1, reason="It named the wrong man.", takes_text_off=takes_text_off, by=officer, at=now
    )
    message = Message.objects.get(source=Source.REPLY, source_id=answered.pk)
    assert (message.ended_at is not None) == takes_text_off


def test_a_neighbor_s_reply_tells_nobody(post: Post, resident: User, neighbor: User, now: datetime) -> None:
    reply(post, resident, now)
    reply(post, neighbor, now)
    assert not Notice.objects.exists()


def test_an_answer_where_nobody_replied_makes_no_message(
    post: Post, officer: User, central: PoliceCommand, now: datetime
) -> None:
    answer_under(post, officer, central, now)
    assert not Message.objects.exists()


def test_whoever_moved_away_and_may_not_read_replies_there_any_more_is_not_told(
    post: Post, resident: User, faraway: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now)
    move_residency(person=resident, latitude=0.5, longitude=10.5, at=now)
    answer_under(post, officer, central, now)
    assert not Notice.objects.exists()


def test_whoever_wants_no_word_of_replies_gets_none(
    post: Post, question: PrivateMessage, resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    Preferences.objects.create(person=resident, replies_email=Pace.NEVER, changed_at=now)
    reply(post, resident, now)
    answer_under(post, officer, central, now)
    answer(question, officer, central, now, uuid.uuid4())
    assert not Notice.objects.exists()
