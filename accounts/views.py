"""What can people see and change about their own account?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.access import ask_for_second_factor, signed_in
from accounts.models import User
from core.errors import DomainError


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Name, e-mail, home, second factor and programs, each with where to change it."""
    assert isinstance(request.user, User)
    return render(request, "accounts/home.html", {"has_second_factor": selectors.has_second_factor(request.user.pk)})


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's API tokens; POST makes one and shows it this one time."""
    person = request.user
    assert isinstance(person, User)
    if person.is_police_or_civic_staff and not selectors.has_second_factor(person.pk):
        return ask_for_second_factor(request)
    new_token = None
    if request.method == "POST":
        try:
            new_token = services.issue_token(person=person)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("accounts:tokens")
    context = {"tokens": selectors.tokens_of(person.pk), "new_token": new_token}
    return render(request, "accounts/tokens.html", context)


@signed_in
@require_POST
def revoke_token(request: HttpRequest, token_key: str) -> HttpResponse:
    """Take back one of one's own tokens."""
    assert isinstance(request.user, User)
    if not services.revoke_token(person=request.user, token_key=token_key):
        raise Http404
    messages.success(request, "Taken back. Programs that use this token are refused from now on.")
    return redirect("accounts:tokens")
