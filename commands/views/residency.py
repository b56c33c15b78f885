"""How does a resident say where home is, and agree to what follows from it?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import resident_required
from accounts.models import User
from commands.forms import PlaceForm
from commands.home_forms import HomeForm, MailingForm, SecretHomeForm
from commands.selectors import commands_for
from commands.views.places import LOOK_UPS_A_MINUTE, ask_to_wait, look_up, map_of
from commands.views.standing import standing_page
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.selectors import current_neighborhoods, find_residency, has_addresses, units_of
from neighborhoods.services import (
    AlreadyResident,
    NoLetterThere,
    claim_residency,
    claim_secret_residency,
    give_address,
    move_residency,
    move_to_secret_residency,
)
from neighborhoods.services import wait_for_area as remember_who_waits

CONFIRM = "confirm"
PAGE, AGREE = "commands/residency.html", "commands/residency_agree.html"


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
        return standing_page(request, home)
    return render(request, PAGE, {"form": HomeForm(finds_addresses=has_addresses()), "home": home})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def secret_residency(request: HttpRequest) -> HttpResponse:
    """The way for whom must not be found: only the neighborhood is asked for, and nothing else is kept."""
    assert isinstance(request.user, User)
    home = find_residency(request.user.pk)
    form = SecretHomeForm(
        request.POST if request.method == "POST" else None, neighborhoods=list(current_neighborhoods())
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "commands/residency_secret.html", {"form": form, "home": home}, status=status)
    neighborhood: Neighborhood = form.cleaned_data["neighborhood"]
    if CONFIRM not in request.POST:
        place = {"neighborhood": neighborhood, "commands": commands_for(neighborhood.pk)}
        return render(request, AGREE, {"place": place, "home": home, "map": map_of(neighborhood), "is_secret": True})
    if not _is_still(request, home):
        return redirect("commands:residency")
    change = claim_secret_residency if home is None else move_to_secret_residency
    try:
        change(person=request.user, neighborhood_id=neighborhood.pk, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Your home is in {neighborhood.name}. We keep nothing else about it.")
    return redirect("commands:residency")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def mailing_address(request: HttpRequest) -> HttpResponse:
    """Add the address to a home that was given by its place on the map, so that a letter finds it."""
    assert isinstance(request.user, User)
    form = MailingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.home()
        assert given is not None
        try:
            give_address(person=request.user, home=given, at=timezone.now())
        except NoLetterThere as error:
            form.add_error("street", str(error))
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("commands:residency")
        else:
            messages.success(request, "We keep your address, encrypted. Now you can ask for a letter.")
            return redirect("commands:residency")
    return render(request, "commands/residency_mailing.html", {"form": form}, status=422 if form.is_bound else 200)


@resident_required
@require_POST
def wait_for_area(request: HttpRequest) -> HttpResponse:
    """Ask to be told when a neighborhood begins at a place that lies in none."""
    assert isinstance(request.user, User)
    form = PlaceForm(request.POST, finds_addresses=False)
    wait = seconds_to_wait("look-up", caller_of(request), count=LOOK_UPS_A_MINUTE, seconds=60)
    if wait:
        return ask_to_wait(request, PAGE, {"form": form, "home": find_residency(request.user.pk)}, wait)
    if not form.is_valid() or form.point is None:
        messages.error(request, "Look your home up first.")
        return redirect("commands:residency")
    latitude, longitude = form.point
    try:
        remember_who_waits(person=request.user, latitude=latitude, longitude=longitude, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("commands:residency")
    messages.success(request, "We will send you one mail when a neighborhood begins there. We keep only the block.")
    return redirect("commands:residency")


def _look_up_or_agree(request: HttpRequest, person: User, home: Residency | None) -> HttpResponse:
    form = HomeForm(request.POST, finds_addresses=has_addresses())
    context: dict[str, Any] = {"form": form, "home": home}
    wait = seconds_to_wait("look-up", caller_of(request), count=LOOK_UPS_A_MINUTE, seconds=60)
    if wait:
        return ask_to_wait(request, PAGE, context, wait)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    place = look_up(form)
    if place is None:
        return render(request, PAGE, context | {"choices": form.choices})
    if place.neighborhood is None:
        return render(request, PAGE, context | {"form": form.for_another_try(), "outside": place})
    house, is_agreed = form.house, CONFIRM in request.POST
    units = units_of(house) if house else []
    mailing = MailingForm(
        request.POST if is_agreed else None,
        house=house,
        units=units,
        may_be_empty=house is None,
        initial={"unit": form.unit_among(units)},
    )
    context |= {"place": place, "house": house, "mailing": mailing, "map": map_of(place.neighborhood)}
    if not is_agreed:
        return render(request, AGREE, context)
    if not _is_still(request, home):
        # A second click is silent; a second home is not.
        if home is not None and home.neighborhood_id != place.neighborhood.pk:
            messages.error(request, str(AlreadyResident()))
        return redirect("commands:residency")
    if not mailing.is_valid():
        return render(request, AGREE, context, status=422)
    change = claim_residency if home is None else move_residency
    try:
        change(
            person=person,
            latitude=place.latitude,
            longitude=place.longitude,
            at=timezone.now(),
            home=mailing.home(place.latitude, place.longitude),
        )
    except NoLetterThere as error:
        mailing.add_error("street" if house is None else None, str(error))
        return render(request, AGREE, context, status=422)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Your home is in {place.neighborhood.name}. You see what police post there.")
    return redirect("commands:residency")


def _is_still(request: HttpRequest, home: Residency | None) -> bool:
    """Whether the page that was agreed to was made for the home of now: a second click has been dealt with."""
    return request.POST.get("replaces", "") == str(home.pk if home else "")
