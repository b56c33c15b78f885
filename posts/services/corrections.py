"""How is a post that is out corrected, taken back, or kept from going further?

A correction or withdrawal is the next version: one transaction freezes it, gives it a new place in every feed it stands
in, and ends what was still to leave of the version before. Fan-out then tells whoever was told before.
"""

from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from commands.selectors import find_role
from core import lanes
from core.errors import DomainError, NotAllowed
from core.queue import nudge
from notifications.rules import Act, Source
from notifications.services.messages import end_message, end_messages
from notifications.services.retrying import retry_failed
from posts import rules
from posts.access import may_correct
from posts.models import Delivery, Post, PostVersion, Reply
from posts.rules import PostStatus


class CannotCorrect(DomainError):
    """The post stays as it was; the text says why and what to do."""


class ChangedMeanwhile(CannotCorrect):
    """Somebody else changed the post since it was read."""


@transaction.atomic
def correct_post(
    *, post_id: int, version: int, title: str, text: str, what_was_wrong: str, by: User, at: datetime
) -> Post:
    """Put other words in the place of a published post, and say what was wrong with it.

    Args:
        post_id: The row stays locked until commit, so that of two people one is told of the other.
        version: The version whose words were changed.
        what_was_wrong: Told with the correction, to everybody.

    Raises:
        NotAllowed: `by` does not work for the command, or somebody else has to correct this post.
        ChangedMeanwhile: There is a later version.
        CannotCorrect: Not published, nothing changed, or something is missing or too long.
    """
    post, role = _locked_post(post_id, by)
    if not may_correct(post, person_id=by.pk, role=role):
        raise NotAllowed(
            "This post needs a second person. An approver or a manager of "
            f"{post.command.name} who did not write it can correct it; you can stop it or take it back."
        )
    title = _line(title, rules.TITLE_MAX_LENGTH, "A title", "Give the post a title.")
    text = _within(text.strip(), rules.TEXT_MAX_LENGTH, "A post", "Write what neighbors should know.")
    wrong = _line(
        what_was_wrong,
        rules.WHAT_WAS_WRONG_MAX_LENGTH,
        "This line",
        "Say what was wrong. Everybody who got the post reads it.",
    )
    if (post.version, post.corrected_by_id) == (version + 1, by.pk) and (post.title, post.text) == (title, text):
        return post  # a second click
    _check_current(post, version)
    if (post.title, post.text) == (title, text):
        raise CannotCorrect("Nothing is changed yet. Mend the title or the text, then send the correction.")
    post.title, post.text = title, text
    _put_in_place(post, Act.CORRECTION, wrong, by, at)
    return post


@transaction.atomic
def withdraw_post(*, post_id: int, version: int, reason: str, takes_text_off: bool, by: User, at: datetime) -> Post:
    """Take a published post back. One line in its place says so, and why.

    Args:
        post_id: The row stays locked until commit.
        version: The version that was read.
        takes_text_off: Whether its words go from the public pages too, those of earlier versions included. The record
            keeps them.

    Raises:
        NotAllowed: `by` does not work for the command.
        ChangedMeanwhile: There is a later version.
        CannotCorrect: Not published, or without a reason.
    """
    post, _ = _locked_post(post_id, by)
    reason = _line(reason, rules.WHAT_WAS_WRONG_MAX_LENGTH, "A reason", "Say why. Everybody who got the post reads it.")
    _check_current(post, version)
    if takes_text_off:
        # In the row itself, which all pages read; frozen versions keep what was said.
        post.title, post.text, post.is_text_off = rules.TITLE_WITHOUT_TEXT, "", True
        # Whoever waits to hear of an answer under it would read the title.
        answers = Reply.objects.filter(post=post, neighborhood=None).values_list("pk", flat=True)
        end_messages(source=Source.REPLY, source_ids=list(answers), before_version=2, at=at)
    post.status = PostStatus.WITHDRAWN
    _put_in_place(post, Act.WITHDRAWAL, reason, by, at)
    return post


@transaction.atomic
def stop_post(*, post_id: int, version: int, by: User, at: datetime) -> Post:
    """Let nothing more of a post leave. It stays in the feeds it is in; what has left stays where it is.

    Args:
        post_id: The row stays locked until commit.
        version: The version that was going out.

    Raises:
        NotAllowed: `by` does not work for the command.
        ChangedMeanwhile: There is a later version, which goes out.
        CannotCorrect: Not published.
    """
    post, _ = _locked_post(post_id, by)
    _check_current(post, version)
    if post.stopped_at is not None:
        return post
    post.stopped_by, post.stopped_at = by, at
    post.save(update_fields=["stopped_by", "stopped_at"])
    with connection.cursor() as cursor:
        cursor.execute(_STOP, {"post_id": post.pk, "at": at})
    end_message(source=Source.POST, source_id=post.pk, before_version=post.version + 1, at=at)
    return post


