"""Whose private conversations are these?"""

from datetime import datetime

from django.db.models import F, QuerySet

from accounts.models import User
from posts.models import Conversation, PrivateMessage


def conversations_of(resident: User, *, size: int, before: tuple[datetime, int] | None = None) -> list[Conversation]:
    """A resident's own conversations, latest change first, by keyset. One query.

    Args:
        before: (changed_at, id) of the last one of the page before.
    """
    conversations = Conversation.objects.filter(resident=resident).select_related("command", "about_post")
    if before is not None:
        at, conversation_id = before
        conversations = conversations.filter(changed_at__lte=at).exclude(changed_at=at, pk__gte=conversation_id)
    return list(conversations.order_by("-changed_at", "-id")[:size])


def get_own_conversation(conversation_id: int, resident: User) -> Conversation:
    """Raises Conversation.DoesNotExist when it is somebody else's."""
    return Conversation.objects.select_related("command", "about_post").get(pk=conversation_id, resident=resident)


def conversations_with(command_id: int) -> QuerySet[Conversation]:
    """A command's inbox: who waits first, longest first, then the answered ones, latest first."""
    return (
        Conversation.objects.filter(command_id=command_id)
        .select_related("resident", "about_post")
        .order_by(F("waiting_since").asc(nulls_last=True), "-changed_at", "-id")
    )


def get_conversation_with(command_id: int, conversation_id: int) -> Conversation:
    """Raises Conversation.DoesNotExist when it is another command's, headquarters included."""
    return Conversation.objects.select_related("resident", "about_post", "command").get(
        pk=conversation_id, command_id=command_id
    )


def messages_in(conversation: Conversation) -> list[PrivateMessage]:
    """All messages, oldest first, with their authors. One query."""
    return list(conversation.messages.select_related("author").order_by("pk"))
