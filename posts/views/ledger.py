"""How far is a post on its way, in words, as a bar, in a table and on a map?"""

from collections.abc import Sequence
from typing import Any

from core.templatetags.porchlight import head_count
from posts.models import Delivery, Post
from posts.selectors.desk import Progress, progress_of
from posts.selectors.feed import count_replies
from posts.views.preview import area_map


def sent_rows(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Published posts for a list, with progress and replies. Two queries."""
    ids = [post.pk for post in posts]
    progress, replies = progress_of(ids), count_replies(ids)
    return [
        {
            "post": post,
            "progress": progress[post.pk],
            "parts": bar_parts(progress[post.pk]),
            "reply_count": replies.get(post.pk, 0),
        }
        for post in posts
    ]


def ledger(post: Post, deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """What `components/ledger.html` shows: a post is in every feed from the start, open pages hear of it one by one."""
    states = [_state(delivery) for delivery in deliveries]
    done = sum(state == "done" for state, _ in states)
    progress = Progress(len(deliveries), done, post.resident_count)
    feeds = "the feed" if len(deliveries) == 1 else f"all {len(deliveries):,} feeds"
    rest = "Open pages have been told." if progress.is_done else "Open pages are being told."
    return {
        "is_done": progress.is_done,
        "headline": f"In {feeds}. {rest}",
        "parts": bar_parts(progress, going=sum(state == "going" for state, _ in states)),
        "figures": [
            {"number": f"{done:,} of {len(deliveries):,}", "note": "neighborhoods done"},
            {"number": head_count(post.resident_count), "note": "people live there"},
        ],
        "rows": [
            {
                "name": delivery.neighborhood.name,
                "state": state,
                "state_label": label,
                "people": delivery.claimed_count + delivery.verified_count,
                "done_at": delivery.done_at,
            }
            for delivery, (state, label) in zip(deliveries, states, strict=True)
        ],
    }


def delivery_map(deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """The neighborhoods a post went to, painted by how far it is. One query once it is cached."""
    states = {delivery.neighborhood_id: _state(delivery) for delivery in deliveries}
    done = sum(state == "done" for state, _ in states.values())
    return area_map(
        list(states),
        classes={pk: f"pl-area--{state}" for pk, (state, _) in states.items()},
        words={pk: label.lower() for pk, (_, label) in states.items()},
        sentence=f"{done} of {len(states)} neighborhoods on the map are done. The table says the same.",
    )


def bar_parts(progress: Progress, *, going: int = 0) -> list[dict[str, Any]]:
    """What `components/bar.html` draws: shares in percent, from left to right."""
    done = 100 * progress.done / progress.neighborhoods
    return [
        {"kind": "done", "x": 0, "width": round(done, 2)},
        {"kind": "going", "x": round(done, 2), "width": round(100 * going / progress.neighborhoods, 2)},
    ]


def _state(delivery: Delivery) -> tuple[str, str]:
    if delivery.done_at is not None:
        return "done", "Done"
    return ("going", "On the way") if delivery.lease_until is not None else ("waiting", "Waiting")
