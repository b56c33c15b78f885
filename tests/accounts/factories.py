"""How do tests make accounts? Staff come with their second factor."""

from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import User
from accounts.rules import Kind
from commands.models import PoliceCommand
from commands.services import assign

EARLIER = datetime(2026, 9, 1, tzinfo=UTC)
# Made once: hashing is slow on purpose.
PASSWORD = "a porch light burns late"


def make_resident_account(full_name: str, email: str | None = None) -> User:
    return confirmed(User.objects.create_user(email or _email(full_name), full_name=full_name))


def make_staff(full_name: str, rank: str, command: PoliceCommand | None = None, role: str | None = None) -> User:
    person = confirmed(User.objects.create_user(_email(full_name), full_name=full_name, kind=Kind.STAFF, rank=rank))
    TOTP.activate(person, generate_totp_secret())
    if command is not None and role is not None:
        assign(person=person, command=command, role=role, at=EARLIER)
    return person


def confirmed(person: User) -> User:
    """Whose e-mail is known to be theirs: signing in asks for no code."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _email(full_name: str) -> str:
    return f"{full_name.lower().replace(' ', '.')}@example.test"
