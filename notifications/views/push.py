"""How does a resident turn push on and off, and what does a browser need for it?"""

import base64
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe
from py_vapid import Vapid02

from accounts.access import resident_required
from accounts.models import User
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait
from notifications.rules.devices import device_name
from notifications.selectors.devices import devices_of
from notifications.services import push as services

CHANGES_AN_HOUR = 30
TESTS_AN_HOUR = 10
EVENING = "#123544"


def push_choice(request: HttpRequest) -> dict[str, Any]:
    """What `components/push_choice.html` needs. One query."""
    assert isinstance(request.user, User)
    return {
        "push_devices": devices_of(request.user.pk),
        "push_device_here": request.session.get(services.THIS_DEVICE),
        "push_key": public_key(),
    }


@resident_required
@never_cache
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """What the service worker needs to subscribe again by itself: it has no page to read it from."""
    return JsonResponse({"key": public_key(), "token": get_token(request)})


@resident_required
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a browser's subscription and send it a test message; in JSON, because a script asks."""
    assert isinstance(request.user, User)
    if seconds := seconds_to_wait("push.subscribe", caller_of(request), count=CHANGES_AN_HOUR, seconds=3600):
        problem = f"Push was turned on many times here. Wait {-(-seconds // 60)} minutes, then try again."
        return JsonResponse({"problem": problem}, status=429, headers={"Retry-After": str(seconds)})
    at, replaces = timezone.now(), request.POST.get("replaces", "")
    try:
        subscription = services.subscribe_device(
            person=request.user,
            endpoint=request.POST.get("endpoint", ""),
            p256dh=request.POST.get("p256dh", ""),
            auth=request.POST.get("auth", ""),
            device=device_name(request.headers.get("User-Agent", "")),
            replaces=replaces,
            at=at,
        )
        if not replaces:
            services.send_test_message(person=request.user, at=at)
            messages.success(request, "Push is on here. A test message is on its way.")
    except DomainError as error:
        return JsonResponse({"problem": str(error)}, status=422)
    request.session[services.THIS_DEVICE] = subscription.pk
    return JsonResponse({}, status=201)


@resident_required
@require_POST
def unsubscribe(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Turn push off on one of one's own devices."""
    assert isinstance(request.user, User)
    if not services.unsubscribe_device(person_id=request.user.pk, subscription_id=subscription_id):
        raise Http404
    messages.success(request, "Push is off there.")
    return redirect("notifications:hearing")


@resident_required
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Send a test message to all of one's devices."""
    assert isinstance(request.user, User)
    if seconds_to_wait("push.test", caller_of(request), count=TESTS_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    try:
        services.send_test_message(person=request.user, at=timezone.now())
    except services.NoDevice as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "A test message is on its way to your devices.")
    return redirect("notifications:hearing")


@cache_control(no_cache=True)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows push messages; at the root, because it serves the whole site."""
    answer = render(request, "notifications/service_worker.js", content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    return answer


@cache_control(public=True, max_age=3600)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen; iPhones show push messages only from there."""
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": f"Porchlight · {settings.CITY_NAME}",
            "short_name": "Porchlight",
            "description": f"Police and neighborhoods of {settings.CITY_NAME} talk with each other.",
            "lang": "en",
            "start_url": "/feed/",
            "scope": "/",
            "display": "standalone",
            "background_color": EVENING,
            "theme_color": EVENING,
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@cache
def public_key() -> str:
    """What browsers know this site by, as they want it: the point of the VAPID key as URL-safe base64."""
    point = Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode()).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
