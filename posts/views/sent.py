"""How does an officer see a post arrive, and answer what comes back?"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commands.access import DeskRequest, desk_member
from core.errors import NotAllowed
from core.templatetags.porchlight import head_count
from posts import services
from posts.forms.desk import AnswerForm
from posts.models import Delivery, Post
from posts.rules import KIND_LOOKS
from posts.selectors.desk import Progress, deliveries_of, progress_of
from posts.selectors.feed import count_replies
from posts.selectors.public import latest_posts
from posts.selectors.replies import replies_to
from posts.views.desk import page_of, post_of
from posts.views.parameters import keyset, positive_number
from posts.views.preview import area_map
from posts.views.side_menu import side_menu

PAGE_SIZE = 20
REPLIES_SHOWN = 100


@desk_member
@require_safe
def sent_list(request: DeskRequest, slug: str) -> HttpResponse:
    """What the command published, newest first."""
    posts = latest_posts(size=PAGE_SIZE + 1, before=keyset(request), command_id=request.assignment.command_id)
    shown = posts[:PAGE_SIZE]
    ids = [post.pk for post in shown]
    progress, replies = progress_of(ids), count_replies(ids)
    last = shown[-1] if len(posts) > PAGE_SIZE else None
    return render(
        request,
        "posts/desk/sent_list.html",
        {
            **side_menu(request, "sent_list"),
            "rows": [(post, progress[post.pk], replies.get(post.pk, 0)) for post in shown],
            "older": f"{last.published_at.isoformat()}~{last.pk}" if last and last.published_at else None,
        },
    )


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """Where a post is by now, neighborhood by neighborhood; the replies under it, and the form to answer."""
    post = post_of(request.assignment.command, post_id)
    if not post.is_public:
        return redirect(page_of(post))
    if request.method != "POST":
        return _page(request, post, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, post, form)
    try:
        reply = services.answer_post(
            post_id=post.pk,
            assignment=request.assignment,
            text=form.cleaned_data["text"],
            seen_reply_id=form.cleaned_data["seen_id"],
            submission_key=form.cleaned_data["submission_key"],
            at=timezone.now(),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except services.CannotReply as error:
        form.add_error("text", str(error))
        return _page(request, post, form)
    messages.success(request, f"Sent as {post.command.name}.")
    return redirect(f"{page_of(post)}#reply-{reply.pk}")


def _page(request: DeskRequest, post: Post, form: AnswerForm) -> HttpResponse:
    deliveries = list(deliveries_of(post))
    done = sum(delivery.done_at is not None for delivery in deliveries)
    progress = Progress(len(deliveries), done, post.resident_count)
    after = positive_number(request, "after") or 0
    replies = replies_to(post, after=after, size=REPLIES_SHOWN + 1)
    shown = replies[:REPLIES_SHOWN]
    return render(
        request,
        "posts/desk/sent.html",
        {
            **side_menu(request, "sent_list"),
            "post": post,
            "look": KIND_LOOKS[post.kind],
            "progress": progress,
            "ledger": _ledger(progress, deliveries),
            "map": _delivery_map(deliveries),
            "replies": shown,
            "is_later_page": after > 0,
            "later": shown[-1].pk if len(replies) > REPLIES_SHOWN else None,
            "seen_id": shown[-1].pk if shown else after,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _ledger(progress: Progress, deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """What `components/ledger.html` shows: a post is in every feed from the start, open pages hear of it one by one."""
    going = sum(_state(delivery)[0] == "going" for delivery in deliveries)
    shares = [("done", progress.done), ("going", going)]
    parts, x = [], 0.0
    for kind, count in shares:
        width = 100 * count / progress.neighborhoods
        parts.append({"kind": kind, "x": round(x, 2), "width": round(width, 2)})
        x += width
    feeds = "the feed" if progress.neighborhoods == 1 else f"all {progress.neighborhoods:,} feeds"
    rest = "Open pages have been told." if progress.is_done else "Open pages are being told."
    return {
        "headline": f"In {feeds}. {rest}",
        "parts": parts,
        "figures": [
            {"number": f"{progress.done:,} of {progress.neighborhoods:,}", "note": "neighborhoods done"},
            {"number": head_count(progress.people), "note": "people who live there"},
        ],
        "rows": [
            {
                "name": delivery.neighborhood.name,
                "state": _state(delivery)[0],
                "state_label": _state(delivery)[1],
                "people": delivery.claimed_count + delivery.verified_count,
                "done_at": delivery.done_at,
            }
            for delivery in deliveries
        ],
    }


def _state(delivery: Delivery) -> tuple[str, str]:
    if delivery.done_at is not None:
        return "done", "Done"
    return ("going", "On the way") if delivery.lease_until is not None else ("waiting", "Waiting")


def _delivery_map(deliveries: Sequence[Delivery]) -> dict[str, Any]:
    states = {delivery.neighborhood_id: _state(delivery) for delivery in deliveries}
    done = sum(state == "done" for state, _ in states.values())
    return area_map(
        list(states),
        classes={pk: f"pl-area--{state}" for pk, (state, _) in states.items()},
        words={pk: label.lower() for pk, (_, label) in states.items()},
        sentence=f"{done} of {len(states)} neighborhoods on the map are done. The table says the same.",
    )
