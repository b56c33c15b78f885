"""Whom does the wall stop everywhere, and how do tests look behind it?"""

from typing import Any

from accounts.models import User
from community.identity import speaking_as
from community.selectors.room import room_page
from tests.community.conftest import TABLES

STAFF = (
    "officer", "sergeant", "manager", "stranger_officer", "pio", "chief", "verifier", "oversight", "site_admin",
)  # fmt: skip
STRANGERS = ("faraway", "newcomer", "homeless_account", "closed_account", "moved_away", "ended")


def rows(person_id: int | None) -> dict[str, int]:
    """How many rows of each table are there for somebody; None for nobody."""
    counts = {}
    for model in TABLES:
        if person_id is None:
            counts[model.__name__] = model.objects.count()
        else:
            with speaking_as(person_id):
                counts[model.__name__] = model.objects.count()
    return counts


def titles(person: User) -> list[str]:
    return [card.title for card in room_page(person.pk)]


def seen(model: type[Any], person: User) -> set[int]:
    with speaking_as(person.pk):
        return set(model.objects.values_list("pk", flat=True))
