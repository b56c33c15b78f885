"""How does a person's tie to a neighborhood begin, grow and end?

Each function changes the residency and the neighborhood's counts in one transaction. All of them hold the boundaries
still, so that a running load neither misses a home nor counts it twice.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from core.errors import DomainError, NotAllowed
from core.locks import hold_boundaries_still
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.rules import NEXT_STANDINGS, Cell, HowVerified, Standing, cell_at
from neighborhoods.selectors import find_neighborhood_at, point_of


class OutsideEveryNeighborhood(DomainError):
    """The point lies in no neighborhood."""

    def __init__(self) -> None:
        super().__init__(
            "We found no neighborhood there. It may be outside the city. You can still read every police post."
        )


class StaffHoldNoResidency(DomainError):
    """The account belongs to police or civic staff."""

    def __init__(self) -> None:
        super().__init__("A staff account has no home here. Use an account of your own as a resident.")


class AlreadyResident(DomainError):
    """The person has a current residency."""

    def __init__(self) -> None:
        super().__init__("You already have a home here. If you have moved, say so on the page about your home.")


class NoResidency(DomainError):
    """There is no current residency to change."""

    def __init__(self) -> None:
        super().__init__("There is no current home to change. It may have been changed meanwhile.")


class CannotVerify(DomainError):
    """The residency stays as it was; the text says why."""


@transaction.atomic
def claim_residency(*, person: User, latitude: float, longitude: float, at: datetime) -> Residency:
    """Tie a person to the neighborhood of their home. Of the home itself only its cell is kept.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        AlreadyResident: There is a current residency; `move_residency` replaces it.
        OutsideEveryNeighborhood: The point lies in no neighborhood.
    """
    _take_turn(person)
    if _lock_current(person) is not None:
        raise AlreadyResident
    return _start(person, _neighborhood_of(latitude, longitude), cell_at(latitude, longitude), at)


@transaction.atomic
def move_residency(*, person: User, latitude: float, longitude: float, at: datetime) -> Residency:
    """End the current residency and claim one at the new home, which has to be verified anew.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        NoResidency: There is none to move from.
        OutsideEveryNeighborhood: The new home lies in no neighborhood; the old residency stays.
    """
    _take_turn(person)
    residency = _lock_current(person)
    if residency is None:
        raise NoResidency
    neighborhood = _neighborhood_of(latitude, longitude)
    # In id order, or two people who change places would wait for each other forever.
    places = Neighborhood.objects.filter(pk__in={residency.neighborhood_id, neighborhood.pk})
    list(places.select_for_update(no_key=True).order_by("pk"))
    _change_standing(residency, Standing.ENDED, at)
    return _start(person, neighborhood, cell_at(latitude, longitude), at)


@transaction.atomic
def verify_residency(*, residency_id: int, how: HowVerified, by: User | None, at: datetime) -> Residency:
    """Record that a person was shown to live where they say.

    Args:
        how: In person, `by` has to be entitled to it; a letter's code and neighbors' vouches speak for themselves.
        by: The verifier, or None where no single person decides.

    Raises:
        NotAllowed: `by` may not verify, or it is their own home.
        CannotVerify: The residency is not waiting for it, or its home lies in no neighborhood.
        Residency.DoesNotExist: There is none with this id.
    """
    hold_boundaries_still()
    residency = Residency.objects.select_for_update().get(pk=residency_id)
    if how == HowVerified.IN_PERSON and not _may_verify(by, residency):
        raise NotAllowed("You may not confirm this home.")
    if Standing.VERIFIED not in NEXT_STANDINGS[Standing(residency.standing)]:
        raise CannotVerify("This home is not waiting to be confirmed any more.")
    if residency.neighborhood_id is None:
        raise CannotVerify("This home lies in no neighborhood now, so there is nothing to confirm.")
    residency.verified_by = by
    residency.verified_how = how
    _change_standing(residency, Standing.VERIFIED, at)
    return residency


@transaction.atomic
def end_residency(*, residency_id: int, at: datetime) -> Residency:
    """End a residency; ending one that has ended changes nothing.

    Raises:
        Residency.DoesNotExist: There is none with this id.
    """
    hold_boundaries_still()
    residency = Residency.objects.select_for_update().get(pk=residency_id)
    if residency.standing != Standing.ENDED:
        _change_standing(residency, Standing.ENDED, at)
    return residency


@transaction.atomic
def reconcile_counts() -> int:
    """Count the residents of every neighborhood anew.

    Returns:
        How many neighborhoods had a wrong count.
    """
    with connection.cursor() as cursor:
        # First the locks, in id order: whoever is changing a count finishes, and the next statement sees it.
        cursor.execute("SELECT id FROM neighborhoods_neighborhood ORDER BY id FOR NO KEY UPDATE")
        cursor.execute(
            """
            UPDATE neighborhoods_neighborhood AS neighborhood
            SET claimed_count = counted.claimed, verified_count = counted.verified
            FROM (
                SELECT place.id,
                       count(*) FILTER (WHERE residency.standing = 'claimed') AS claimed,
                       count(*) FILTER (WHERE residency.standing = 'verified') AS verified
                FROM neighborhoods_neighborhood AS place
                LEFT JOIN neighborhoods_residency AS residency ON residency.neighborhood_id = place.id
                GROUP BY place.id
            ) AS counted
            WHERE counted.id = neighborhood.id
              AND (counted.claimed, counted.verified) <> (neighborhood.claimed_count, neighborhood.verified_count)
            """
        )
        return int(cursor.rowcount)


def _take_turn(person: User) -> None:
    """Keep loads out and let one change of this person's home happen at a time."""
    if person.is_police_or_civic_staff:
        raise StaffHoldNoResidency
    hold_boundaries_still()
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _may_verify(by: User | None, residency: Residency) -> bool:
    return by is not None and by.pk != residency.person_id and by.has_perm("neighborhoods.verify_residency")


def _lock_current(person: User) -> Residency | None:
    return Residency.objects.select_for_update().filter(person=person).exclude(standing=Standing.ENDED).first()


def _neighborhood_of(latitude: float, longitude: float) -> Neighborhood:
    neighborhood = find_neighborhood_at(latitude, longitude)
    if neighborhood is None:
        raise OutsideEveryNeighborhood
    return neighborhood


def _start(person: User, neighborhood: Neighborhood, cell: Cell, at: datetime) -> Residency:
    residency = Residency.objects.create(
        person=person,
        neighborhood=neighborhood,
        cell_row=cell.row,
        cell_column=cell.column,
        cell_center=point_of(*cell.center),
        claimed_at=at,
    )
    _count(neighborhood.pk, Standing.CLAIMED, 1)
    return residency


def _change_standing(residency: Residency, standing: Standing, at: datetime) -> None:
    _count(residency.neighborhood_id, Standing(residency.standing), -1)
    _count(residency.neighborhood_id, standing, 1)
    residency.standing = standing
    if standing == Standing.VERIFIED:
        residency.verified_at = at
    else:
        residency.ended_at = at
    residency.save()


def _count(neighborhood_id: int | None, standing: Standing, change: int) -> None:
    """Add to the count of one standing; ended residencies and homes in no neighborhood are not counted."""
    if neighborhood_id is None or standing == Standing.ENDED:
        return
    neighborhoods = Neighborhood.objects.filter(pk=neighborhood_id)
    if standing == Standing.CLAIMED:
        neighborhoods.update(claimed_count=F("claimed_count") + change)
    else:
        neighborhoods.update(verified_count=F("verified_count") + change)
