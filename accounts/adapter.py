"""Which decisions about signing up and signing in are Porchlight's own, and not allauth's?"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from accounts.forms import SignupForm
from accounts.models import User
from accounts.rules import Kind


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing up makes residents; refusals say what to do."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail and password do not match. Check both, or reset your password.",
        "email_taken": "There is an account with this e-mail. Sign in, or reset its password.",
        "incorrect_password": "This password does not match. Try again, or reset it.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
    }

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:
        user.full_name = form.cleaned_data["full_name"]
        user.kind = Kind.RESIDENT
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The same for the second factor."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code does not match. Codes change every 30 seconds; try the one shown now.",
        "unverified_email": "First show that your e-mail is yours: ask for a link under “Change e-mail” and open it.",
    }
