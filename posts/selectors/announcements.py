"""Who should hear that there is something new?"""

from dataclasses import dataclass

from commands.models import PoliceCommand
from commands.rules import CommandKind
from neighborhoods.rules import Standing
from posts.models import Delivery, PrivateMessage, Reply


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of a reply: verified residents of these neighborhoods, the desks of these commands."""

    post_id: int
    neighborhood_ids: list[int]
    command_ids: list[int]


def listeners_of_reply(reply_id: int) -> Listeners:
    """The post's neighborhoods, its command and headquarters. Three queries."""
    reply = Reply.objects.select_related("post").get(pk=reply_id)
    neighborhoods = list(Delivery.objects.filter(post_id=reply.post_id).values_list("neighborhood_id", flat=True))
    headquarters = PoliceCommand.objects.filter(kind=CommandKind.HEADQUARTERS).values_list("pk", flat=True)
    return Listeners(reply.post_id, neighborhoods, sorted({reply.post.command_id, *headquarters}))


def listeners_of_message(message_id: int) -> int:
    """The command a private message was written to. One query."""
    return PrivateMessage.objects.values_list("conversation__command_id", flat=True).get(pk=message_id)


def residents_who_replied(post_id: int) -> list[int]:
    """Who replied under a post and lives, verified, where its replies can be read. One query."""
    return list(
        Reply.objects.filter(
            post_id=post_id,
            neighborhood__isnull=False,
            author__residencies__standing=Standing.VERIFIED,
            author__residencies__neighborhood__deliveries__post_id=post_id,
        )
        .order_by("author_id")
        .values_list("author_id", flat=True)
        .distinct()
    )
