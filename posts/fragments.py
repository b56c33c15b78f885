"""How is one page of a neighborhood's police posts kept ready, the same for every reader?

Rendering, not reading, is what a feed costs, so a page's cards are kept in the cache; what neighbors say never is. The
key holds everything they depend on: the neighborhood, its feed number, the language, the release and the hour (a
command may be renamed). Nothing is ever invalidated: a new post makes a new number and so a new key. Redis keeps them
for all processes, and each process the latest ones for itself.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.core.cache import cache
from django.utils.translation import get_language

from core.release import release
from posts.cards import card_of_feed_post, render_card
from posts.rules import FEED_PAGE_SIZE
from posts.selectors.feed import FeedPost, feed_page

KEPT_SECONDS = 3600
# Some 40 kB each: 10 MB a process.
AT_HAND = 256


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A rendered card, and what decides where it stands.

    Attributes:
        placed_at: When it came to its place in the feed: published, corrected or withdrawn.
        html: With a marker where a reader's own actions go (`cards.fill_actions`).
    """

    post_id: int
    feed_number: int
    placed_at: datetime
    html: str


@dataclass(frozen=True, slots=True)
class FeedFragment:
    """One page of cards, newest first.

    Attributes:
        has_older: Whether another page follows.
    """

    cards: tuple[KeptCard, ...]
    has_older: bool


def feed_fragment(neighborhood_id: int, place: str, *, number: int, before: int | None = None) -> FeedFragment:
    """One page of a neighborhood's feed as it stood at a feed number; no query when it is in the cache, else one.

    Args:
        place: The neighborhood's name, which its cards name first.
        number: The current feed number; what is newer is left out, so that the page and its number agree.
        before: Only posts with a lower feed number, for older pages.
    """
    hour = int(time.time() // KEPT_SECONDS)
    key = f"feed:{neighborhood_id}:{number}:{get_language()}:{before or 'top'}:{release()}:{hour}"
    return _kept(key, neighborhood_id, place, number, before)


@lru_cache(maxsize=AT_HAND)
def _kept(key: str, neighborhood_id: int, place: str, number: int, before: int | None) -> FeedFragment:
    kept = cache.get(key)
    if isinstance(kept, FeedFragment):
        return kept
    top = number + 1
    posts = feed_page(neighborhood_id, before=min(before, top) if before else top, size=FEED_PAGE_SIZE + 1)
    fragment = FeedFragment(
        cards=tuple(
            KeptCard(post.id, post.feed_number, post.corrected_at or post.published_at, render_cards([post], place))
            for post in posts[:FEED_PAGE_SIZE]
        ),
        has_older=len(posts) > FEED_PAGE_SIZE,
    )
    cache.set(key, fragment, KEPT_SECONDS)
    return fragment


def render_cards(posts: Sequence[FeedPost], place: str) -> str:
    """The cards of several posts, one after the other."""
    return "".join(render_card(card_of_feed_post(post, place)) for post in posts)
