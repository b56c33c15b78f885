"""What follows from signing in, and from a password chosen through an e-mailed link?"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sessions import start_staff_session


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    password_reset.connect(_password_was_reset, dispatch_uid="accounts.password_reset")


def _signed_in(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    if user.is_police_or_civic_staff:
        start_staff_session(request.session, timezone.now())


def _password_was_reset(*, user: User, **kwargs: Any) -> None:
    # The link came by e-mail, so the address is theirs. A second factor may only be added to a proven address, and a
    # new colleague's first step is such a link.
    EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True)
