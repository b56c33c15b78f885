"""Whose private conversations are these?"""

from django.db.models import F, QuerySet

from accounts.models import User
from posts.models import Conversation, PrivateMessage


def conversations_of(resident: User) -> QuerySet[Conversation]:
    """A resident's own conversations, latest change first."""
    return (
        Conversation.objects.filter(resident=resident)
        .select_related("command", "about_post")
        .order_by("-changed_at", "-id")
    )


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
