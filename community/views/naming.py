"""How does somebody become a lead, and how does a term end? By other leads and by the moderator alike."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from community import services
from community.models import Lead
from community.rules import PAGE_SIZE
from community.selectors.people import LeadView, volunteers
from community.views.care import WorkPlace
from community.views.paging import Page, page_of
from core.errors import DomainError
from core.parameters import positive_number


def volunteers_page(request: HttpRequest, person_id: int) -> Page[LeadView]:
    """Who waits to be named, the longest first."""
    return page_of(
        request,
        volunteers(person_id, after=positive_number(request, "volunteers_after"), size=PAGE_SIZE + 1),
        size=PAGE_SIZE,
        place=lambda lead: f"{lead.id}#offers-title",
        parameter="volunteers_after",
    )


def name(request: HttpRequest, by: User, lead_id: int, at: WorkPlace) -> HttpResponse:
    """Make a neighbor who offered to help a lead."""
    try:
        services.name_lead(lead_id=lead_id, by=by, at=timezone.now())
    except Lead.DoesNotExist as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Named. They are told by e-mail.")
    return redirect(at.list_route)


def end_term(request: HttpRequest, by: User, lead: LeadView, at: WorkPlace) -> HttpResponse:
    """End somebody's term, after being asked."""
    if request.method == "POST":
        try:
            services.end_lead(lead_id=lead.id, by=by, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{lead.name} is no longer a lead.")
        return redirect(at.list_route)
    context = {
        "question": f"End the term of {lead.name}?",
        "consequence": f"{lead.name} no longer sees what is reported in {lead.place}, and is told by e-mail. "
        "They stay a neighbor like everybody else.",
        "yes": "End their term",
        "no": "They stay a lead",
        "back_url": reverse(at.list_route),
    }
    return render(request, "community/end_lead.html", context)
