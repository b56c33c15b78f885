"""With which passwords and second factors can somebody who tries the demo sign in?"""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt

from accounts.models import User
from accounts.rules import Kind
from pages.demo.people import Person

TOTP_SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the file. Only staff have a second factor."""

    email: str
    password: str
    totp_secret: str | None
    role: str
    name: str


def read_sign_ins(path: Path) -> dict[str, SignIn]:
    """The sign-ins of an earlier run by e-mail; none when there is no such file, or it is not one of ours."""
    try:
        return {entry["email"]: SignIn(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}
    except (FileNotFoundError, json.JSONDecodeError, TypeError, KeyError):
        return {}


def write_sign_ins(path: Path, sign_ins: list[SignIn]) -> None:
    """Replace the file in one step; only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(sign_in) for sign_in in sign_ins], file, indent=2)
        file.write("\n")
    draft.replace(path)


def sign_in_of(person: Person, earlier: dict[str, SignIn]) -> SignIn:
    """The person's sign-in, with the secrets of an earlier run where there are any."""
    kept = earlier.get(person.email)
    password = kept.password if kept else secrets.token_urlsafe(12)
    totp_secret = None
    if person.kind == Kind.STAFF:
        kept_secret = kept.totp_secret if kept else None
        totp_secret = kept_secret or base64.b32encode(secrets.token_bytes(TOTP_SECRET_BYTES)).decode()
    return SignIn(person.email, password, totp_secret, person.about, person.full_name)


def let_in(user: User, sign_in: SignIn) -> bool:
    """Make the account open with this sign-in.

    Returns:
        Whether anything had to change.
    """
    changed = False
    # Asked first, because checking against no password takes as long as against one.
    if not user.has_usable_password() or not user.check_password(sign_in.password):
        user.set_password(sign_in.password)
        user.save(update_fields=["password"])
        changed = True
    if not EmailAddress.objects.filter(user=user, email=user.email).exists():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        changed = True
    if sign_in.totp_secret is not None:
        changed |= _use_second_factor(user, sign_in.totp_secret)
    return changed


def _use_second_factor(user: User, secret: str) -> bool:
    current = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if current is not None and decrypt(current.data["secret"]) == secret:
        return False
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(secret)}}
    )
    return True
