"""How is an exact home kept so that a copy of the database does not tell where anybody lives?"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from neighborhoods.rules import normalize_address

# What a unit may be called; "Apt 2", "#2" and "2" are one door.
_UNIT_WORDS = frozenset({"APT", "UNIT", "STE", "RM", "NO", "NUMBER", "SPACE", "SPC"})


@dataclass(frozen=True, slots=True)
class ExactHome:
    """A home as its letter is addressed, and its point if it is known.

    Attributes:
        street: With the number: "1901 10th St".
    """

    street: str
    unit: str = ""
    city: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def lines(self) -> list[str]:
        """The address as it stands on a letter, without the name."""
        first = f"{self.street}, {self.unit}" if self.unit else self.street
        return [line for line in (first, f"{self.city} {self.postcode}".strip()) if line]

    def __repr__(self) -> str:
        """Without the address: what is logged or shown by mistake must not tell it."""
        return "ExactHome(…)"


class CannotUnseal(Exception):
    """None of the installation's keys fits: one was lost, or the row was damaged."""


def seal(home: ExactHome) -> bytes:
    """A home encrypted under the first of `HOME_KEYS`."""
    return _keys().encrypt(json.dumps(asdict(home), ensure_ascii=False).encode())


def unseal(sealed: bytes | memoryview) -> ExactHome:
    """The home that was sealed under any of `HOME_KEYS`.

    Raises:
        CannotUnseal: None of them fits.
    """
    try:
        return ExactHome(**json.loads(_keys().decrypt(bytes(sealed))))
    except InvalidToken as error:
        raise CannotUnseal from error


def seal_anew(sealed: bytes | memoryview) -> bytes | None:
    """The same home under the first key, or None where it is under it already.

    Raises:
        CannotUnseal: None of the keys fits.
    """
    try:
        Fernet(settings.HOME_KEYS[0]).decrypt(bytes(sealed))
    except InvalidToken:
        return seal(unseal(sealed))
    return None


def household_hash(home: ExactHome) -> str:
    """The same text for everybody behind one door, which only the holder of `HOUSEHOLD_KEY` can compute."""
    unit = [word for word in normalize_address(home.unit).split() if word not in _UNIT_WORDS]
    postcode = re.sub(r"[^A-Z0-9]", "", home.postcode.upper().partition("-")[0])
    door = "|".join((normalize_address(home.street), " ".join(unit), postcode))
    return hmac.new(settings.HOUSEHOLD_KEY.encode(), door.encode(), hashlib.sha256).hexdigest()


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.HOME_KEYS])
