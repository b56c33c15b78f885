"""How does a person get a key for a program, and take it back?"""

from django.db import transaction
from knox.models import AuthToken

from accounts.models import User
from core.errors import DomainError

TOKENS_PER_PERSON = 10


class AccountClosed(DomainError):
    """A closed account signs in nowhere, and neither do its programs."""

    def __init__(self, user: User) -> None:
        super().__init__(f"The account {user.email} is closed.")


class TooManyTokens(DomainError):
    """So many that nobody knows any more what each is for."""

    def __init__(self) -> None:
        super().__init__(f"You have {TOKENS_PER_PERSON} tokens. Take one back before you make another.")


@transaction.atomic
def issue_token(*, person: User) -> str:
    """Make an API token that may do whatever the person may do.

    Returns:
        The token. Only its digest is kept, so this is the one time to read it.

    Raises:
        AccountClosed, TooManyTokens: See `check_may_have_token`.
    """
    # Under the person's row lock, so that two requests at once cannot pass the limit together.
    person = User.objects.select_for_update().get(pk=person.pk)
    check_may_have_token(person)
    _, token = AuthToken.objects.create(user=person)
    return str(token)


def check_may_have_token(person: User) -> None:
    """Whether the person may get one more token. One query.

    Raises:
        AccountClosed: The account is closed.
        TooManyTokens: The person holds `TOKENS_PER_PERSON` already.
    """
    if not person.is_active:
        raise AccountClosed(person)
    if AuthToken.objects.filter(user=person).count() >= TOKENS_PER_PERSON:
        raise TooManyTokens


def revoke_token(*, person: User, token_key: str) -> bool:
    """Take back one of the person's own tokens; its next request is refused.

    Args:
        token_key: How the token begins.

    Returns:
        Whether the person had such a token.
    """
    deleted, _ = AuthToken.objects.filter(user=person, token_key=token_key).delete()
    return bool(deleted)
