"""How far is a post on its way, as a row of a list: words and a bar?"""

from collections.abc import Sequence
from typing import Any

from posts.models import Post
from posts.selectors.desk import Progress, progress_of
from posts.selectors.feed import count_replies


def sent_rows(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Published posts for a list, with progress and replies. Two queries."""
    ids = [post.pk for post in posts]
    progress, replies = progress_of(ids), count_replies(ids)
    return [
        {
            "post": post,
            "progress": progress[post.pk],
            "parts": _parts(progress[post.pk]),
            "reply_count": replies.get(post.pk, 0),
        }
        for post in posts
    ]


def bar_parts(shares: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """What `components/bar.html` draws, from left to right.

    Args:
        shares: Kind and percent of each part; whole percents, because finer ones would give small counts away.
    """
    parts, x = [], 0
    for kind, width in shares:
        parts.append({"kind": kind, "x": x, "width": width})
        x += width
    return parts


def _parts(progress: Progress) -> list[dict[str, Any]]:
    return bar_parts([("done", 100 * progress.done // progress.neighborhoods)])
