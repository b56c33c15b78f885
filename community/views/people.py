"""How does a neighbor stop reading somebody, and begin again?"""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from community import services
from community.access import NeighborRequest, ResidentRequest, neighbor_page, resident_page
from community.rules import PAGE_SIZE
from community.selectors.people import name_of_writer, people_kept_away
from community.views.paging import page_of
from community.views.talk import post_or_404
from core.errors import DomainError
from core.parameters import keyset


@resident_page
@require_safe
def people(request: ResidentRequest) -> HttpResponse:
    """Whom this person has muted or blocked, each with the way back."""
    found = people_kept_away(request.user.pk, before=keyset(request), size=PAGE_SIZE + 1)
    page = page_of(request, found, size=PAGE_SIZE, place=lambda one: f"{quote(one.since.isoformat())}~{one.person_id}")
    return render(request, "community/people.html", {"page": page})


@neighbor_page
@require_POST
def mute(request: NeighborRequest, post_id: int, other_id: int) -> HttpResponse:
    """No longer read somebody whose post or comment one sees; they are not told."""
    name = _name_or_404(request.user, post_id, other_id)
    try:
        services.mute(person_id=request.user.pk, other_id=other_id, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("community:post", post_id)
    messages.success(request, f"You no longer see what {name} writes. They are not told.")
    return redirect("community:people")


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: NeighborRequest, post_id: int, other_id: int) -> HttpResponse:
    """Neither read somebody nor be read by them, after reading what that means."""
    page = post_or_404(request.user, post_id)
    name = _name_or_404(request.user, post_id, other_id)
    if request.method != "POST":
        return render(request, "community/block.html", {"card": page.card, "name": name, "other_id": other_id})
    try:
        services.block(person_id=request.user.pk, other_id=other_id, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("community:post", post_id)
    messages.success(request, f"You and {name} no longer see what the other writes.")
    return redirect("community:people")


@resident_page
@require_POST
def unmute(request: ResidentRequest, other_id: int) -> HttpResponse:
    """Read somebody again."""
    services.unmute(person_id=request.user.pk, other_id=other_id, at=timezone.now())
    messages.success(request, "Undone. You see what they write again.")
    return redirect("community:people")


@resident_page
@require_POST
def unblock(request: ResidentRequest, other_id: int) -> HttpResponse:
    """Read somebody again, and be read by them."""
    services.unblock(person_id=request.user.pk, other_id=other_id, at=timezone.now())
    messages.success(request, "Undone. You see what the other writes again.")
    return redirect("community:people")


def _name_or_404(person: User, post_id: int, other_id: int) -> str:
    """What somebody else who wrote under a post is called."""
    try:
        return name_of_writer(person.pk, post_id, other_id)
    except User.DoesNotExist as error:
        raise Http404 from error
