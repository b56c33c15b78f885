"""What falls to the city's community moderator: what no lead can decide, and who leads first?"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import ModeratorRequest, moderator_page
from community.models import Lead
from community.selectors.care import appeals_waiting, reports_waiting
from community.selectors.people import get_lead_anywhere, leads_everywhere
from community.views import care
from community.views.naming import end_term, name, volunteers_page
from community.views.paging import page_of
from core.parameters import positive_number

SHOWN = 50


@moderator_page
@require_safe
def moderation(request: ModeratorRequest) -> HttpResponse:
    """Copies that wait for the moderator, and neighbors who offer to lead."""
    person_id = request.user.pk
    context = {
        "reports": reports_waiting(person_id, before=None, size=SHOWN),
        "appeals": appeals_waiting(person_id, before=None, size=SHOWN),
        "volunteers": volunteers_page(request, person_id),
        "leads": page_of(
            request,
            leads_everywhere(person_id, after=positive_number(request, "leads_after"), size=SHOWN + 1),
            size=SHOWN,
            place=lambda lead: f"{lead.id}#leads-title",
            parameter="leads_after",
        ),
    }
    return render(request, "community/moderation.html", context)


@moderator_page
@require_POST
def moderator_names_lead(request: ModeratorRequest, lead_id: int) -> HttpResponse:
    """Make a neighbor who offered to help a lead."""
    return name(request, request.user, lead_id, care.MODERATOR)


@moderator_page
@require_http_methods(["GET", "HEAD", "POST"])
def moderator_ends_lead(request: ModeratorRequest, lead_id: int) -> HttpResponse:
    """End a lead's term anywhere, after being asked."""
    try:
        lead = get_lead_anywhere(request.user.pk, lead_id)
    except Lead.DoesNotExist as error:
        raise Http404 from error
    return end_term(request, request.user, lead, care.MODERATOR)


@moderator_page
@require_http_methods(["GET", "HEAD", "POST"])
def moderate_report(request: ModeratorRequest, report_id: int) -> HttpResponse:
    return care.report_page(request, request.user, report_id, care.MODERATOR)


@moderator_page
@require_safe
def moderate_report_picture(request: ModeratorRequest, report_id: int) -> HttpResponse:
    return care.report_picture_page(request.user, report_id)


@moderator_page
@require_http_methods(["GET", "HEAD", "POST"])
def moderate_appeal(request: ModeratorRequest, removal_id: int) -> HttpResponse:
    return care.appeal_page(request, request.user, removal_id, care.MODERATOR)


@moderator_page
@require_safe
def moderate_appeal_picture(request: ModeratorRequest, removal_id: int) -> HttpResponse:
    return care.appeal_picture_page(request.user, removal_id)
