"""Do private messages stay between one resident and one command?"""

import uuid
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import find_assignment
from neighborhoods.selectors import find_residency
from posts.models import Conversation, Post, PrivateMessage
from posts.services import AnsweredMeanwhile, answer_conversation, continue_conversation, write_to_command
from posts.services.conversations import CannotWrite
from tests.posts.factories import publish


def write(
    person: User,
    command: PoliceCommand,
    at: datetime,
    *,
    text: str = "Where do I send the pictures?",
    about: Post | None = None,
    key: uuid.UUID | None = None,
) -> PrivateMessage:
    residency = find_residency(person.pk)
    assert residency is not None
    return write_to_command(
        residency=residency,
        command=command,
        about_post=about,
        text=text,
        submission_key=key or uuid.uuid4(),
        at=at,
    )


def answer(message: PrivateMessage, person: User, command: PoliceCommand, at: datetime, seen: int) -> PrivateMessage:
    assignment = find_assignment(person.pk, command.pk)
    assert assignment is not None
    return answer_conversation(
        conversation_id=message.conversation_id,
        assignment=assignment,
        text="At the front desk.",
        seen_message_id=seen,
        submission_key=uuid.uuid4(),
        at=at,
    )


def test_an_unverified_resident_may_write_too(newcomer: User, central: PoliceCommand, now: datetime) -> None:
    message = write(newcomer, central, now)
    assert message.conversation.waiting_since == now


def test_a_second_message_about_a_post_goes_on_in_the_same_conversation(
    resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    post = publish(officer, central, now)
    first = write(resident, central, now, about=post)
    second = write(resident, central, now + timedelta(hours=1), about=post)
    assert first.conversation_id == second.conversation_id
    # The clock runs from the first question, not from the reminder.
    assert Conversation.objects.get().waiting_since == now


def test_second_click_makes_no_second_message(resident: User, central: PoliceCommand, now: datetime) -> None:
    key = uuid.uuid4()
    assert write(resident, central, now, key=key).pk == write(resident, central, now, key=key).pk
    assert Conversation.objects.count() == 1


def test_the_clock_stops_with_the_answer_and_starts_with_the_next_question(
    resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    message = write(resident, central, now)
    answer(message, officer, central, now, seen=message.pk)
    assert Conversation.objects.get().waiting_since is None
    later = now + timedelta(days=1)
    continue_conversation(
        conversation_id=message.conversation_id,
        resident=resident,
        text="And the tapes?",
        submission_key=uuid.uuid4(),
        at=later,
    )
    assert Conversation.objects.get().waiting_since == later


def test_no_other_command_answers_headquarters_included(
    resident: User,
    central: PoliceCommand,
    stranger_officer: User,
    south: PoliceCommand,
    pio: User,
    headquarters: PoliceCommand,
    now: datetime,
) -> None:
    message = write(resident, central, now)
    for person, command in ((stranger_officer, south), (pio, headquarters)):
        with pytest.raises(Conversation.DoesNotExist):
            answer(message, person, command, now, seen=message.pk)


def test_no_other_resident_goes_on_with_it(
    resident: User, neighbor: User, central: PoliceCommand, now: datetime
) -> None:
    message = write(resident, central, now)
    with pytest.raises(Conversation.DoesNotExist):
        continue_conversation(
            conversation_id=message.conversation_id,
            resident=neighbor,
            text="Me too.",
            submission_key=uuid.uuid4(),
            at=now,
        )


def test_the_second_of_two_officers_reads_the_first_answer_first(
    resident: User, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    message = write(resident, central, now)
    first = answer(message, officer, central, now, seen=message.pk)
    with pytest.raises(AnsweredMeanwhile, match=r"Officer K\. Delgado"):
        answer(message, sergeant, central, now, seen=message.pk)
    answer(message, sergeant, central, now, seen=first.pk)


def test_an_empty_message_is_refused(resident: User, central: PoliceCommand, now: datetime) -> None:
    with pytest.raises(CannotWrite, match="Write something"):
        write(resident, central, now, text=" ")
    assert not Conversation.objects.exists()
