"""Which kinds of people are there, how do they show who they are, and how is a name shown to others?"""

import re
import unicodedata
from datetime import date, timedelta

from django.db.models import TextChoices

# The day the terms of use last changed. The page /terms/ shows it, and an account keeps which ones were accepted.
TERMS_VERSION = date(2026, 11, 21)


class Kind(TextChoices):
    """Fixed when the account is made: a staff account never holds a residency."""

    RESIDENT = "resident", "Resident"
    STAFF = "staff", "Staff"


class SignedInBy(TextChoices):
    """How somebody showed who they are."""

    SIGN_UP = "sign_up", "New account, e-mail confirmed"
    PASSWORD = "password", "Password"
    PASSKEY = "passkey", "Passkey"
    SECOND_FACTOR = "second_factor", "Password and second step"
    RECOVERY_CODE = "recovery_code", "Password and recovery code"


def spoken_terms_version() -> str:
    """ "November 21, 2026"."""
    return f"{TERMS_VERSION:%B} {TERMS_VERSION.day}, {TERMS_VERSION.year}"


# They turn the direction of what stands beside a name, and so could make it read as another.
_DIRECTION_SIGNS = {chr(code) for code in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def tidy_name(typed: str) -> str:
    """One space between words, and no sign that cannot be seen but changes how the rest is shown."""
    shown = "".join(sign for sign in typed if sign not in _DIRECTION_SIGNS)
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in shown).split())


def is_name(text: str) -> bool:
    """A letter of any script makes a name; blanks, digits and signs alone do not."""
    return any(sign.isalpha() for sign in text)


# “Major” and “Marshal” are given names as well, so they may stand first.
_POLICE_RANKS = frozenset(
    "captain capt chief commander cmdr commissioner constable corporal cpl deputy det detective inspector lieutenant "
    "lt officer ofc patrolman patrolwoman police policeman policewoman sergeant sgt sheriff trooper".split()
)


def begins_with_police_rank(name: str) -> bool:
    """Whether a name would be read as that of police: "Officer Delgado", "SGT. Kim", "P.I.O. Lee"."""
    # The same letters however they are written: wide ones, accents, and signs that cannot be seen.
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if unicodedata.category(sign) not in {"Mn", "Cf"}
    )
    # "P.I.O. Lee" begins with its first word, "Sgt.Kim" with its first run of letters.
    words = ["".join(sign for sign in word if sign.isalpha()) for word in plain.split()]
    first = [word for word in words if word][:1] + re.findall(r"[^\W\d_]+", plain)[:1]
    # Pio is a given name, too.
    return any(word.casefold() in _POLICE_RANKS or word == "PIO" for word in first)


# Neighbors know each other by name; somebody else's could be tried on if names changed by the day.
RENAMED_EVERY = timedelta(days=30)


def short_name(full_name: str) -> str:
    """How neighbors and police see a resident: "Maria Lopez" is "Maria L.", a single name stays whole.

    The last word counts as the family name, and only its first letter is shown.
    """
    words = full_name.split()
    if len(words) < 2:
        return full_name.strip()
    letter = next((sign for sign in words[-1] if sign.isalpha()), "")
    return f"{words[0]} {letter.upper()}." if letter else words[0]


def officer_name(rank: str, full_name: str) -> str:
    """How staff sign in public: "Officer", "Kim Delgado" is "Officer K. Delgado"."""
    words = full_name.split()
    if len(words) > 1:
        name = f"{words[0][0].upper()}. {words[-1]}"
    else:
        name = full_name.strip()
    return f"{rank} {name}".strip()


# A case number and a sentence; the whole matter is in the city's files.
HOLD_REASON_MAX_LENGTH = 300
