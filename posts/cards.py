"""How does a post look as a card, in a feed, on a public page, in a live event?

A card holds what everybody sees: no names of readers, no counts, no forms. Where a reader's own actions belong stands a
marker, `<!--actions:ID-->`, which the page fills in per request, so that the card itself can be cached and sent live.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.templatetags.porchlight import icon
from posts.models import Post
from posts.rules import KIND_LOOKS, AudienceScope, PostKind, PostStatus
from posts.selectors.feed import EXCERPT_LENGTH, FeedPost, Replies

NO_REPLIES = Replies(count=0, are_open=True)

_ACTIONS_MARKER = re.compile(r"<!--actions:(\d+)-->")


@lru_cache(maxsize=10_000)
def post_url(post_id: int) -> str:
    """Kept, because twenty times finding it out is most of what filling a page's actions costs."""
    return reverse("posts:post", args=[post_id])


@dataclass(frozen=True, slots=True)
class Card:
    """What `components/post_card.html` shows."""

    id: int
    url: str
    kind: str
    kind_label: str
    icon: str
    temperature: str
    title: str
    text: str
    is_withdrawn: bool
    what_was_wrong: str
    corrected_at: datetime | None
    published_at: datetime
    command_name: str
    command_letter: str
    command_url: str
    audience_line: str
    feed_number: int | None = None

    @property
    def actions_marker(self) -> SafeString:
        return mark_safe(f"<!--actions:{self.id}-->")


def audience_line(scope: str, command_name: str, place: str, neighborhood_count: int) -> str:
    """Whom a post went to, in a few words: "Southside Park and 3 more".

    Args:
        place: The neighborhood to name, where it is not the whole city or command.
    """
    if scope == AudienceScope.CITY:
        return "the whole city"
    if scope == AudienceScope.COMMAND:
        return f"all of {command_name}"
    if neighborhood_count > 1:
        return f"{place} and {neighborhood_count - 1} more"
    return place


def card_of_feed_post(post: FeedPost, place: str) -> Card:
    """The card of a post as it stands in the feed of `place`."""
    look = KIND_LOOKS[post.kind]
    return Card(
        id=post.id,
        url=post_url(post.id),
        kind=post.kind,
        kind_label=PostKind(post.kind).label,
        icon=look.icon,
        temperature=look.temperature,
        title=post.title,
        text=post.text,
        is_withdrawn=post.status == PostStatus.WITHDRAWN,
        what_was_wrong=post.what_was_wrong,
        corrected_at=post.corrected_at,
        published_at=post.published_at,
        command_name=post.command_name,
        command_letter=post.command_letter,
        command_url=reverse("posts:command", args=[post.command_slug]),
        audience_line=audience_line(post.audience_scope, post.command_name, place, post.neighborhood_count),
        feed_number=post.feed_number,
    )


def card_of_post(post: Post, place: str) -> Card:
    """The card of a post, naming `place`; its command must be loaded."""
    look = KIND_LOOKS[post.kind]
    assert post.published_at is not None
    return Card(
        id=post.pk,
        url=post_url(post.pk),
        kind=post.kind,
        kind_label=PostKind(post.kind).label,
        icon=look.icon,
        temperature=look.temperature,
        title=post.title,
        text=post.text[:EXCERPT_LENGTH],
        is_withdrawn=post.status == PostStatus.WITHDRAWN,
        what_was_wrong=post.what_was_wrong,
        corrected_at=post.corrected_at,
        published_at=post.published_at,
        command_name=post.command.name,
        command_letter=post.command.letter,
        command_url=reverse("posts:command", args=[post.command.slug]),
        audience_line=audience_line(post.audience_scope, post.command.name, place, post.neighborhood_count),
    )


def render_card(card: Card) -> str:
    """The card's HTML, with the marker where a reader's actions go."""
    return get_template("components/post_card.html").render({"post": card})


def render_post(post: Post, place: str) -> str:
    """The card of a post as a live event for one neighborhood carries it, with the actions that suit every reader."""
    return fill_actions(render_card(card_of_post(post, place)), reply_actions({}))


def card_renderer() -> Callable[[Post, str], str]:
    """Renders like `render_post` for one neighborhood after the other, but each post once: only the name differs."""
    # Made anew each time, so that nothing anybody writes can be taken for it.
    place_mark = secrets.token_hex(8)
    rendered: dict[int, str] = {}

    def render(post: Post, place: str) -> str:
        if post.pk not in rendered:
            rendered[post.pk] = render_post(post, place_mark)
        return rendered[post.pk].replace(place_mark, escape(place))

    return render


def fill_actions(html: str, actions: Callable[[int], str]) -> SafeString:
    """Put each reader's own actions where the markers stand, in one pass.

    Args:
        actions: Gives the HTML for a post's id.
    """
    return mark_safe(_ACTIONS_MARKER.sub(lambda marker: actions(int(marker.group(1))), html))


def reply_actions(replies: Mapping[int, Replies]) -> Callable[[int], str]:
    """Actions for a resident's feed: to the replies with their count, and to the private way.

    Args:
        replies: By post; a post that is not among them is taken to be open and without any.
    """

    def actions(post_id: int) -> str:
        url = post_url(post_id)
        under = replies.get(post_id, NO_REPLIES)
        private = f'<a class="pl-action" href="{url}#answer">{icon("lock_outline")}Write to police</a>'
        if not under.count and not under.are_open:
            return private
        label = "Reply" if not under.count else "1 reply" if under.count == 1 else f"{under.count:,} replies"
        return f'<a class="pl-action" href="{url}#replies">{icon("comment")}{label}</a>{private}'

    return actions


def share_actions(post_id: int) -> str:
    """Actions on a public list: to the post, where anybody can read it and residents answer."""
    return f'<a class="pl-action" href="{post_url(post_id)}">{icon("arrow_forward")}Read the post</a>'
