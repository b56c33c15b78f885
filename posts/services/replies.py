"""How does a resident answer in public, and how do the police answer back?"""

import uuid
from datetime import datetime

from django.db import transaction

from commands.models import Assignment
from core.errors import DomainError, NotAllowed
from core.locks import take_submission
from core.queue import nudge
from neighborhoods.models import Residency
from posts import rules
from posts.models import Post, Reply
from posts.rules import PostStatus
from posts.services.telling import tell_of_reply


class CannotReply(DomainError):
    """The reply was not kept; the text says why and what to do."""


@transaction.atomic
def reply_as_resident(
    *, post_id: int, residency: Residency, text: str, submission_key: uuid.UUID, at: datetime
) -> Reply:
    """Answer a post in public, seen by verified residents of its neighborhoods, its command and headquarters.

    Raises:
        Post.DoesNotExist: Not published, or not for the resident's neighborhood, which they need not know.
        CannotReply: The residency is not verified yet, replies are closed, or the post was withdrawn.
    """
    if residency.neighborhood_id is None:
        raise Post.DoesNotExist
    post = Post.objects.select_related("command").get(
        pk=post_id, published_at__isnull=False, deliveries__neighborhood_id=residency.neighborhood_id
    )
    if not residency.is_verified:
        raise CannotReply("You can reply once somebody has confirmed that you live here.")
    return _reply(post, residency.person_id, text, submission_key, at, neighborhood_id=residency.neighborhood_id)


@transaction.atomic
def answer_post(
    *, post_id: int, assignment: Assignment, text: str, seen_reply_id: int, submission_key: uuid.UUID, at: datetime
) -> Reply:
    """Answer under a post in the command's name.

    Args:
        assignment: Of the person who answers; it must be at the command that posted.
        seen_reply_id: The newest reply on the page the officer wrote on, 0 for none.

    Raises:
        NotAllowed: The post is another command's.
        CannotReply: A colleague answered in the meantime, replies are closed, or the post was withdrawn.
    """
    # Under the row lock, two officers who answer at once see each other.
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("command")
        .get(pk=post_id, published_at__isnull=False)
    )
    if assignment.command_id != post.command_id:
        raise NotAllowed("Only the command that posted this answers under it.")
    take_submission(submission_key)
    meanwhile = (
        Reply.objects.filter(post=post, pk__gt=seen_reply_id, command__isnull=False)
        .exclude(submission_key=submission_key)
        .select_related("author")
        .first()
    )
    if meanwhile is not None:
        raise CannotReply(
            f"{meanwhile.author.public_name} answered while you were writing. "
            "Read that answer, then send yours if it is still needed."
        )
    return _reply(post, assignment.person_id, text, submission_key, at, command_id=assignment.command_id)


@transaction.atomic
def switch_replies(*, post_id: int, opens: bool, assignment: Assignment, at: datetime) -> Post:
    """Close the replies under a published post for everyone, or open them again; what was said stays readable.

    Args:
        assignment: Of the person who switches; it must be at the command that posted.

    Raises:
        NotAllowed: The post is another command's.
        CannotReply: The post was withdrawn.
    """
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("command")
        .get(pk=post_id, published_at__isnull=False)
    )
    if assignment.command_id != post.command_id:
        raise NotAllowed("Only the command that posted this opens and closes the replies under it.")
    if post.status == PostStatus.WITHDRAWN:
        raise CannotReply("This post was withdrawn, so nobody can reply to it any more.")
    if post.replies_open != opens:
        post.replies_open, post.replies_switched_by, post.replies_switched_at = opens, assignment.person, at
        post.save(update_fields=["replies_open", "replies_switched_by", "replies_switched_at"])
    return post


def _reply(
    post: Post,
    author_id: int,
    text: str,
    submission_key: uuid.UUID,
    at: datetime,
    *,
    neighborhood_id: int | None = None,
    command_id: int | None = None,
) -> Reply:
    if post.status == PostStatus.WITHDRAWN:
        raise CannotReply("This post was withdrawn, so nobody can reply to it any more.")
    if not post.replies_open:
        raise CannotReply(
            "Replies are closed, for police too. Open them again to answer."
            if command_id
            else f"Replies are closed. Write to {post.command.name} in private."
        )
    text = text.strip()
    if not text:
        raise CannotReply("Write something before you send it.")
    if len(text) > rules.REPLY_MAX_LENGTH:
        raise CannotReply(f"A reply can have {rules.REPLY_MAX_LENGTH:,} characters; this one has {len(text):,}.")
    take_submission(submission_key)
    earlier = Reply.objects.filter(submission_key=submission_key, author_id=author_id, post=post).first()
    if earlier is not None:
        return earlier
    reply = Reply.objects.create(
        post=post,
        author_id=author_id,
        neighborhood_id=neighborhood_id,
        command_id=command_id,
        text=text,
        submission_key=submission_key,
        created_at=at,
    )
    nudge("posts.announce_reply", reply.pk, lane=rules.lane_of(post.kind))
    if command_id is not None:
        tell_of_reply(post=post, reply=reply, at=at)
    return reply
