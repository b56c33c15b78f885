"""Which neighborhood am I in, and who serves it?"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commands.forms import PlaceForm
from commands.views.places import LOOK_UPS_A_MINUTE, ask_to_wait, look_up, map_of
from core.limits import caller_of, seconds_to_wait
from neighborhoods.selectors import has_addresses, search_addresses

# A pause after each letter of several addresses.
SUGGESTIONS_A_MINUTE = 120
LONGEST_BEGINNING = 200


@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Anybody's question for an address or a point; nothing of it is kept."""
    finds_addresses = has_addresses()
    if not request.GET.keys() & {"address", "latitude", "longitude"}:
        return render(request, "commands/find.html", {"form": PlaceForm(finds_addresses=finds_addresses)})
    form = PlaceForm(request.GET, finds_addresses=finds_addresses)
    wait = seconds_to_wait("look-up", caller_of(request), count=LOOK_UPS_A_MINUTE, seconds=60)
    if wait:
        return ask_to_wait(request, "commands/find.html", {"form": form}, wait)
    place = look_up(form) if form.is_valid() else None
    context: dict[str, Any] = {"form": form, "place": place, "choices": form.choices if place is None else []}
    if place is not None:
        context["form"] = form.for_another_try()
        if place.neighborhood is not None:
            context["map"] = map_of(place.neighborhood)
    return render(request, "commands/find.html", context)


@never_cache
@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """What an address that is being typed may become, as whole addresses in the order of the list. One query."""
    wait = seconds_to_wait("suggestions", caller_of(request), count=SUGGESTIONS_A_MINUTE, seconds=60)
    if wait:
        return JsonResponse({"addresses": []}, status=429, headers={"Retry-After": str(wait)})
    houses = search_addresses(request.GET.get("beginning", "")[:LONGEST_BEGINNING])
    return JsonResponse({"addresses": [str(house) for house in houses]})
