"""How does a resident write to a command in private, and how does the command answer?"""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from core import lanes
from core.errors import DomainError
from core.locks import take_submission
from core.queue import nudge
from neighborhoods.models import Residency
from posts import rules
from posts.models import Conversation, Post, PrivateMessage
from posts.services.telling import tell_of_answer


class CannotWrite(DomainError):
    """The message was not kept; the text says why and what to do."""


class AnsweredMeanwhile(CannotWrite):
    """A colleague answered while this officer was writing."""


@transaction.atomic
def write_to_command(
    *,
    residency: Residency,
    command: PoliceCommand,
    about_post: Post | None,
    text: str,
    submission_key: uuid.UUID,
    at: datetime,
) -> PrivateMessage:
    """Write to a command in private; claimed residents may, too.

    A second message about the same post goes on in the same conversation.

    Raises:
        CannotWrite: Empty, or too long.
    """
    text = _cleaned(text)
    take_submission(submission_key)
    earlier = PrivateMessage.objects.filter(submission_key=submission_key, author_id=residency.person_id).first()
    if earlier is not None:
        return earlier
    conversation = None
    if about_post is not None:
        conversation = (
            Conversation.objects.select_for_update()
            .filter(resident_id=residency.person_id, command=command, about_post=about_post)
            .first()
        )
    if conversation is None:
        conversation = Conversation.objects.create(
            resident_id=residency.person_id, command=command, about_post=about_post, started_at=at, changed_at=at
        )
    return _add(conversation, residency.person_id, False, text, submission_key, at)


@transaction.atomic
def continue_conversation(
    *, conversation_id: int, resident: User, text: str, submission_key: uuid.UUID, at: datetime
) -> PrivateMessage:
    """Write again in one's own conversation.

    Raises:
        Conversation.DoesNotExist: Not this resident's.
        CannotWrite: Empty, or too long.
    """
    text = _cleaned(text)
    conversation = Conversation.objects.select_for_update().get(pk=conversation_id, resident=resident)
    earlier = conversation.messages.filter(submission_key=submission_key).first()
    return earlier or _add(conversation, resident.pk, False, text, submission_key, at)


@transaction.atomic
def answer_conversation(
    *,
    conversation_id: int,
    assignment: Assignment,
    text: str,
    seen_message_id: int,
    submission_key: uuid.UUID,
    at: datetime,
) -> PrivateMessage:
    """Answer a resident in the command's name.

    Args:
        seen_message_id: The newest message on the page the officer wrote on.

    Raises:
        Conversation.DoesNotExist: Not this command's; nobody else learns that it exists.
        AnsweredMeanwhile: A colleague answered after that message.
        CannotWrite: Empty, or too long.
    """
    text = _cleaned(text)
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("command")
        .get(pk=conversation_id, command_id=assignment.command_id)
    )
    earlier = conversation.messages.filter(submission_key=submission_key).first()
    if earlier is not None:
        return earlier
    meanwhile = (
        conversation.messages.filter(pk__gt=seen_message_id, is_from_police=True).select_related("author").first()
    )
    if meanwhile is not None:
        raise AnsweredMeanwhile(
            f"{meanwhile.author.public_name} answered while you were writing. "
            "Read that answer, then send yours if it is still needed."
        )
    return _add(conversation, assignment.person_id, True, text, submission_key, at)


def _cleaned(text: str) -> str:
    text = text.strip()
    if not text:
        raise CannotWrite("Write something before you send it.")
    if len(text) > rules.MESSAGE_MAX_LENGTH:
        raise CannotWrite(f"A message can have {rules.MESSAGE_MAX_LENGTH:,} characters; this one has {len(text):,}.")
    return text


def _add(
    conversation: Conversation, author_id: int, is_from_police: bool, text: str, submission_key: uuid.UUID, at: datetime
) -> PrivateMessage:
    message = PrivateMessage.objects.create(
        conversation=conversation,
        author_id=author_id,
        is_from_police=is_from_police,
        text=text,
        submission_key=submission_key,
        created_at=at,
    )
    conversation.changed_at = at
    if is_from_police:
        conversation.waiting_since = None
    elif conversation.waiting_since is None:
        conversation.waiting_since = at
    conversation.save(update_fields=["changed_at", "waiting_since"])
    if is_from_police:
        tell_of_answer(conversation=conversation, message=message, at=at)
    else:
        nudge("posts.announce_message", message.pk, lane=lanes.POSTS)
    return message
