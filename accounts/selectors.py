"""What is known about an account, and which keys does it hold?"""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from knox.models import AuthToken

from accounts.models import User


def get_user_by_email(email: str) -> User:
    """One query, whatever the case of the letters.

    Raises:
        User.DoesNotExist: Nobody has this address.
    """
    return User.objects.get_by_natural_key(email.strip())


def has_second_factor(user_id: int) -> bool:
    """Whether the person has set up codes from an app. One query."""
    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists())


def tokens_of(user_id: int) -> QuerySet[AuthToken]:
    """The person's API tokens, newest first. Only a digest of each is kept; nobody can read one again."""
    tokens: QuerySet[AuthToken] = AuthToken.objects.filter(user_id=user_id)
    return tokens.order_by("-created")
