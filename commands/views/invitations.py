"""How does somebody accept an invitation to work for a command?"""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.selectors import find_owner_of
from commands import services
from commands.forms import NewColleagueForm
from commands.models import Assignment, Invitation
from commands.rules import ROLES_IN_WORDS
from commands.selectors import find_invitation
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait

TRIES_A_MINUTE = 20
UNKNOWN = (
    "Perhaps the link was cut off when it was copied. If there is a newer mail with an invitation, use the link in "
    "that one; else ask whoever invited you to send it again."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what, and a button to accept; opening the link changes nothing, because scanners open links."""
    wait = seconds_to_wait("invitation", caller_of(request), count=TRIES_A_MINUTE, seconds=60)
    if wait:
        return _over(request, f"Those were many tries. Wait {wait} seconds, then open the link again.", 429)
    found = find_invitation(token)
    if found is None:
        return _over(request, UNKNOWN, 404)
    reason = services.why_not(found, timezone.now())
    if reason is not None:
        return _over(request, reason, 410)
    signed_in = request.user if isinstance(request.user, User) else None
    if signed_in is not None and signed_in.email != found.email:
        return _over(
            request,
            f"This invitation was sent to another address, and you are signed in as {signed_in.public_name}. If it is "
            "yours, sign out and open the link again; if somebody passed it on to you, ask for one of your own.",
            403,
        )
    account = signed_in or find_owner_of(found.email, at=timezone.now())
    if account is None:
        return _begin(request, token, found)
    if not account.is_police_or_civic_staff:
        return _over(request, services.RESIDENT_STAYS_PRIVATE, 403)
    if not account.is_active:
        return _over(request, "The account with this address is closed. The site admin can open it again.", 403)
    if signed_in is None or request.method != "POST":
        return _ask(request, found)
    try:
        assignment = services.accept_invitation(token=token, person=signed_in, at=timezone.now())
    except DomainError as error:
        return _over(request, str(error), 409)
    return _welcome(request, assignment)


def _begin(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    """Somebody without an account: name, rank and password make one, and open it."""
    form = NewColleagueForm(request.POST if request.method == "POST" else None, email=found.email)
    if not form.is_valid():
        return _ask(request, found, form)
    try:
        assignment = services.accept_with_new_account(token=token, at=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        return _over(request, str(error), 409)
    login = Login(user=assignment.person, redirect_url=reverse("posts:desk", args=[assignment.command.slug]))
    answer: HttpResponse = perform_password_login(request, {"email": found.email}, login)
    # The second step is set up next; whoever has just chosen a password need not type it again for that.
    reauthenticate_by_password(request)
    return answer


def _ask(request: HttpRequest, found: Invitation, form: NewColleagueForm | None = None) -> HttpResponse:
    context = {"invitation": found, "form": form, "role": ROLES_IN_WORDS[found.role]}
    return render(request, "commands/invitation.html", context, status=422 if form and form.errors else 200)


def _welcome(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    messages.success(request, f"You are {assignment.get_role_display().lower()} at {assignment.command.name} now.")
    return redirect("posts:desk", assignment.command.slug)


def _over(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "commands/invitation_over.html", {"reason": reason}, status=status)
