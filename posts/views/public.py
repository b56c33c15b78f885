"""What can anybody read without an account?"""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import has_second_factor
from commands.models import Assignment, PoliceCommand
from commands.selectors import assignments_of, covered_neighborhoods
from core.counts import people_in_places
from neighborhoods.middleware import residency_of
from neighborhoods.models import Residency
from posts.cards import audience_line, card_of_post, fill_actions, post_url, render_card, share_actions
from posts.forms.answers import AnswerForm
from posts.models import Post, PostVersion
from posts.rules import KIND_LOOKS, PostStatus, hidden_in_words
from posts.selectors.feed import count_replies
from posts.selectors.hidings import command_that_may_hide, count_hidden
from posts.selectors.progress import versions_out
from posts.selectors.public import Reached, first_places, get_public_post, latest_posts, neighborhoods_reached
from posts.selectors.replies import latest_replies, may_read_replies
from posts.views.parameters import keyset, positive_number
from posts.views.preview import area_map

PAGE_SIZE = 20
REPLIES_SHOWN = 200


@require_safe
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """A post's public page; whoever may reads the replies under it and gets the form to answer."""
    return render(request, "posts/post.html", post_context(request, post_id))


def post_context(request: HttpRequest, post_id: int, answer_form: AnswerForm | None = None) -> dict[str, Any]:
    """Everything the page of a post shows to this reader.

    Raises:
        Http404: Never published.
    """
    try:
        found = get_public_post(post_id)
    except Post.DoesNotExist as error:
        raise Http404 from error
    residency, assignments = reader_of(request)
    reached = neighborhoods_reached(found.pk)
    own_place = residency.neighborhood_id if residency else None
    here = next((place for place in reached if place.neighborhood_id == own_place), None)
    reads_replies = may_read_replies(found, residency, assignments)
    own_assignment = next((a for a in assignments if a.command_id == found.command_id), None)
    is_withdrawn = found.status == PostStatus.WITHDRAWN
    if answer_form is None and residency is not None and not is_withdrawn:
        answer_form = AnswerForm(
            command_name=found.command.name,
            may_reply=residency.is_verified and here is not None,
            replies_open=found.replies_open,
        )
    first_place = here or (reached[0] if reached else None)
    return {
        "post": found,
        "command_name": found.command.name,
        "command_letter": found.command.letter,
        "command_url": reverse("posts:command", args=[found.command.slug]),
        "author_name": found.author.public_name,
        "approver_name": found.approver.public_name if found.approver else "",
        "neighborhoods": [place.name for place in reached],
        "people": people_in_places((place.claimed_count, place.verified_count) for place in reached),
        "map": _reach_map(found.command, reached),
        "public_hint": _public_hint(request, here),
        "look": KIND_LOOKS[found.kind],
        "is_withdrawn": is_withdrawn,
        "earlier_versions": _earlier_versions(found) if found.corrected_at else [],
        "here": here,
        "audience_line": audience_line(
            found.audience_scope, found.command.name, first_place.name if first_place else "", found.neighborhood_count
        ),
        "residency": residency,
        "own_assignment": own_assignment,
        "reads_replies": reads_replies,
        "hidden_replies": hidden_in_words(count_hidden(found.pk)),
        "may_hide": isinstance(request.user, User)
        and command_that_may_hide(found, request.user.pk, assignments) is not None,
        "answer_form": answer_form,
        **(_replies(request, found, residency) if reads_replies else {}),
    }


def _earlier_versions(post: Post) -> list[PostVersion]:
    """What it said before in other words, latest first; a withdrawal leaves them as they were. One query."""
    now = (post.title, post.text)
    return [version for version in reversed(versions_out(post)) if (version.title, version.text) != now]


def _replies(request: HttpRequest, post: Post, reader: Residency | None) -> dict[str, Any]:
    """The newest replies, so that one just sent is among them, and the way to earlier ones.

    Two queries, for a resident, whose own hidden replies are among them, three.
    """
    before = positive_number(request, "before")
    replies = latest_replies(
        post, before=before, size=REPLIES_SHOWN + 1, reader_id=reader.person_id if reader else None
    )
    shown = replies[-REPLIES_SHOWN:]
    return {
        "replies": shown,
        "reply_count": count_replies([post.pk]).get(post.pk, 0),
        "older_url": f"{post_url(post.pk)}?before={shown[0].pk}#replies" if len(replies) > REPLIES_SHOWN else "",
        "newer_url": f"{post_url(post.pk)}#replies" if before else "",
    }


def _public_hint(request: HttpRequest, here: Reached | None) -> str:
    """Who will read a public answer, and under which name."""
    if here is None or not isinstance(request.user, User):
        return ""
    return f"Shown as “{request.user.public_name}, {here.name}” to police and to verified neighbors who got this post."


def _reach_map(command: PoliceCommand, reached: list[Reached]) -> dict[str, Any] | None:
    """Where the post went, within everything its command serves. Two queries; None before any map is loaded."""
    chosen = {place.neighborhood_id for place in reached}
    covered = set(covered_neighborhoods(command).values_list("pk", flat=True)) | chosen
    if not covered:
        return None
    return area_map(
        sorted(covered),
        classes=dict.fromkeys(chosen, "pl-area--chosen"),
        words=dict.fromkeys(chosen, "got this post"),
        sentence=f"{len(chosen)} of {len(covered)} neighborhoods on the map got this post. Their names stand below.",
    )


def reader_of(request: HttpRequest) -> tuple[Residency | None, list[Assignment]]:
    """Who is reading: a resident's current residency, a staff member's current assignments.

    Staff without a second factor read what anybody reads, as everywhere else.
    """
    user = request.user
    if not isinstance(user, User):
        return None, []
    if user.is_police_or_civic_staff:
        return None, assignments_of(user.pk) if has_second_factor(user.pk) else []
    return residency_of(request), []


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """All police posts of the city, newest first."""
    posts = latest_posts(size=PAGE_SIZE + 1, before=keyset(request))
    return render(request, "posts/latest.html", cards_context(posts))


def cards_context(posts: list[Post]) -> dict[str, Any]:
    """One keyset page of public cards and the address part of the next page.

    Args:
        posts: One more than a page holds, if there are more.
    """
    shown = posts[:PAGE_SIZE]
    places = first_places([found.pk for found in shown])
    html = "".join(render_card(card_of_post(found, places.get(found.pk, ""))) for found in shown)
    last = shown[-1] if len(posts) > PAGE_SIZE else None
    return {
        "cards": fill_actions(html, share_actions),
        "is_empty": not shown,
        "older_url": f"?before={quote(last.published_at.isoformat())}~{last.pk}" if last and last.published_at else "",
    }
