"""What is the neighbors' room, who keeps it, and where in it is what?"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.access import ResidentRequest, resident_page
from community.selectors.people import leads_of
from neighborhoods.middleware import residency_of
from neighborhoods.selectors.places import adjoining_names


@resident_page
@require_safe
def room(request: ResidentRequest) -> HttpResponse:
    """The front door: for verified neighbors what is inside, for everybody else what opens it."""
    residency = residency_of(request)
    if residency is None or not residency.is_verified or residency.neighborhood is None:
        return render(request, "community/closed.html", {"residency": residency})
    place = residency.neighborhood
    context = {
        "neighborhood": place,
        "adjoining": adjoining_names(place.pk),
        "leads": leads_of(request.user.pk, place.pk),
    }
    return render(request, "community/room.html", context)
