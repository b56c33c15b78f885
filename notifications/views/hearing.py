"""Where does a resident choose how they hear?"""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import resident_required
from accounts.models import User
from neighborhoods.middleware import residency_of
from notifications import choices, services
from notifications.forms import HearingForm
from notifications.models import Preferences
from notifications.rules import quiet
from notifications.selectors import find_suppression, preferences_of
from notifications.views.push import push_choice


@resident_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: HttpRequest) -> HttpResponse:
    """How a resident hears of each topic, and when; saved all at once."""
    assert isinstance(request.user, User)
    chosen, today = preferences_of(request.user.pk), timezone.localdate()
    residency = residency_of(request)
    form = HearingForm(
        request.POST if request.method == "POST" else None,
        chosen=chosen,
        with_neighbors=residency is not None and residency.is_verified,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        before = services.change_preferences(person_id=request.user.pk, choices=form.cleaned_data, at=timezone.now())
        said = choices.said_changes(before, preferences_of(request.user.pk), today=today)
        messages.success(request, f"Saved. {' '.join(said)}" if said else "Nothing changed.")
        return redirect("notifications:hearing")
    push = push_choice(request)
    context = {
        "form": form,
        "residency": residency,
        **push,
        **_standing(request.user, chosen, has_device=bool(push["push_devices"])),
    }
    return render(request, "notifications/hearing.html", context, status=422 if form.errors else 200)


def _standing(person: User, chosen: Preferences, *, has_device: bool) -> dict[str, Any]:
    """What of the choices takes effect at the moment. One query."""
    suppression = find_suppression(person)
    is_paused = quiet.is_paused(timezone.now(), chosen.paused_until, ZoneInfo(settings.CITY_TIME_ZONE))
    return {
        "suppression": suppression,
        "paused_until": choices.said_day(chosen.paused_until) if is_paused and chosen.paused_until else "",
        "urgent_gap": choices.urgent_gap(
            chosen, has_device=has_device, gets_mail=suppression is None, is_paused=is_paused
        ),
    }


@resident_required
@require_POST
def try_address_again(request: HttpRequest) -> HttpResponse:
    """Send e-mail to an address again that mail came back from."""
    assert isinstance(request.user, User)
    services.try_address_again(person_id=request.user.pk)
    messages.success(request, "E-mail goes to your address again. If it comes back, we stop and tell you here.")
    return redirect("notifications:hearing")
