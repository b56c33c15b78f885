"""What is known about an account, and which keys does it hold?"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet
from knox.models import AuthToken

from accounts.models import LegalHold, User
from accounts.rules import Kind

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def get_user_by_email(email: str) -> User:
    """One query, whatever the case of the letters.

    Raises:
        User.DoesNotExist: Nobody has this address.
    """
    return User.objects.get_by_natural_key(email.strip())


def has_second_factor(user_id: int) -> bool:
    """Whether the person has set up a passkey or codes from an app; recovery codes alone do not count. One query."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=SECOND_FACTORS).exists())


def tokens_of(user_id: int) -> QuerySet[AuthToken]:
    """The person's API tokens, newest first. Only a digest of each is kept; nobody can read one again."""
    tokens: QuerySet[AuthToken] = AuthToken.objects.filter(user_id=user_id)
    return tokens.order_by("-created")


def find_owner_of(email: str, *, at: datetime) -> User | None:
    """Whose address it is, a second one included; not of somebody who signed up with it and never showed as much."""
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user_id")
    begun = never_confirmed(before=at).values("pk")
    owners = User.objects.filter(Q(email__iexact=email) | Q(pk__in=proven))
    return owners.exclude(pk__in=begun).order_by("pk").first()


def never_confirmed(*, before: datetime) -> QuerySet[User]:
    """Residents' accounts made before that moment whose e-mail code nobody ever typed: nobody has been in them."""
    unproven = EmailAddress.objects.filter(verified=False).values("user_id")
    proven = EmailAddress.objects.filter(verified=True).values("user_id")
    return User.objects.filter(kind=Kind.RESIDENT, last_login=None, joined_at__lt=before, pk__in=unproven).exclude(
        pk__in=proven
    )


def holds_newest_first() -> list[LegalHold]:
    """Every legal hold, those in force before those that were lifted. One query."""
    holds = LegalHold.objects.select_related("person", "placed_by", "lifted_by")
    return list(holds.order_by(F("lifted_at").desc(nulls_first=True), "-pk"))


def find_hold(hold_id: int) -> LegalHold | None:
    """One query."""
    return LegalHold.objects.select_related("person").filter(pk=hold_id).first()
