"""Where do verifiers print the day's letters, and confirm who is there in person?"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import civic_required
from accounts.models import User
from core.errors import DomainError, NotAllowed
from core.limits import caller_of, seconds_to_wait
from neighborhoods.models import Residency
from neighborhoods.rules import LETTER_DAYS, LETTERS_A_PRINT
from neighborhoods.selectors.proofs import SEARCH_HITS, SEARCH_LETTERS, batches_printed_since, letters_to_print
from neighborhoods.services.letters import print_letters, print_letters_again
from neighborhoods.services.verifiers import confirm_in_person, look_up_waiting

BATCHES_SHOWN = 20
SEARCHES_AN_HOUR = 60

verifier_required = civic_required("neighborhoods.verify_residency")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@verifier_required
def verification(request: HttpRequest) -> HttpResponse:
    """Letters that wait, letters printed lately, and the search: by POST, so that no name stands in an address."""
    assert isinstance(request.user, User)
    now = timezone.now()
    waiting = letters_to_print()
    context: dict[str, Any] = {
        "waiting_count": waiting.count(),
        "longest_waiting": waiting.first(),
        "a_print": LETTERS_A_PRINT,
        "batches": batches_printed_since(now - timedelta(days=LETTER_DAYS), BATCHES_SHOWN),
        "most_hits": SEARCH_HITS,
    }
    if request.method != "POST":
        return render(request, "commands/verification.html", context)
    name = " ".join(request.POST.get("name", "").split())
    context |= {"name": name}
    status = 200
    if seconds_to_wait("resident-search", caller_of(request), count=SEARCHES_AN_HOUR, seconds=3600):
        context["problem"] = "Those were many searches. Wait an hour, or ask a colleague."
        status = 429
    elif len(name) < SEARCH_LETTERS:
        context["problem"] = f"Enter at least {SEARCH_LETTERS} letters of the name."
        status = 422
    else:
        context["found"] = look_up_waiting(name=name, by=request.user, at=now)
    return render(request, "commands/verification.html", context, status=status)


@verifier_required
@require_POST
def print_waiting_letters(request: HttpRequest) -> HttpResponse:
    """The letters that wait, as one PDF."""
    assert isinstance(request.user, User)
    try:
        return _as_file(print_letters(by=request.user, at=timezone.now()))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("commands:verification")


@verifier_required
@require_POST
def print_batch_again(request: HttpRequest) -> HttpResponse:
    """A batch whose file got lost, with new codes."""
    assert isinstance(request.user, User)
    try:
        printed_at = parse_datetime(request.POST.get("printed_at", ""))
    except ValueError:
        printed_at = None
    if printed_at is None or timezone.is_naive(printed_at):
        messages.error(request, "Choose one of the files below to print again.")
        return redirect("commands:verification")
    try:
        return _as_file(print_letters_again(printed_at=printed_at, by=request.user, at=timezone.now()))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("commands:verification")


@verifier_required
@require_POST
def confirm_home(request: HttpRequest, residency_id: int) -> HttpResponse:
    """Somebody is here with a paper that shows their name and address."""
    assert isinstance(request.user, User)
    try:
        home = confirm_in_person(residency_id=residency_id, by=request.user, at=timezone.now())
    except Residency.DoesNotExist as error:
        raise Http404 from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Confirmed: {home.person.full_name} lives in {home.neighborhood}.")
    return redirect("commands:verification")


def _as_file(pdf: bytes) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letters-{timezone.localdate():%Y-%m-%d}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
