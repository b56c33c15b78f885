"""What follows from signing in, from a changed password or factor, and from a proven address?"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.rules import SignedInBy
from accounts.sessions import start_staff_session


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    password_reset.connect(_password_was_reset, dispatch_uid="accounts.password_reset")
    for signal in (password_changed, password_set, authenticator_added, authenticator_removed, authenticator_reset):
        signal.connect(_keys_changed, dispatch_uid="accounts.keys_changed")
    authenticator_added.connect(_factor_added, dispatch_uid="accounts.factor_added")


def _signed_in(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    now = timezone.now()
    services.record_sign_in(person=user, how=_way_in(request, user), at=now)
    if user.is_police_or_civic_staff:
        start_staff_session(request.session, now)


def _way_in(request: HttpRequest, user: User) -> SignedInBy:
    """The strongest of what this session was opened with; nothing means that the account was made just now."""
    records = get_authentication_records(request, user)
    factors = {record.get("type") for record in records if record["method"] == "mfa"}
    if any(record.get("passwordless") for record in records):
        return SignedInBy.PASSKEY
    if factors & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
        return SignedInBy.SECOND_FACTOR
    if factors:
        return SignedInBy.RECOVERY_CODE
    return SignedInBy.PASSWORD if records else SignedInBy.SIGN_UP


def _password_was_reset(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    # The link came by e-mail, so the address is theirs. A second factor may only be added to a proven address, and a
    # new colleague's first step is such a link.
    services.confirm_email(person=user)
    # Whoever asks for a link may have lost the account to somebody who made a token meanwhile.
    services.revoke_all_tokens(person=user)
    _keys_changed(request=request, user=user)


def _keys_changed(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    # Whoever got in by the old key must not stay in.
    services.end_sessions(person_id=user.pk, except_key=request.session.session_key)


def _factor_added(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    # Whoever signs up with a passkey has no other key yet: a lost phone would lock them out for good.
    if not request.user.is_authenticated:
        RecoveryCodes.activate(user)
