"""What do neighbors say in a resident's room?"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from community.identity import speaking_as
from community.models import NeighborPost, Picture, Room
from community.rules import (
    COMMENTS_SHOWN,
    EXCERPT_LENGTH,
    PAGE_SIZE,
    AppealOutcome,
    NeighborPostKind,
    RoomRule,
    SubjectKind,
    excerpt,
)
from community.selectors.cards import (
    CommentView,
    NeighborCard,
    OwnPost,
    OwnRemoval,
    PictureInfo,
    PostPage,
    resident_name,
)

__all__ = [
    "CommentView",
    "NeighborCard",
    "OwnPost",
    "OwnRemoval",
    "PictureInfo",
    "PostPage",
    "count_room_posts",
    "get_own_post",
    "get_picture",
    "get_post",
    "room_number",
    "room_page",
]

# Bounds that leave nothing out, so that the plan is the same for each page.
_AFTER_ALL = 2**63 - 1
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)

# A place's newest by its own index, whatever else the city says; the policy stands in front of every row. It lets
# authors read what was removed of theirs, which has a page of its own.
_NEWEST_OF_PLACE = f"""
    SELECT post.id, post.author_id, post.neighborhood_id, post.kind, post.title, post.text, post.is_open_to_adjoining,
        post.created_at
    FROM community_neighborpost AS post
    WHERE post.neighborhood_id = {{place}} {{extra}}
      AND post.id < %(before)s AND post.created_at >= %(since)s
      AND NOT EXISTS (
          SELECT FROM community_mute AS mute WHERE mute.person_id = %(person)s AND mute.muted_id = post.author_id
      )
      AND (post.author_id <> %(person)s OR NOT EXISTS (
          SELECT FROM community_removal AS removal
          WHERE removal.subject_kind = '{SubjectKind.POST}' AND removal.subject_id = post.id
            AND removal.overturned_at IS NULL
      ))
    ORDER BY post.id DESC
    LIMIT %(size)s
"""

_CARDS = """
    SELECT post.id, post.kind, post.title, {text}, post.created_at, post.author_id, author.full_name,
        author.shows_last_name, place.name, place.id, post.is_open_to_adjoining,
        post.neighborhood_id IS DISTINCT FROM (SELECT community_home()), comments.count, thanks.count,
        thanks.has_thanked, picture.description, picture.width, picture.height
    FROM ({posts}) AS post
    JOIN accounts_user AS author ON author.id = post.author_id
    JOIN neighborhoods_neighborhood AS place ON place.id = post.neighborhood_id
    LEFT JOIN community_picture AS picture ON picture.post_id = post.id
    CROSS JOIN LATERAL (
        SELECT count(*) FROM community_comment AS comment
        WHERE comment.post_id = post.id AND NOT EXISTS (
            SELECT FROM community_mute AS mute WHERE mute.person_id = %(person)s AND mute.muted_id = comment.author_id
        )
    ) AS comments
    CROSS JOIN LATERAL (
        SELECT count(*), coalesce(bool_or(given.person_id = %(person)s), false) AS has_thanked
        FROM community_thanks AS given WHERE given.post_id = post.id
    ) AS thanks
    ORDER BY post.id DESC
"""

_NEWEST_OF_ROOM = f"""
    ({_NEWEST_OF_PLACE.format(place="(SELECT community_home())", extra="")})
    UNION ALL
    (
        SELECT nearby.* FROM neighborhoods_adjoining AS beside
        CROSS JOIN LATERAL (
            {_NEWEST_OF_PLACE.format(place="beside.other_id", extra="AND post.is_open_to_adjoining")}
        ) AS nearby
        WHERE beside.neighborhood_id = (SELECT community_home())
    )
    ORDER BY id DESC
    LIMIT %(size)s
"""

_ROOM = _CARDS.format(text=f"left(post.text, {EXCERPT_LENGTH + 1})", posts=_NEWEST_OF_ROOM)

_COUNT = f"SELECT count(*) FROM ({_NEWEST_OF_ROOM}) AS post"

_ONE = _CARDS.format(text="post.text", posts="SELECT * FROM community_neighborpost WHERE id = %(post)s")

_COMMENTS = f"""
    SELECT comment.id, comment.author_id, author.full_name, author.shows_last_name, place.name, comment.text,
        comment.created_at, removal.id, removal.rule, removal.removed_at, appeal.outcome
    FROM community_comment AS comment
    JOIN accounts_user AS author ON author.id = comment.author_id
    JOIN neighborhoods_neighborhood AS place ON place.id = comment.neighborhood_id
    LEFT JOIN community_removal AS removal
      ON removal.subject_kind = '{SubjectKind.COMMENT}' AND removal.subject_id = comment.id
     AND removal.overturned_at IS NULL AND comment.author_id = %(person)s
    LEFT JOIN community_appeal AS appeal ON appeal.removal_id = removal.id
    WHERE comment.post_id = %(post)s AND comment.id < %(before)s AND NOT EXISTS (
        SELECT FROM community_mute AS mute WHERE mute.person_id = %(person)s AND mute.muted_id = comment.author_id
    )
    ORDER BY comment.id DESC
    LIMIT %(size)s + 1
