"""How is an exact home kept sealed while it is needed, and erased afterwards?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import DomainError
from core.locks import hold_boundaries_still
from neighborhoods.models import Home, Neighborhood, Residency
from neighborhoods.rules import Standing, normalize_address
from neighborhoods.sealing import ExactHome, household_hash, seal, seal_anew
from neighborhoods.selectors import has_addresses, places_of_house


class NoLetterThere(DomainError):
    """A letter to this address would show nothing; the text says why and what helps."""


class AddressUnknown(NoLetterThere):
    """The city has a list of addresses, and this one is not on it."""

    def __init__(self) -> None:
        super().__init__(
            "The city’s list does not know this address, so no letter can go there. Write only street and number here, "
            "or leave the address out and show in another way that you live here."
        )


class AddressElsewhere(NoLetterThere):
    """The address is on the city's list, and lies in another neighborhood or another town."""

    def __init__(self, neighborhood: str) -> None:
        super().__init__(f"That address does not lie in {neighborhood}. Look your home up by its address instead.")


class NeedsNoAddress(DomainError):
    """There is no home that waits for its address."""

    def __init__(self) -> None:
        super().__init__("Your home needs no address now. It may have been changed meanwhile.")


@transaction.atomic
def give_address(*, person: User, home: ExactHome, at: datetime) -> Residency:
    """Add or correct the address of a home that was given by its place on the map, so that a letter finds it.

    Raises:
        NeedsNoAddress: There is no claimed residency, its address is secret, or it lies in no neighborhood.
        NoLetterThere: As for `keep_sealed`.
    """
    hold_boundaries_still()
    residency = _lock_own(person)
    if (
        residency is None
        or residency.is_verified
        or residency.is_address_secret
        or residency.neighborhood_id is None
        or Home.objects.filter(residency=residency).exists()
    ):
        raise NeedsNoAddress
    keep_sealed(residency, home, at)
    return residency


@transaction.atomic
def keep_home(*, person: User, is_kept: bool) -> None:
    """Keep the exact home after verification, or let it go: at once where the home is verified already.

    Raises:
        NeedsNoAddress: No exact home is kept.
    """
    residency = _lock_own(person)
    if residency is None or not Home.objects.filter(residency=residency).update(is_kept=is_kept):
        raise NeedsNoAddress
    if residency.is_verified:
        erase_home(residency.pk, unless_kept=True)


def keep_sealed(residency: Residency, home: ExactHome, at: datetime) -> None:
    """Seal a home, and mark the residency with its household. Within the transaction that holds the residency.

    Raises:
        NoLetterThere: The list of addresses knows it elsewhere, or not at all. Without a list every address is taken.
    """
    assert residency.neighborhood is not None
    _check_address(home, residency.neighborhood)
    residency.household_hash = household_hash(home)
    residency.save(update_fields=["household_hash"])
    Home.objects.create(residency=residency, sealed=seal(home), sealed_at=at)


def erase_home(residency_id: int, *, unless_kept: bool = False) -> None:
    homes = Home.objects.filter(residency_id=residency_id)
    (homes.filter(is_kept=False) if unless_kept else homes).delete()


@transaction.atomic
def reseal_homes(*, after: int, count: int, dry_run: bool = False) -> tuple[int, int, int]:
    """Bring the next homes under the first of `HOME_KEYS`, in the order of their residencies.

    Args:
        after: The residency where the last call ended; 0 begins.
        count: How many homes at most, so that no lock is held for long.

    Returns:
        (last, seen, resealed): the residency where this call ended, how many homes it saw, how many it sealed anew.

    Raises:
        CannotUnseal: None of the keys fits one of them; nothing of this call is kept.
    """
    homes = list(Home.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:count])
    resealed = []
    for home in homes:
        sealed = seal_anew(home.sealed)
        if sealed is not None:
            home.sealed = sealed
            resealed.append(home)
    if not dry_run:
        Home.objects.bulk_update(resealed, ["sealed"])
    return (homes[-1].pk if homes else after), len(homes), len(resealed)


def _check_address(home: ExactHome, neighborhood: Neighborhood) -> None:
    """A code that was mailed to another town would show that somebody lives there, not here."""
    places = places_of_house(home.street)
    if not places and has_addresses():
        raise AddressUnknown
    if places and not any(
        neighborhood_id == neighborhood.pk and _is_in_town(home, city, postcode)
        for neighborhood_id, city, postcode in places
    ):
        raise AddressElsewhere(neighborhood.name)


def _is_in_town(home: ExactHome, city: str, postcode: str) -> bool:
    """Whether a letter finds the town that the list names; of a ZIP code the first five digits do."""
    if postcode:
        return home.postcode.strip()[:5] == postcode[:5]
    return not city or normalize_address(home.city) == normalize_address(city)


def _lock_own(person: User) -> Residency | None:
    return (
        Residency.objects.select_for_update(of=("self",))
        .select_related("neighborhood")
        .filter(person=person)
        .exclude(standing=Standing.ENDED)
        .first()
    )
