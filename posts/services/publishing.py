"""How does a text become a post in every feed it is meant for?"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import ROLES_THAT_RELEASE
from commands.selectors import covered_neighborhood_ids, find_role
from core.errors import DomainError, NotAllowed
from core.locks import begin_publication, hold_boundaries_still
from core.queue import nudge
from posts import rules
from posts.access import needs_second_person
from posts.models import AudienceNeighborhood, Post
from posts.rules import AudienceScope, PostStatus


class CannotPublish(DomainError):
    """The post stays as it was; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wrote and chose.

    Attributes:
        neighborhood_ids: Only for the scope `neighborhoods`; an empty choice is refused, it never means everyone.
        replies_open: Whether neighbors may reply in public; writing in private is always possible.
    """

    kind: str
    title: str
    text: str
    scope: str
    neighborhood_ids: Sequence[int] = ()
    replies_open: bool = True


@transaction.atomic
def submit_post(
    *,
    command: PoliceCommand,
    author: User,
    draft: Draft,
    submission_key: uuid.UUID,
    at: datetime,
    returned_post_id: int | None = None,
) -> Post:
    """Freeze a text as a version and send it: out at once, or to a second person where the command asks for one.

    Args:
        submission_key: Made with the form. A second submit with the same key changes nothing and returns the first
            post, so a double click makes one post.
        returned_post_id: A draft that came back with a reason; its next version is frozen instead of a new post.

    Raises:
        NotAllowed: `author` has no current assignment at `command`.
        CannotPublish: Empty audience, or one outside what the command covers now.
    """
    begin_publication(submission_key)
    role, earlier = _role_and_earlier_submission(author, command, submission_key)
    if role is None:
        raise _not_assigned(command)
    if earlier is not None:
        if earlier.author_id != author.pk:
            raise NotAllowed("This form was already used by somebody else. Open a new one.")
        return earlier
    neighborhood_ids = resolve_audience(command, draft.scope, draft.neighborhood_ids)

    if returned_post_id:
        post = _returned_draft(returned_post_id, command)
        post.version += 1
        post.audience.all().delete()
    else:
        post = Post(command=command, created_at=at)
    post.author, post.submission_key, post.changed_at = author, submission_key, at
    post.returned_by, post.return_reason = None, ""
    post.kind, post.title, post.text, post.audience_scope = (draft.kind, draft.title, draft.text, draft.scope)
    post.replies_open = draft.replies_open
    waits = needs_second_person(command, draft.scope)
    post.status = PostStatus.PENDING if waits else PostStatus.DRAFT
    post.save()
    if draft.scope == AudienceScope.NEIGHBORHOODS:
        AudienceNeighborhood.objects.bulk_create(
            AudienceNeighborhood(post=post, neighborhood_id=neighborhood_id) for neighborhood_id in neighborhood_ids
        )
    if waits:
        _freeze(post)
    else:
        _put_into_feeds(post, neighborhood_ids, at, freezes=True)
    return post


@transaction.atomic
def release_post(*, post_id: int, version: int, by: User, at: datetime) -> Post:
    """Make a pending post visible in every neighborhood of its audience.

    Args:
        post_id: The row stays locked until commit, so two approvers cannot both succeed.
        version: The version the approver read; a later one makes this call fail.
        at: Moment of publication, aware.

    Raises:
        NotAllowed: `by` is no approver or manager of the command.
        CannotPublish: `by` wrote the post, it is not pending, it has changed since, or its audience is gone.
    """
    post = _lock_post(post_id)
    _check_may_release(by, post.command)
    if not rules.may_move(post.status, PostStatus.PUBLISHED) or post.status != PostStatus.PENDING:
        raise CannotPublish("This post is not waiting for a second person any more.")
    if post.version != version:
        raise CannotPublish(
            f"This post changed while you were reading. Here is version {post.version}; read it before you release it."
        )
    if post.author_id == by.pk:
        raise CannotPublish("You wrote this post, so somebody else has to release it.")
    hold_boundaries_still()
    chosen = list(post.audience.values_list("neighborhood_id", flat=True))
    neighborhood_ids = resolve_audience(post.command, post.audience_scope, chosen)
    post.approver = by
    _put_into_feeds(post, neighborhood_ids, at, freezes=False)
    return post


@transaction.atomic
def return_post(*, post_id: int, version: int, reason: str, by: User, at: datetime) -> Post:
    """Give a pending post back to its author as a draft, with a reason.

    Raises:
        NotAllowed: `by` is no approver or manager of the command.
        CannotPublish: It is not pending, has changed since, or the reason is empty.
    """
    post = _lock_post(post_id)
    _check_may_release(by, post.command)
    if post.status != PostStatus.PENDING or post.version != version:
        raise CannotPublish("This post is not waiting in that version any more. Look at it again.")
    reason = reason.strip()
    if not reason:
        raise CannotPublish("Say in a few words what should change, so that the author can mend it.")
    if len(reason) > rules.REASON_MAX_LENGTH:
        raise CannotPublish(
            f"A reason can have {rules.REASON_MAX_LENGTH} characters; this one has {len(reason):,}. Shorten it."
        )
    post.status, post.returned_by, post.return_reason, post.changed_at = PostStatus.DRAFT, by, reason, at
    post.save(update_fields=["status", "returned_by", "return_reason", "changed_at"])
    return post


def resolve_audience(command: PoliceCommand, scope: str, chosen_ids: Sequence[int]) -> list[int]:
    """The neighborhoods an audience means right now, in id order; never none, never outside the coverage.

    Raises:
        CannotPublish: Names what was chosen but is not covered, or says that nobody would get it.
    """
    covered = covered_neighborhood_ids(command)
    if scope == AudienceScope.CITY and not command.is_headquarters:
        raise CannotPublish("Only headquarters can send to the whole city. Choose neighborhoods of your command.")
    if scope == AudienceScope.NEIGHBORHOODS:
        outside = len(set(chosen_ids).difference(covered))
        if outside:
            which = "One neighborhood you chose is" if outside == 1 else f"{outside} neighborhoods you chose are"
            raise CannotPublish(
                f"{which} not served by {command.name} any more. "
                "The list now shows what is; check your choice and send again."
            )
        resolved = sorted(set(chosen_ids))
    else:
        resolved = covered
    if not resolved:
        raise CannotPublish("Nobody would get this. Choose at least one neighborhood.")
    return resolved


_FREEZE = """
INSERT INTO posts_postversion (post_id, number, kind, title, text, replies_open, written_by_id, frozen_at)
SELECT id, version, kind, title, text, replies_open, author_id, changed_at FROM posts_post WHERE id = %(post_id)s
"""


def _freeze(post: Post) -> None:
    """Keep the text as it stands in the post's row as its current version."""
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, {"post_id": post.pk})


