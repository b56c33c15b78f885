"""Which kinds of people are there, how do they show who they are, and how is a name shown to others?"""

from datetime import date

from django.db.models import TextChoices

# The day the terms of use last changed. The page /terms/ shows it, and an account keeps which ones were accepted.
TERMS_VERSION = date(2026, 11, 21)


class Kind(TextChoices):
    """Fixed when the account is made: a staff account never holds a residency."""

    RESIDENT = "resident", "Resident"
    STAFF = "staff", "Staff"


class SignedInBy(TextChoices):
    """How somebody showed who they are."""

    PASSWORD = "password", "Password"
    PASSKEY = "passkey", "Passkey"
    SECOND_FACTOR = "second_factor", "Password and second step"
    RECOVERY_CODE = "recovery_code", "Password and recovery code"


def short_name(full_name: str) -> str:
    """How neighbors and police see a resident: "Maria Lopez" is "Maria L.", a single name stays whole.

    The last word counts as the family name, and only its first letter is shown.
    """
    words = full_name.split()
    if len(words) < 2:
        return full_name.strip()
    return f"{words[0]} {words[-1][0].upper()}."


def officer_name(rank: str, full_name: str) -> str:
    """How staff sign in public: "Officer", "Kim Delgado" is "Officer K. Delgado"."""
    words = full_name.split()
    if len(words) > 1:
        name = f"{words[0][0].upper()}. {words[-1]}"
    else:
        name = full_name.strip()
    return f"{rank} {name}".strip()
