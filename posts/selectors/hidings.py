"""Which replies are hidden, who may hide one, and who decides when the writer asks for another look?"""

from collections.abc import Iterable

from django.db.models import Count, Prefetch

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import ROLES_THAT_RELEASE
from posts.models import Post, Reply, ReplyHiding
from posts.selectors.replies import hidings_in_force, may_read_replies


def count_hidden(post_id: int) -> dict[str, int]:
    """How many replies under a post are hidden, by reason: for everybody. One query."""
    rows = hidings_in_force().filter(reply__post_id=post_id).values_list("reason").annotate(Count("pk"))
    return dict(rows.order_by())


def command_that_may_hide(post: Post, person_id: int, assignments: Iterable[Assignment]) -> PoliceCommand | None:
    """In whose name a person may hide replies under a post: the posting command's or headquarters'; None may not.

    Args:
        assignments: The person's current ones, with their commands.
    """
    if post.author_id == person_id:
        return None
    releasing = [a.command for a in assignments if a.role in ROLES_THAT_RELEASE]
    own = next((command for command in releasing if command.pk == post.command_id), None)
    return own or next((command for command in releasing if command.is_headquarters), None)


def get_reply_known_to(assignments: Iterable[Assignment], reply_id: int) -> Reply:
    """A reply this staff member need know of, with its post, command, author and neighborhood. One query.

    Raises:
        Reply.DoesNotExist: Not there, or under a post of another command.
    """
    reply = Reply.objects.select_related("post__command", "author", "neighborhood").get(pk=reply_id)
    if not may_read_replies(reply.post, None, assignments):
        raise Reply.DoesNotExist
    return reply


def find_hiding(reply_id: int) -> ReplyHiding | None:
    """The hiding that keeps a reply off the page, with its command and who hid it. One query."""
    return hidings_in_force().filter(reply_id=reply_id).select_related("command", "hidden_by").first()


def own_replies(resident: User, *, size: int, before: int | None = None) -> list[Reply]:
    """A resident's own public replies with what became of each, newest first, by keyset. Two queries."""
    hidings = ReplyHiding.objects.select_related("command").order_by("-pk")
    replies = Reply.objects.filter(author=resident).select_related("post__command", "neighborhood")
    if before is not None:
        replies = replies.filter(pk__lt=before)
    return list(replies.prefetch_related(Prefetch("hidings", hidings)).order_by("-pk")[:size])


def get_own_hiding(resident: User, reply_id: int) -> ReplyHiding:
    """What keeps a resident's own reply off the page, with its post and command. One query.

    Raises:
        ReplyHiding.DoesNotExist: Somebody else's reply, or it is not hidden.
    """
    return hidings_in_force().select_related("reply__post", "command").get(reply_id=reply_id, reply__author=resident)


def open_appeals(*, size: int) -> list[ReplyHiding]:
    """Hidings whose writer waits for a decision, longest first, with post and command. One query."""
    appeals = ReplyHiding.objects.filter(appealed_at__isnull=False, outcome="")
    return list(appeals.select_related("reply__post", "command").order_by("appealed_at", "pk")[:size])


def get_appeal(hiding_id: int) -> ReplyHiding:
    """A hiding whose writer asked for another look, with post and command. One query.

    Raises:
        ReplyHiding.DoesNotExist: Nobody asked, so nobody outside the command need know of it.
    """
    return ReplyHiding.objects.select_related("reply__post", "command").get(pk=hiding_id, appealed_at__isnull=False)
