"""How do neighbors keep their own room: offer to help, be named, decide, step down?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import services
from community.access import NeighborRequest, neighbor_page
from community.rules import LeadState
from community.selectors.care import appeals_waiting, reports_waiting
from community.selectors.people import leads_of, own_lead
from community.views import care
from community.views.naming import end_term, name, volunteers_page
from core.errors import DomainError
from neighborhoods.selectors.proofs import recently_verified

SHOWN = 50


@neighbor_page
@require_safe
def lead(request: NeighborRequest) -> HttpResponse:
    """Who keeps the room, the way to help, and for leads what waits for them."""
    person_id, place = request.user.pk, request.neighborhood
    own = own_lead(person_id)
    is_lead = own is not None and own.state == LeadState.ACTIVE
    context: dict[str, Any] = {
        "neighborhood": place,
        "own": own,
        "is_lead": is_lead,
        "leads": leads_of(person_id, place.pk),
    }
    if is_lead:
        context |= {
            "reports": reports_waiting(person_id, before=None, size=SHOWN),
            "appeals": appeals_waiting(person_id, before=None, size=SHOWN),
            "volunteers": volunteers_page(request, person_id),
            "verified": recently_verified(place.pk, before=None, size=SHOWN),
        }
    return render(request, "community/lead.html", context)


@neighbor_page
@require_POST
def offer(request: NeighborRequest) -> HttpResponse:
    """Offer to keep the room of one's own neighborhood."""
    try:
        services.offer_to_lead(residency=request.residency, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Thank you. You get an e-mail once you are named.")
    return redirect("community:lead")


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def step_down(request: NeighborRequest) -> HttpResponse:
    """Take an offer back at once, or stop being a lead after being asked."""
    own = own_lead(request.user.pk)
    if own is None:
        return redirect("community:lead")
    if request.method == "POST":
        if own.state == LeadState.OFFERED:
            services.withdraw_offer(person_id=request.user.pk, at=timezone.now())
            messages.success(request, "Your offer is taken back.")
        else:
            services.step_down(person_id=request.user.pk, at=timezone.now())
            messages.success(request, "You are no longer a lead.")
        return redirect("community:lead")
    context = {
        "question": "Step down as a lead?",
        "consequence": "Reports go to the other leads, to those next to you, or to the city’s community moderator. "
        "You can offer to help again.",
        "yes": "Step down",
        "no": "Stay a lead",
        "back_url": reverse("community:lead"),
    }
    return render(request, "community/end_lead.html", context)


@neighbor_page
@require_POST
def name_lead(request: NeighborRequest, lead_id: int) -> HttpResponse:
    """Make a neighbor who offered to help a lead."""
    return name(request, request.user, lead_id, care.LEADS)


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def end_lead(request: NeighborRequest, lead_id: int) -> HttpResponse:
    """End another lead's term, after being asked."""
    own = own_lead(request.user.pk)
    if own is None or own.state != LeadState.ACTIVE:
        raise Http404
    other = next((one for one in leads_of(request.user.pk, request.neighborhood.pk) if one.id == lead_id), None)
    if other is None or other.is_own:
        raise Http404
    return end_term(request, request.user, other, care.LEADS)


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def decide_report(request: NeighborRequest, report_id: int) -> HttpResponse:
    return care.report_page(request, request.user, report_id, care.LEADS)


@neighbor_page
@require_safe
def report_picture(request: NeighborRequest, report_id: int) -> HttpResponse:
    return care.report_picture_page(request.user, report_id)


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def decide_appeal(request: NeighborRequest, removal_id: int) -> HttpResponse:
    return care.appeal_page(request, request.user, removal_id, care.LEADS)


@neighbor_page
@require_safe
def appeal_picture(request: NeighborRequest, removal_id: int) -> HttpResponse:
    return care.appeal_picture_page(request.user, removal_id)