# One statement, so that publishing costs a round trip and a few rows per neighborhood, whatever the number of people.
# Feed rows are locked in id order: two publications can never wait for each other in a ring.
_PUT_INTO_FEEDS = f"""
WITH frozen AS (
    {_FREEZE} AND %(freezes)s
), target AS MATERIALIZED (
    SELECT id, claimed_count, verified_count FROM neighborhoods_neighborhood
    WHERE id = ANY(%(neighborhood_ids)s::bigint[]) ORDER BY id
), raised AS (
    INSERT INTO posts_feed AS feed (neighborhood_id, number)
    SELECT id, 1 FROM target ORDER BY id
    ON CONFLICT (neighborhood_id) DO UPDATE SET number = feed.number + 1
    RETURNING neighborhood_id, number
), delivered AS (
    INSERT INTO posts_delivery
        (post_id, neighborhood_id, feed_number, version, claimed_count, verified_count, attempts)
    SELECT %(post_id)s, target.id, raised.number, %(version)s, target.claimed_count, target.verified_count, 0
    FROM raised JOIN target ON target.id = raised.neighborhood_id
    RETURNING claimed_count + verified_count AS people
), total AS (SELECT count(*) AS neighborhoods, coalesce(sum(people), 0) AS people FROM delivered)
UPDATE posts_post SET
    status = 'published', published_at = %(at)s, changed_at = %(at)s, approver_id = %(approver_id)s,
    neighborhood_count = total.neighborhoods, resident_count = total.people
FROM total WHERE posts_post.id = %(post_id)s
RETURNING posts_post.neighborhood_count, posts_post.resident_count
"""


def _put_into_feeds(post: Post, neighborhood_ids: Sequence[int], at: datetime, *, freezes: bool) -> None:
    """Publish: status, frozen audience, deliveries and feed numbers, all in the caller's transaction.

    Args:
        freezes: Whether the text becomes a version now; that of a pending post did when it was submitted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_INTO_FEEDS,
            {
                "neighborhood_ids": list(neighborhood_ids),
                "post_id": post.pk,
                "freezes": freezes,
                "version": post.version,
                "at": at,
                "approver_id": post.approver_id,
            },
        )
        post.neighborhood_count, post.resident_count = cursor.fetchone()
    post.status, post.published_at, post.changed_at = PostStatus.PUBLISHED, at, at
    nudge("posts.fan_out_post", post.pk, lane=rules.lane_of(post.kind))


def _role_and_earlier_submission(
    person: User, command: PoliceCommand, submission_key: uuid.UUID
) -> tuple[str | None, Post | None]:
    """What every publication asks before anything else, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT role FROM commands_assignment
                    WHERE person_id = %s AND command_id = %s AND ended_at IS NULL),
                   (SELECT id FROM posts_post WHERE submission_key = %s)
            """,
            [person.pk, command.pk, submission_key],
        )
        role, post_id = cursor.fetchone()
    return role, Post.objects.get(pk=post_id) if post_id else None


def _returned_draft(post_id: int, command: PoliceCommand) -> Post:
    post = _lock_post(post_id)
    if post.command_id != command.pk:
        raise NotAllowed("This draft belongs to another command.")
    if post.status != PostStatus.DRAFT:
        raise CannotPublish("This draft was already sent.")
    return post


def _lock_post(post_id: int) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("command").get(pk=post_id)


def _not_assigned(command: PoliceCommand) -> NotAllowed:
    return NotAllowed(f"You are not assigned to {command.name}.")


def _check_may_release(person: User, command: PoliceCommand) -> None:
    role = find_role(person.pk, command.pk)
    if role is None:
        raise _not_assigned(command)
    if role not in ROLES_THAT_RELEASE:
        raise NotAllowed(f"Only an approver or a manager of {command.name} can do that.")
