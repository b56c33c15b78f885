"""What does a resident see at /feed/?"""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import User
from commands.selectors import assignments_of
from core.release import release
from posts.cards import fill_actions, reply_actions
from posts.fragments import feed_fragment, render_cards
from posts.selectors.feed import count_replies, feed_newer
from posts.selectors.visits import FeedVisit, find_feed_visit
from posts.views.parameters import positive_number


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
    before = positive_number(request, "before")
    # A front that compresses has marked the tag as weak: still the same page.
    asked_for = request.headers.get("If-None-Match", "").removeprefix("W/")
    if asked_for == _etag(request, user, visit, before) and "messages" not in request.COOKIES:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _feed_page(request, visit, before)
    # Only now: rendering the page's forms may have made the CSRF secret.
    response["ETag"] = _etag(request, user, visit, before)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def newer(request: HttpRequest) -> HttpResponse:
    """The cards after a feed number, for a page that noticed a gap in its live events."""
    user = request.user
    visit = find_feed_visit(user.pk) if isinstance(user, User) and not user.is_police_or_civic_staff else None
    if visit is None or visit.neighborhood_id is None:
        return HttpResponse(status=403)
    posts = feed_newer(visit.neighborhood_id, after=positive_number(request, "after") or 0)
    counts = count_replies([post.id for post in posts]) if visit.is_verified else {}
    response = HttpResponse(fill_actions(render_cards(posts, visit.name), reply_actions(counts)))
    response["Cache-Control"] = "private, no-store"
    response["X-Feed-Number"] = str(visit.feed_number)
    return response


def _feed_page(request: HttpRequest, visit: FeedVisit, before: int | None) -> HttpResponse:
    assert visit.neighborhood_id is not None
    fragment = feed_fragment(visit.neighborhood_id, visit.name, number=visit.feed_number, before=before)
    counts = count_replies(fragment.post_ids) if visit.is_verified else {}
    return render(
        request,
        "posts/feed.html",
        {
            "visit": visit,
            "cards": fill_actions(fragment.html, reply_actions(counts)),
            "older_url": f"?before={fragment.older_than}" if fragment.older_than else "",
            "newer_url": reverse("posts:feed") if before else "",
            "is_first_page": before is None,
            "is_empty": not fragment.post_ids,
        },
    )


def _etag(request: HttpRequest, user: User, visit: FeedVisit, before: int | None) -> str:
    """Everything the page depends on, so that an unchanged one is answered without rendering.

    The CSRF secret is part of it: signing in again makes a new one, and an old page's forms would be refused.
    """
    parts = (user.pk, user.full_name, visit, before, release(), request.META.get("CSRF_COOKIE"))
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _staff_start(user: User) -> HttpResponse:
    assignments = assignments_of(user.pk)
    if assignments:
        return redirect("posts:desk", assignments[0].command.slug)
    return redirect("admin:index" if user.is_staff else "accounts:home")
