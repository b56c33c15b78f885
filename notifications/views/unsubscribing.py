"""How does somebody end mail from a link in it, without signing in, and take that back?"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.limits import seconds_to_wait
from notifications import choices, services, unsubscribing
from notifications.mails.reasons import STOP_WORDS
from notifications.rules import Channel, Pace, Topic
from notifications.selectors import has_account, preferences_of
from notifications.unsubscribing import ALL, Unsubscribing

# By the link and not by the network: a mail provider asks for all its customers from one address.
TRIES_A_MINUTE = 20


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind a link that ends mail; mail programs post to it by themselves (RFC 8058)."""
    try:
        asked = unsubscribing.read(token)
    except unsubscribing.InvalidToken:
        return render(request, "notifications/unsubscribe_broken.html", status=404)
    if request.method == "POST" and seconds_to_wait("unsubscribe", token, count=TRIES_A_MINUTE, seconds=60):
        return render(request, "429.html", status=429)
    if not has_account(asked.person_id):
        return render(request, "notifications/unsubscribe_gone.html")
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        _end(asked, asked.scope)
        return HttpResponse("Unsubscribed.\n", content_type="text/plain; charset=utf-8")
    return _page(request, asked)


@csrf_protect
def _page(request: HttpRequest, asked: Unsubscribing) -> HttpResponse:
    """Asks on GET; a button of it ends the topic or everything, or takes that back."""
    if request.method != "POST":
        return render(request, "notifications/unsubscribe.html", _question(asked))
    if "undo" in request.POST:
        return _undo(request, asked)
    if request.POST.get("stop") not in {"this", "all"}:
        return render(request, "notifications/unsubscribe.html", _question(asked) | {"is_unclear": True}, status=422)
    scope = asked.scope if request.POST["stop"] == "this" else ALL
    before = _end(asked, scope)
    undo = unsubscribing.undo_for(person_id=asked.person_id, before=before) if before else ""
    return render(request, "notifications/unsubscribe.html", _question(asked) | _now(asked) | {"undo": undo})


def _end(asked: Unsubscribing, scope: str) -> dict[str, object]:
    return services.unsubscribe(person_id=asked.person_id, scope=scope, channel=asked.channel, at=timezone.now())


def _undo(request: HttpRequest, asked: Unsubscribing) -> HttpResponse:
    try:
        before = unsubscribing.read_undo(request.POST["undo"], person_id=asked.person_id)
    except unsubscribing.InvalidToken:
        context = _question(asked) | _now(asked) | {"is_too_late": True}
        return render(request, "notifications/unsubscribe.html", context, status=422)
    services.change_preferences(person_id=asked.person_id, choices=before, at=timezone.now())
    return render(request, "notifications/unsubscribe.html", _question(asked) | _now(asked) | {"is_undone": True})


def _question(asked: Unsubscribing) -> dict[str, Any]:
    """What the link is about, in words; nothing says whose it is."""
    is_push = asked.channel == Channel.PUSH
    if asked.scope == ALL:
        button = ""
    elif asked.scope in (Pace.DAILY, Pace.WEEKLY):
        button = f"Stop the {asked.scope} digest"
    elif is_push:
        button = f"Stop push about {Topic(asked.scope).label.lower()}"
    else:
        button = STOP_WORDS[Topic(asked.scope)]
    return {"button": button, "is_push": is_push}


def _now(asked: Unsubscribing) -> dict[str, Any]:
    """What holds from now on. One query."""
    chosen = preferences_of(asked.person_id)
    return {"lines": choices.said_channel(chosen, asked.channel), "is_done": True}
