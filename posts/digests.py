"""What does a digest say?

Everybody who wants the same topics of the same part of a feed gets the same words, so they are written once for a run.
What neighbors say is never in it, only how many posts there are, counted through the wall for one of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from community.selectors.room import count_room_posts
from core.mails import one_line
from notifications.mails.building import build
from notifications.rules import Pace, Topic
from notifications.rules.wording import cut_at_word
from notifications.services.digests import MARKS, ClaimedDigest, WrittenDigest
from posts.cards import audience_line, post_url
from posts.rules import KIND_LOOKS, PostKind
from posts.selectors.digests import DigestPost, DigestPosts, digest_posts, told_before, versions_that_can_be_told
from posts.selectors.feed import count_replies

POSTS_SHOWN = 20
EXCERPT_LENGTH = 200
# More than so many are "99 and more": nobody needs to know it more exactly.
NEIGHBORS_COUNTED = 99
# Some 30 kB each.
KEPT = 200

_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


@dataclass(frozen=True, slots=True)
class _Contents:
    """All that decides about a digest's words."""

    pace: Pace
    neighborhood_id: int
    place: str
    after_number: int
    upto_number: int
    topics: tuple[Topic, ...]
    known_post_ids: frozenset[int]
    neighbors_count: int


class FeedDigests:
    """Writes digests from the feeds; for one thread and one run.

    Args:
        clock: Gives the moment.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._written: dict[_Contents, WrittenDigest | None] = {}
        self._versions: dict[int, int] = {}
        self._known: dict[int, frozenset[int]] = {}
        self._neighbors: dict[tuple[int, datetime], int] = {}

    def look_again(self, digests: Sequence[ClaimedDigest]) -> None:
        """Learn what readers know already, and forget what was written of posts that have changed since.

        Whoever corrects a post after this tells those whose digest is claimed by then; whoever did so before it finds
        the correction in the digest.
        """
        self._known = told_before([digest.id for digest in digests if digest.may_repeat], at=self._clock())
        is_full = len(self._written) >= KEPT
        if is_full or versions_that_can_be_told(self._versions) != self._versions:
            self._written, self._versions, self._neighbors = {}, {}, {}

    def write(self, digest: ClaimedDigest) -> WrittenDigest | None:
        """What a digest says to its reader; None where nothing in it is new to them any more."""
        contents = _Contents(
            pace=digest.pace,
            neighborhood_id=digest.neighborhood_id,
            place=digest.place,
            after_number=digest.after_number,
            upto_number=digest.upto_number,
            topics=digest.topics,
            known_post_ids=self._known.get(digest.id, frozenset()),
            neighbors_count=self._count_neighbors(digest),
        )
        if contents not in self._written:
            self._written[contents] = self._write(contents)
        return self._written[contents]

    def _count_neighbors(self, digest: ClaimedDigest) -> int:
        """New posts in the room as the first reader there sees them; whom others block or mute changes little."""
        if Topic.NEIGHBORS not in digest.topics:
            return 0
        key = (digest.neighborhood_id, digest.since)
        if key not in self._neighbors:
            self._neighbors[key] = count_room_posts(digest.person_id, since=digest.since, at_most=NEIGHBORS_COUNTED + 1)
        return self._neighbors[key]

    def _write(self, contents: _Contents) -> WrittenDigest | None:
        posts = digest_posts(
            contents.neighborhood_id,
            after=contents.after_number,
            upto=contents.upto_number,
            topics=contents.topics,
            except_post_ids=contents.known_post_ids,
            at_most=POSTS_SHOWN,
        )
        self._versions.update((post.id, post.version) for post in posts.shown)
        if not posts.shown and not contents.neighbors_count:
            return None
        today = timezone.localdate(self._clock())
        heading = said_heading(posts, contents.neighbors_count, today=today)
        context = {
            "place": contents.place,
            "today": today,
            "heading": heading,
            "subject_line": f"{contents.place}: {heading[:1].lower()}{heading[1:]}",
            "posts": _shown(posts, contents.place),
            "more_count": posts.total - len(posts.shown),
            "neighbors": said_neighbors(contents.neighbors_count),
            "feed_url": settings.SITE_URL + reverse("posts:feed"),
            "room_url": settings.SITE_URL + reverse("community:room"),
            "stop_words": "Stop this digest",
        }
        mail = build("digest", context, marks=MARKS, list_name=contents.pace.value)
        return WrittenDigest(mail, posts.total)


def said_heading(posts: DigestPosts, neighbors_count: int, *, today: date) -> str:
    """ "Three posts since yesterday"; of neighbors' posts where there are no others."""
    if posts.oldest_at is None:
        return f"{_counted(neighbors_count)} from your neighbors"
    return f"{_counted(posts.total)} {_since(timezone.localdate(posts.oldest_at), today)}"


def said_neighbors(count: int) -> str:
    """ "2 new posts"; empty where there is none."""
    if count > NEIGHBORS_COUNTED:
        return f"more than {NEIGHBORS_COUNTED} new posts"
    return "" if not count else "1 new post" if count == 1 else f"{count} new posts"


def _counted(count: int) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
    return f"{number} {'post' if count == 1 else 'posts'}"


def _since(day: date, today: date) -> str:
    days = (today - day).days
    if days <= 0:
        return "today"
    if days == 1:
        return "since yesterday"
    return f"since {format_date(day, 'l' if days < 7 else 'F j')}"


def _shown(posts: DigestPosts, place: str) -> list[dict[str, object]]:
    replies = count_replies([post.id for post in posts.shown])
    return [_item(post, place, replies.get(post.id, 0)) for post in posts.shown]


def _item(post: DigestPost, place: str, reply_count: int) -> dict[str, object]:
    url = settings.SITE_URL + post_url(post.id)
    return {
        "label": PostKind(post.kind).label,
        "is_urgent": KIND_LOOKS[post.kind].temperature == "urgent",
        "is_corrected": post.is_corrected,
        "title": one_line(post.title),
        "excerpt": cut_at_word(one_line(post.text), EXCERPT_LENGTH),
        "url": url,
        "from": post.command_name,
        "to": audience_line(post.audience_scope, post.command_name, place, post.neighborhood_count),
        "replies": "" if not reply_count else "1 reply" if reply_count == 1 else f"{reply_count:,} replies",
        "replies_url": f"{url}#replies",
    }