"""

_OWN_REMOVAL = f"""
    SELECT removal.id, removal.rule, removal.removed_at, appeal.outcome
    FROM community_removal AS removal LEFT JOIN community_appeal AS appeal ON appeal.removal_id = removal.id
    WHERE removal.subject_kind = '{SubjectKind.POST}' AND removal.subject_id = %(post)s
      AND removal.overturned_at IS NULL
"""


def room_page(
    person_id: int, *, before: int | None = None, size: int = PAGE_SIZE, since: datetime | None = None
) -> list[NeighborCard]:
    """Newest first: what was written in the person's own neighborhood, and what adjoining ones opened to it.

    Whoever has no verified home gets nothing; muted people are left out. One query besides setting the identity.

    Args:
        before: Only posts with a smaller id, for the next page.
        since: Only posts written at that moment or later.
    """
    values = {"person": person_id, "before": before or _AFTER_ALL, "since": since or _BEFORE_ALL, "size": size}
    with speaking_as(person_id):
        cards = [_card(row, person_id) for row in _rows(_ROOM, values)]
    return [replace(card, text=excerpt(card.text)) for card in cards]


def count_room_posts(person_id: int, *, since: datetime, at_most: int) -> int:
    """How many posts `room_page` would show from a moment on, none of their words. One query besides the identity."""
    values = {"person": person_id, "before": _AFTER_ALL, "since": since, "size": at_most}
    with speaking_as(person_id):
        return int(_rows(_COUNT, values)[0][0])


def get_post(person_id: int, post_id: int, *, before: int | None = None, size: int = COMMENTS_SHOWN) -> PostPage:
    """A post that the person may read, with its latest comments in the order they were written. Three queries at most.

    Args:
        before: Only comments with a smaller id, for those that were written earlier.

    Raises:
        NeighborPost.DoesNotExist: Not there, or behind the wall for this person.
    """
    values = {"person": person_id, "post": post_id}
    with speaking_as(person_id):
        rows = _rows(_ONE, values)
        if not rows:
            raise NeighborPost.DoesNotExist
        card = _card(rows[0], person_id)
        comments = _rows(_COMMENTS, {**values, "before": before or _AFTER_ALL, "size": size})
        removals = _rows(_OWN_REMOVAL, {"post": post_id}) if card.is_own else []
    return PostPage(
        card=card,
        comments=[_comment(row, person_id) for row in reversed(comments[:size])],
        removal=_removal(*removals[0]) if removals else None,
        has_earlier=len(comments) > size,
    )


def get_own_post(person_id: int, post_id: int) -> OwnPost:
    """The person's own words. One query.

    Raises:
        NeighborPost.DoesNotExist: Not there, or not theirs.
    """
    with speaking_as(person_id):
        post = NeighborPost.objects.only("id", "title", "text").get(pk=post_id, author_id=person_id)
    return OwnPost(post.pk, post.title, post.text)


def get_picture(person_id: int, post_id: int) -> tuple[bytes, str]:
    """The picture of a post that the person may read, and its content type. One query.

    Raises:
        NeighborPost.DoesNotExist: No such picture, or behind the wall for this person.
    """
    with speaking_as(person_id):
        picture = Picture.objects.filter(pk=post_id).first()
    if picture is None:
        raise NeighborPost.DoesNotExist
    return bytes(picture.content), picture.content_type


def room_number(neighborhood_id: int) -> int:
    """Rises with every change for the readers of a neighborhood's room; 0 before the first. One query."""
    return Room.objects.filter(pk=neighborhood_id).values_list("number", flat=True).first() or 0


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _card(row: tuple[Any, ...], person_id: int) -> NeighborCard:
    post_id, kind, title, text, created_at, author_id, full_name, shows_last_name, place, place_id, *rest = row
    is_open, is_elsewhere, comment_count, thanks_count, has_thanked, description, width, height = rest
    return NeighborCard(
        id=post_id,
        kind=kind,
        kind_label=str(NeighborPostKind(kind).label),
        title=title,
        text=text,
        created_at=created_at,
        author_id=author_id,
        author_name=resident_name(full_name, shows_last_name),
        place=place,
        place_id=place_id,
        is_own=author_id == person_id,
        is_open_to_adjoining=is_open,
        is_from_adjoining=is_elsewhere,
        comment_count=comment_count,
        thanks_count=thanks_count,
        has_thanked=has_thanked,
        picture=PictureInfo(description, width, height) if description is not None else None,
    )


def _comment(row: tuple[Any, ...], person_id: int) -> CommentView:
    comment_id, author_id, full_name, shows_last_name, place, text, created_at, *removal = row
    return CommentView(
        id=comment_id,
        anchor=f"comment-{comment_id}",
        author_id=author_id,
        author_name=resident_name(full_name, shows_last_name),
        place=place,
        text=text,
        created_at=created_at,
        is_own=author_id == person_id,
        removal=_removal(*removal) if removal[0] is not None else None,
    )


def _removal(removal_id: int, rule: str, removed_at: datetime, outcome: str | None) -> OwnRemoval:
    return OwnRemoval(removal_id, RoomRule(rule), removed_at, AppealOutcome(outcome) if outcome else None)
