"""Which decisions about signing up and signing in are Porchlight's own, and not allauth's?"""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import timezone

from accounts import encryption, mails
from accounts.forms import SignupForm
from accounts.models import User
from accounts.rules import TERMS_VERSION, Kind
from core.mails import write_plain

CODE_LASTS = timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing up makes residents; refusals say what to do; a mail server that is away costs nobody their page."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "duplicate_email": "You have added this address already.",
        "email_password_mismatch": "This e-mail and password do not match. Check both, or reset your password.",
        "email_taken": "There is an account with this e-mail. Sign in, or reset its password.",
        "enter_current_password": "This is not your password now. Try again, or reset it.",
        "incorrect_code": "That code does not match.",
        "incorrect_password": "This password does not match. Try again, or reset it.",
        "max_email_addresses": "You can have %d addresses at once. Remove one first.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
    }

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:
        user.full_name = form.cleaned_data["full_name"]
        user.kind = Kind.RESIDENT
        user.terms_version, user.terms_accepted_at = TERMS_VERSION, timezone.now()
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        subject = get_template(f"{template_prefix}_subject.txt").render(context).strip()
        written = write_plain(f"{template_prefix}_message.txt", {**context, "email": email, "subject": subject})
        mails.send(
            [mails.finished(written, email)],
            kind=template_prefix,
            lasts=CODE_LASTS if "email_confirmation" in template_prefix else mails.LASTS,
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The same for the second factor. Its secrets are encrypted, and passkeys belong to the site's own address."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": "Set up a passkey or an app first; recovery codes stand in for it.",
        "incorrect_code": "That code does not match. Codes change every 30 seconds; try the one shown now.",
        "unverified_email": "First show that your e-mail is yours: ask for a code under “Change e-mail” and type it.",
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Not the host of the request: a passkey made under one of several names would not open the others.
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": "Porchlight"}