@transaction.atomic
def retry_neighborhood(*, post_id: int, neighborhood_id: int, with_permanent: bool, by: User, at: datetime) -> int:
    """Try again what failed of a post's current version in one neighborhood, and free what is stuck there.

    Args:
        with_permanent: Also where the other side said that it will never work, as for an address that is gone.

    Returns:
        How many notices wait again.

    Raises:
        NotAllowed: `by` does not work for the command.
        CannotCorrect: The post was stopped.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("command").get(pk=post_id)
    _role_of(post, by)
    if post.stopped_at is not None:
        raise CannotCorrect("This post was stopped, so nothing of it leaves. Correct it to tell people again.")
    stuck = Delivery.objects.filter(post=post, neighborhood_id=neighborhood_id, done_at=None)
    stuck.update(lease_until=None)
    nudge("posts.fan_out_post", post.pk, lane=rules.lane_of(post.kind))
    return retry_failed(
        source=Source.POST,
        source_id=post.pk,
        version=post.version,
        neighborhood_id=neighborhood_id,
        with_permanent=with_permanent,
        at=at,
    )


# The rows of the queue are locked in id order, as workers lock them; feeds in id order, as publications do. A digest
# that carried an earlier version is found by the place which that version had.
_PUT_IN_PLACE = """
WITH place AS MATERIALIZED (
    SELECT id, neighborhood_id FROM posts_delivery WHERE post_id = %(post_id)s ORDER BY id FOR UPDATE
), raised AS (
    INSERT INTO posts_feed AS feed (neighborhood_id, number)
    SELECT neighborhood_id, 1 FROM place ORDER BY neighborhood_id
    ON CONFLICT (neighborhood_id) DO UPDATE SET number = feed.number + 1
    RETURNING neighborhood_id, number
)
UPDATE posts_delivery AS delivery SET
    earlier_numbers = delivery.earlier_numbers || delivery.feed_number, feed_number = raised.number,
    version = %(version)s, attempts = 0, lease_until = NULL, done_at = NULL, is_stopped = false, notices_at = NULL
FROM place JOIN raised ON raised.neighborhood_id = place.neighborhood_id
WHERE delivery.id = place.id
"""

_STOP = """
WITH waiting AS MATERIALIZED (
    SELECT id FROM posts_delivery
    WHERE post_id = %(post_id)s AND (done_at IS NULL OR notices_at IS NULL) ORDER BY id FOR UPDATE
)
UPDATE posts_delivery AS delivery SET
    is_stopped = (delivery.done_at IS NULL), lease_until = NULL,
    done_at = coalesce(delivery.done_at, %(at)s), notices_at = coalesce(delivery.notices_at, %(at)s)
FROM waiting WHERE delivery.id = waiting.id
"""


def _put_in_place(post: Post, act: Act, what_was_wrong: str, by: User, at: datetime) -> None:
    post.version += 1
    post.corrected_by, post.corrected_at, post.what_was_wrong, post.changed_at = by, at, what_was_wrong, at
    post.stopped_by = post.stopped_at = None
    post.save()
    PostVersion.objects.create(
        post=post,
        number=post.version,
        kind=post.kind,
        title=post.title,
        text=post.text,
        replies_open=post.replies_open,
        written_by=by,
        frozen_at=at,
        act=act,
        what_was_wrong=what_was_wrong,
    )
    with connection.cursor() as cursor:
        cursor.execute(_PUT_IN_PLACE, {"post_id": post.pk, "version": post.version})
    end_message(source=Source.POST, source_id=post.pk, before_version=post.version, at=at)
    nudge("posts.fan_out_post", post.pk, lane=lanes.URGENT)


def _locked_post(post_id: int, by: User) -> tuple[Post, str]:
    post = Post.objects.select_for_update(of=("self",)).select_related("command").get(pk=post_id)
    role = _role_of(post, by)
    if post.status == PostStatus.WITHDRAWN:
        raise CannotCorrect("This post was taken back already. Write a new one if there is more to say.")
    if post.status != PostStatus.PUBLISHED:
        raise CannotCorrect("This post is not out yet. Return it to its author to change it.")
    return post, role


def _role_of(post: Post, by: User) -> str:
    role = find_role(by.pk, post.command_id)
    if role is None:
        raise NotAllowed(f"You are not assigned to {post.command.name}.")
    return role


def _check_current(post: Post, version: int) -> None:
    if post.version != version:
        raise ChangedMeanwhile(
            f"This post changed while you were reading. Here is version {post.version}; read it before you go on."
        )


def _line(value: str, limit: int, what: str, missing: str) -> str:
    return _within(" ".join(value.split()), limit, what, missing)


def _within(value: str, limit: int, what: str, missing: str) -> str:
    if not value:
        raise CannotCorrect(missing)
    if len(value) > limit:
        raise CannotCorrect(f"{what} can have {limit:,} characters; this one has {len(value):,}. Shorten it.")
    return value
