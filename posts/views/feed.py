"""What does a resident see at /feed/?"""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.models import User
from commands.selectors import assignments_of
from community.selectors.cards import NeighborCard
from community.selectors.room import room_page
from core.messages import is_waiting
from core.release import release
from posts.cards import fill_actions, reply_actions
from posts.fragments import FeedFragment, KeptCard, feed_fragment, render_cards
from posts.mixing import mix
from posts.rules import FEED_PAGE_SIZE
from posts.selectors.feed import feed_newer, replies_under
from posts.selectors.visits import FeedVisit, find_feed_visit
from posts.views.parameters import positive_number

# Civic staff work at no desk; whoever holds none of these has the admin.
CIVIC_STARTS = {
    "neighborhoods.verify_residency": "commands:verification",
    "community.moderate": "community:moderation",
    "accounts.read_audit": "pages:audit",
}
TABS = {"": "All", "police": "Police", "neighbors": "Neighbors"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the feed somebody wants to see.

    Attributes:
        show: A key of `TABS`.
        before: Police posts with a lower feed number.
        neighbors_before: Neighbors' posts with a lower id.
    """

    show: str
    before: int | None
    neighbors_before: int | None

    @property
    def is_first_page(self) -> bool:
        return self.before is None and self.neighbors_before is None


@dataclass(frozen=True, slots=True)
class Piece:
    """A card of the page: a police post as it was kept, or a neighbor's."""

    police: SafeString | None = None
    neighbor: NeighborCard | None = None


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """A resident's neighborhood, newest first; staff are led to their desk, newcomers to the question for a home."""
    user = request.user
    if not isinstance(user, User):
        return redirect(f"/accounts/login/?next={request.path}")
    if user.is_police_or_civic_staff:
        return _staff_start(user)
    visit = find_feed_visit(user.pk)
    if visit is None:
        return redirect("commands:residency")
    if visit.neighborhood_id is None:
        return render(request, "posts/feed_nowhere.html")
    asked = _asked(request, visit)
    # A front that compresses has marked the tag as weak: still the same page.
    known = request.headers.get("If-None-Match", "").removeprefix("W/")
    if known == _etag(request, user, visit, asked) and not is_waiting(request):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _feed_page(request, user, visit, asked)
    # Only now: rendering the page's forms may have made the CSRF secret.
    response["ETag"] = _etag(request, user, visit, asked)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def newer(request: HttpRequest) -> HttpResponse:
    """The police's cards after a feed number, for a page that noticed a gap in its live events.

    Of what neighbors wrote it says only, by a number, whether anything has changed.
    """
    user = request.user
    visit = find_feed_visit(user.pk) if isinstance(user, User) and not user.is_police_or_civic_staff else None
    if visit is None or visit.neighborhood_id is None:
        return HttpResponse(status=403)
    posts = feed_newer(visit.neighborhood_id, after=positive_number(request, "after") or 0)
    replies = replies_under([post.id for post in posts]) if visit.is_verified else {}
    response = HttpResponse(fill_actions(render_cards(posts, visit.name), reply_actions(replies)))
    response["Cache-Control"] = "private, no-store"
    response["X-Feed-Number"] = str(visit.feed_number)
    if visit.is_verified:
        response["X-Room-Number"] = str(visit.room_number)
    return response


def _asked(request: HttpRequest, visit: FeedVisit) -> Asked:
    show = request.GET.get("show", "")
    if show not in TABS or not visit.is_verified:
        show = "" if visit.is_verified else "police"
    return Asked(show, positive_number(request, "before"), positive_number(request, "neighbors_before"))


def _feed_page(request: HttpRequest, user: User, visit: FeedVisit, asked: Asked) -> HttpResponse:
    assert visit.neighborhood_id is not None
    police = FeedFragment((), has_older=False)
    neighbors: list[NeighborCard] = []
    if asked.show != "neighbors":
        police = feed_fragment(visit.neighborhood_id, visit.name, number=visit.feed_number, before=asked.before)
    if asked.show != "police":
        neighbors = room_page(user.pk, before=asked.neighbors_before, size=FEED_PAGE_SIZE + 1)
    page = mix(police, neighbors, size=FEED_PAGE_SIZE)
    posts = [piece.post_id for piece in page.pieces if isinstance(piece, KeptCard)]
    actions = reply_actions(replies_under(posts) if visit.is_verified else {})
    return render(
        request,
        "posts/feed.html",
        {
            "visit": visit,
            "show": asked.show,
            "tabs": [(f"?show={show}" if show else reverse("posts:feed"), label, show) for show, label in TABS.items()],
            "pieces": [
                Piece(police=fill_actions(piece.html, actions))
                if isinstance(piece, KeptCard)
                else Piece(neighbor=piece)
                for piece in page.pieces
            ],
            "older_url": _older_url(asked.show, page.older) if page.older else "",
            "newer_url": "" if asked.is_first_page else _first_url(asked.show),
            "is_first_page": asked.is_first_page,
        },
    )


def _first_url(show: str) -> str:
    return f"{reverse('posts:feed')}?show={show}" if show else reverse("posts:feed")


def _older_url(show: str, older: tuple[int, int]) -> str:
    parameters: dict[str, int | str] = {"show": show} if show else {}
    if show != "neighbors":
        parameters["before"] = older[0]
    if show != "police":
        parameters["neighbors_before"] = older[1]
    return f"?{urlencode(parameters)}"


def _etag(request: HttpRequest, user: User, visit: FeedVisit, asked: Asked) -> str:
    """Everything the page depends on, so that an unchanged one is answered without rendering.

    The CSRF secret is part of it: signing in again makes a new one, and an old page's forms would be refused.
    """
    parts = (user.pk, user.full_name, user.shows_last_name, visit, asked, release(), request.META.get("CSRF_COOKIE"))
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _staff_start(user: User) -> HttpResponse:
    assignments = assignments_of(user.pk)
    if assignments:
        return redirect("posts:desk", assignments[0].command.slug)
    for permission, start in CIVIC_STARTS.items():
        if user.has_perm(permission):
            return redirect(start)
    return redirect("admin:index" if user.is_staff else "accounts:home")
