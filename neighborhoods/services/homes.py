"""How is an exact home kept sealed while it is needed, and erased afterwards?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import DomainError
from core.locks import hold_boundaries_still
from neighborhoods.models import Home, Residency
from neighborhoods.rules import Standing
from neighborhoods.sealing import ExactHome, household_hash, seal, seal_anew
from neighborhoods.selectors import neighborhoods_of_street


class AddressElsewhere(DomainError):
    """The address is on the city's list, and lies in another neighborhood."""

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
        AddressElsewhere: The address lies in another neighborhood.
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
        AddressElsewhere: The address is known, and lies in another neighborhood than the residency.
    """
    assert residency.neighborhood is not None
    known = neighborhoods_of_street(home.street)
    if known and residency.neighborhood_id not in known:
        raise AddressElsewhere(residency.neighborhood.name)
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


def _lock_own(person: User) -> Residency | None:
    return (
        Residency.objects.select_for_update(of=("self",))
        .select_related("neighborhood")
        .filter(person=person)
        .exclude(standing=Standing.ENDED)
        .first()
    )
