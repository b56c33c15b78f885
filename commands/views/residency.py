"""How does a resident say where home is, and see what follows from it?"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import resident_required
from accounts.models import User
from commands.forms import PlaceForm
from commands.selectors import commands_for
from commands.views.places import LOOK_UPS_A_MINUTE, ask_to_wait, look_up, map_of
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait
from neighborhoods.models import Residency
from neighborhoods.selectors import find_residency, has_addresses
from neighborhoods.services import claim_residency, move_residency

CONFIRM = "confirm"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def residency(request: HttpRequest) -> HttpResponse:
    """First look the home up, then agree to what was found; a home that is already known comes first."""
    assert isinstance(request.user, User)
    home = find_residency(request.user.pk)
    if request.method == "POST":
        return _look_up_or_agree(request, request.user, home)
    if home is not None and home.neighborhood is not None and "move" not in request.GET:
        context = {"home": home, "commands": commands_for(home.neighborhood.pk), "map": map_of(home.neighborhood)}
        return render(request, "commands/residency_standing.html", context)
    form = PlaceForm(finds_addresses=has_addresses())
    return render(request, "commands/residency.html", {"form": form, "home": home})


def _look_up_or_agree(request: HttpRequest, person: User, home: Residency | None) -> HttpResponse:
    form = PlaceForm(request.POST, finds_addresses=has_addresses())
    context: dict[str, Any] = {"form": form, "home": home}
    wait = seconds_to_wait("look-up", caller_of(request), count=LOOK_UPS_A_MINUTE, seconds=60)
    if wait:
        return ask_to_wait(request, "commands/residency.html", context, wait)
    if not form.is_valid():
        return render(request, "commands/residency.html", context)
    place = look_up(form)
    if place is None:
        return render(request, "commands/residency.html", context | {"choices": form.choices})
    if place.neighborhood is None:
        context |= {"form": form.for_another_try(), "is_outside": True}
        return render(request, "commands/residency.html", context)
    if CONFIRM not in request.POST:
        context |= {"place": place, "map": map_of(place.neighborhood)}
        return render(request, "commands/residency_agree.html", context)
    if request.POST.get("replaces", "") != str(home.pk if home else ""):
        # Agreed to on a page made before the home changed, as by a second click: it has been dealt with.
        return HttpResponseRedirect(request.path)
    change: Callable[..., Residency] = claim_residency if home is None else move_residency
    try:
        change(person=person, latitude=place.latitude, longitude=place.longitude, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(request.path)
    messages.success(request, f"Your home is in {place.neighborhood.name}. This is what police post there.")
    return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
