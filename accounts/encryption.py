"""How are secrets of accounts kept, so that a copy of the database does not hold them? Second factors, mailed codes."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    """Under the first of `SECOND_FACTOR_KEYS`."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Under any of `SECOND_FACTOR_KEYS`.

    Raises:
        cryptography.fernet.InvalidToken: None of the keys fits: one was lost, or the text was never encrypted.
    """
    return _keys().decrypt(encrypted.encode()).decode()


def under_first_key(encrypted: str) -> str:
    """The same secret under the first key; unchanged where it is already.

    Raises:
        cryptography.fernet.InvalidToken: As `decrypt`.
    """
    try:
        Fernet(settings.SECOND_FACTOR_KEYS[0]).decrypt(encrypted.encode())
    except InvalidToken:
        return _keys().rotate(encrypted.encode()).decode()
    return encrypted


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.SECOND_FACTOR_KEYS])
