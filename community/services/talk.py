"""How does a resident say something to the neighbors, answer, thank, and take it back?"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError

from community import rules
from community.identity import speaking_as
from community.models import Comment, NeighborPost, Picture, Thanks
from community.pictures import CleanPicture, UnusablePicture, clean_picture
from community.services.telling import tell_no_more, tell_of_comment, tell_of_post
from core import lanes
from core.errors import DomainError, NotAllowed
from core.locks import take_submission
from core.queue import nudge
from neighborhoods.models import Residency
from notifications.rules import Source


class CannotWrite(DomainError):
    """Nothing was kept; the text says why and what to do."""


def write_post(
    *,
    residency: Residency,
    kind: str,
    title: str,
    text: str,
    is_open_to_adjoining: bool,
    picture: "UploadedFile[bytes] | None",
    description: str,
    submission_key: uuid.UUID,
    at: datetime,
) -> int:
    """Say something to the neighborhood, or to the adjoining ones too. One transaction.

    Args:
        description: What the picture shows, for whoever cannot see it.
        submission_key: The same form sent twice makes one post.

    Returns:
        The post's id.

    Raises:
        CannotWrite: Not verified, no title, too long, a picture that cannot be used or has no description.
    """
    place = _verified_place(residency)
    if kind not in rules.NeighborPostKind.values:
        raise CannotWrite("Choose what kind of post this is.")
    title, text = " ".join(title.split()), text.strip()
    if not title:
        raise CannotWrite("Give your post a title, so that neighbors see what it is about.")
    _check_length("A title", title, rules.TITLE_MAX_LENGTH)
    _check_length("A post", text, rules.TEXT_MAX_LENGTH)
    clean, description = _checked_picture(picture, description)
    with speaking_as(residency.person_id):
        take_submission(submission_key)
        earlier = NeighborPost.objects.filter(submission_key=submission_key, author_id=residency.person_id).first()
        if earlier is not None:
            return earlier.pk
        post = NeighborPost.objects.create(
            author_id=residency.person_id,
            neighborhood_id=place,
            kind=kind,
            title=title,
            text=text,
            is_open_to_adjoining=is_open_to_adjoining,
            submission_key=submission_key,
            created_at=at,
        )
        if clean is not None:
            Picture.objects.create(
                post=post,
                content=clean.content,
                content_type=clean.content_type,
                width=clean.width,
                height=clean.height,
                description=description,
            )
        _announce(place, is_open_to_adjoining)
        tell_of_post(post, at)
    return post.pk


def comment(*, residency: Residency, post_id: int, text: str, submission_key: uuid.UUID, at: datetime) -> int:
    """Answer under a neighbor post. One transaction.

    Returns:
        The comment's id.

    Raises:
        NeighborPost.DoesNotExist: Not there, or behind the wall for this person.
        CannotWrite: Not verified, empty, or too long.
    """
    place = _verified_place(residency)
    text = text.strip()
    if not text:
        raise CannotWrite("Write something before you send it.")
    _check_length("A comment", text, rules.COMMENT_MAX_LENGTH)
    with _post_may_go(), speaking_as(residency.person_id):
        post = NeighborPost.objects.only("id", "author_id", "neighborhood_id", "is_open_to_adjoining").get(pk=post_id)
        take_submission(submission_key)
        earlier = Comment.objects.filter(submission_key=submission_key, author_id=residency.person_id).first()
        if earlier is not None:
            return earlier.pk
        written = Comment.objects.create(
            post_id=post.pk,
            author_id=residency.person_id,
            neighborhood_id=place,
            text=text,
            submission_key=submission_key,
            created_at=at,
        )
        _announce(post.neighborhood_id, post.is_open_to_adjoining)
        tell_of_comment(written, post, at)
    return written.pk


def thank(*, residency: Residency, post_id: int, at: datetime) -> None:
    """Thank for a neighbor's post; a second time changes nothing.

    Raises:
        NeighborPost.DoesNotExist: Not there, or behind the wall for this person.
        CannotWrite: Not verified, or one's own post.
    """
    _verified_place(residency)
    with _post_may_go(), speaking_as(residency.person_id):
        post = NeighborPost.objects.only("id", "author_id").get(pk=post_id)
        if post.author_id == residency.person_id:
            raise CannotWrite("This is your own post. Your neighbors can thank you for it.")
        Thanks.objects.bulk_create(
            [Thanks(post_id=post.pk, person_id=residency.person_id, created_at=at)], ignore_conflicts=True
        )


def take_thanks_back(*, residency: Residency, post_id: int, at: datetime) -> None:
    """No longer thank for a post; without thanks nothing changes."""
    with speaking_as(residency.person_id):
        Thanks.objects.filter(post_id=post_id, person_id=residency.person_id).delete()


def delete_post(*, person_id: int, post_id: int, at: datetime) -> None:
    """Delete one's own post for good, with its picture, comments and thanks; who has not heard of it does not.

    Raises:
        NeighborPost.DoesNotExist: Not there, or behind the wall for this person.
        NotAllowed: Somebody else's.
    """
    with speaking_as(person_id):
        post = NeighborPost.objects.only("id", "author_id").get(pk=post_id)
        if post.author_id != person_id:
            raise NotAllowed("Only whoever wrote a post can delete it. You can report it instead.")
        # No SELECT of what hangs on it: the keys cascade in the database.
        NeighborPost.objects.filter(pk=post_id).delete()
        tell_no_more(Source.NEIGHBOR_POST, post_id, at)


def delete_comment(*, person_id: int, comment_id: int, at: datetime) -> None:
    """Delete one's own comment for good; who has not heard of it does not.

    Raises:
        Comment.DoesNotExist: Not there, or behind the wall for this person.
        NotAllowed: Somebody else's.
    """
    with speaking_as(person_id):
        found = Comment.objects.only("id", "author_id").get(pk=comment_id)
        if found.author_id != person_id:
            raise NotAllowed("Only whoever wrote a comment can delete it. You can report it instead.")
        Comment.objects.filter(pk=comment_id).delete()
        tell_no_more(Source.NEIGHBOR_COMMENT, comment_id, at)


@contextmanager
def _post_may_go() -> Iterator[None]:
    """Whoever deletes a post has not to wait for those who write under it; keys are checked at the end."""
    try:
        yield
    except IntegrityError as error:
        raise NeighborPost.DoesNotExist from error


def _verified_place(residency: Residency) -> int:
    if not residency.is_verified or residency.neighborhood_id is None:
        raise CannotWrite("You can write to your neighbors once it is confirmed that you live here.")
    return residency.neighborhood_id


def _check_length(what: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise CannotWrite(f"{what} can have {longest:,} characters; this one has {len(text):,}.")


def _checked_picture(picture: "UploadedFile[bytes] | None", description: str) -> tuple[CleanPicture | None, str]:
    description = " ".join(description.split())
    if picture is None:
        return None, ""
    if not description:
        raise CannotWrite("Say in a few words what the picture shows, for neighbors who cannot see it.")
    _check_length("A description", description, rules.DESCRIPTION_MAX_LENGTH)
    try:
        return clean_picture(picture, picture.size or 0), description
    except UnusablePicture as error:
        raise CannotWrite(str(error)) from error


def _announce(neighborhood_id: int, reaches_adjoining: bool) -> None:
    nudge("community.announce", neighborhood_id, reaches_adjoining, lane=lanes.POSTS)
