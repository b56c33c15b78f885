"""What meets an officer who opens the command's desk?"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from commands.access import DeskRequest, desk_member
from commands.models import PoliceCommand
from commands.rules import HEADQUARTERS_SLUG
from commands.selectors import covered_neighborhoods
from notifications.channels import command_desk
from posts.models import Post
from posts.rules import PostStatus
from posts.selectors.desk import (
    LastHeard,
    get_post_of,
    last_heard,
    latest_replies_to,
    posts_in_status,
    unsent_posts,
    waiting_conversations,
)
from posts.selectors.public import latest_posts
from posts.views.ledger import sent_rows
from posts.views.side_menu import side_menu

WAITING_SHOWN = 5
REPLIES_SHOWN = 5
SENT_SHOWN = 3
NEIGHBORHOODS_SHOWN = 12
SILENT_DAYS = 14
VERY_SILENT_DAYS = 30


@require_safe
def headquarters(request: HttpRequest) -> HttpResponse:
    """A short address for the headquarters' desk."""
    return redirect("posts:desk", HEADQUARTERS_SLUG)


@desk_member
@require_safe
def desk(request: DeskRequest, slug: str) -> HttpResponse:
    """Who waits, what is not out yet, what was just sent, and who has heard nothing for long."""
    command, now = request.assignment.command, timezone.now()
    covered = [place.pk for place in covered_neighborhoods(command)]
    heard = last_heard(covered)
    shown = heard if "all" in request.GET else heard[:NEIGHBORHOODS_SHOWN]
    return render(
        request,
        "posts/desk/desk.html",
        {
            **side_menu(request, "desk"),
            "greeting": greeting(request.user, timezone.localtime(now)),
            "channel": command_desk(command.pk),
            "waiting": waiting_conversations(command.pk, size=WAITING_SHOWN),
            "latest_replies": latest_replies_to(command.pk, size=REPLIES_SHOWN),
            "unsent": unsent_posts(command.pk),
            "sent": sent_rows(latest_posts(size=SENT_SHOWN, command_id=command.pk)),
            "heard": [_silence(row, now) for row in shown],
            "neighborhood_count": len(heard),
        },
    )


@desk_member
@require_safe
def pending(request: DeskRequest, slug: str) -> HttpResponse:
    """Posts that wait for a second person, newest first."""
    waiting = posts_in_status(request.assignment.command_id, PostStatus.PENDING)
    return render(request, "posts/desk/pending.html", {**side_menu(request, "pending"), "posts": waiting})


def greeting(person: User, local_now: datetime) -> str:
    """ "Good morning, Officer Delgado", by the clock of the city."""
    part = "morning" if local_now.hour < 12 else "afternoon" if local_now.hour < 18 else "evening"
    family_name = person.full_name.split()[-1] if person.full_name.split() else ""
    return f"Good {part}, {person.rank} {family_name}" if person.rank else f"Good {part}, {person.full_name}"


def post_of(command: PoliceCommand, post_id: int) -> Post:
    """A post of this command.

    Raises:
        Http404: There is none; another command's posts are not named here.
    """
    try:
        return get_post_of(command.pk, post_id)
    except Post.DoesNotExist as error:
        raise Http404 from error


def page_of(post: Post) -> str:
    """Where the desk shows a post in the state it is in: still being written, waiting, or sent."""
    slug = post.command.slug
    if post.status == PostStatus.DRAFT:
        return f"{reverse('posts:compose', args=[slug])}?draft={post.pk}"
    name = "posts:review" if post.status == PostStatus.PENDING else "posts:sent"
    return reverse(name, args=[slug, post.pk])


def _silence(row: LastHeard, now: datetime) -> dict[str, Any]:
    days = (timezone.localdate(now) - timezone.localdate(row.published_at)).days if row.published_at else None
    if days is None or days >= VERY_SILENT_DAYS:
        level = "long"
    else:
        level = "some" if days >= SILENT_DAYS else "none"
    return {"row": row, "days": days, "level": level, "bar": min(days if days is not None else 60, 60)}
