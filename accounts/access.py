"""Who may open a page, as far as the account alone decides?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts import selectors
from accounts.models import User
from accounts.sessions import extend_staff_session

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SECOND_STEP_NEEDED = (
    "Police and city staff sign in with a second step: a passkey, or a code from an app on your phone. Set one up "
    "here, then your desk opens."
)


def signed_in(view: View[P]) -> View[P]:
    """Everybody with an account; a visitor is asked to sign in and comes back."""

    @wraps(view)
    def only_signed_in(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return only_signed_in


def resident_required(view: View[P]) -> View[P]:
    """Residents alone: staff never hold a residency, so what depends on one is not theirs (403)."""

    @wraps(view)
    def only_residents(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        assert isinstance(request.user, User)
        if request.user.is_police_or_civic_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in(only_residents)


def staff_required(view: View[P]) -> View[P]:
    """Staff who have set up their second factor; signing in then asks for it every time.

    Without one they are led to its set-up. One query. Each staff page keeps the session going for another while;
    at the end of a working day they sign in again (`accounts.sessions`).
    """

    @wraps(view)
    def only_staff(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        assert isinstance(request.user, User)
        if not request.user.is_police_or_civic_staff:
            raise PermissionDenied
        if not extend_staff_session(request.session, timezone.now()):
            logout(request)
            return redirect_to_login(request.get_full_path())
        if not selectors.has_second_factor(request.user.pk):
            return ask_for_second_factor(request)
        return view(request, *args, **kwargs)

    return signed_in(only_staff)


def civic_required(permission: str) -> Callable[[View[P]], View[P]]:
    """Staff who hold this permission ("posts.decide_appeals") and have set up their second factor; others get 403.

    Two queries besides that of the second factor.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def only_holders(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            assert isinstance(request.user, User)
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return staff_required(only_holders)

    return decorate


def asked_again(view: View[P]) -> View[P]:
    """Whoever has shown a key of theirs within the last minutes; everybody else shows one first and comes back."""
    wrapped: View[P] = reauthentication_required(app="allauth.account")(view)
    return wrapped


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead somebody to the set-up of the second factor, and say why."""
    messages.info(request, SECOND_STEP_NEEDED)
    return redirect("mfa_index")
