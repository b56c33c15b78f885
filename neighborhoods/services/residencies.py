"""How does a person's tie to a neighborhood begin, grow and end?

Each function changes the residency and the neighborhood's counts in one transaction. All of them hold the boundaries
still, so that a running load neither misses a home nor counts it twice. Locks are taken in this order: boundaries,
person, residency, neighborhoods; what proves a residency is locked after it.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from core.errors import DomainError, NotAllowed
from core.locks import hold_boundaries_still
from neighborhoods.models import Letter, Neighborhood, Residency, VouchLink, WaitingForArea
from neighborhoods.rules import NEXT_STANDINGS, Cell, HowVerified, LetterState, Standing, cell_at
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import current_neighborhoods, find_neighborhood_at, point_of
from neighborhoods.services.homes import erase_home, keep_sealed


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
def claim_residency(
    *, person: User, latitude: float, longitude: float, at: datetime, home: ExactHome | None = None
) -> Residency:
    """Tie a person to the neighborhood of their home. In clear only its cell is kept.

    Args:
        home: The address, kept sealed until the residency is verified; None keeps none, and no letter can be sent.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        AlreadyResident: There is a current residency; `move_residency` replaces it.
        OutsideEveryNeighborhood: The point lies in no neighborhood.
        NoLetterThere: The list of addresses knows the home elsewhere than the point, or not at all.
    """
    _begin_first(person)
    return _start(person, _neighborhood_of(latitude, longitude), at, cell_at(latitude, longitude), home)


@transaction.atomic
def claim_secret_residency(*, person: User, neighborhood_id: int, at: datetime) -> Residency:
    """Tie a person whose address must stay secret to a neighborhood; nothing more of the home is kept.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        AlreadyResident: There is a current residency; `move_to_secret_residency` replaces it.
        OutsideEveryNeighborhood: There is no such neighborhood now.
    """
    _begin_first(person)
    return _start(person, _current(neighborhood_id), at)


@transaction.atomic
def move_residency(
    *, person: User, latitude: float, longitude: float, at: datetime, home: ExactHome | None = None
) -> Residency:
    """End the current residency and claim one at the new home, which has to be verified anew.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        NoResidency: There is none to move from.
        OutsideEveryNeighborhood: The new home lies in no neighborhood; the old residency stays.
        NoLetterThere: As for a claim; the old residency stays.
    """
    residency = _begin_move(person)
    neighborhood = _neighborhood_of(latitude, longitude)
    _leave_for(neighborhood, residency, at)
    return _start(person, neighborhood, at, cell_at(latitude, longitude), home)


@transaction.atomic
def move_to_secret_residency(*, person: User, neighborhood_id: int, at: datetime) -> Residency:
    """End the current residency and claim one at an address that stays secret.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        NoResidency: There is none to move from.
        OutsideEveryNeighborhood: There is no such neighborhood now; the old residency stays.
    """
    residency = _begin_move(person)
    neighborhood = _current(neighborhood_id)
    _leave_for(neighborhood, residency, at)
    return _start(person, neighborhood, at)


@transaction.atomic
def verify_residency(*, residency_id: int, how: HowVerified, by: User | None, at: datetime) -> Residency:
    """Record that a person was shown to live where they say; the exact home is erased unless they want it kept.

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
    erase_home(residency.pk, unless_kept=True)
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
        _end(residency, at)
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


def lock_current_residency(person: User) -> Residency | None:
    """The person's current residency, theirs to change until the transaction ends; loads are kept out.

    Raises:
        StaffHoldNoResidency: `person` is staff.
    """
    if person.is_police_or_civic_staff:
        raise StaffHoldNoResidency
    hold_boundaries_still()
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    return Residency.objects.select_for_update().filter(person=person).exclude(standing=Standing.ENDED).first()


def count_residents(neighborhood_id: int | None, standing: Standing, change: int) -> None:
    """Add to the count of one standing; ended residencies and homes in no neighborhood are not counted."""
    if neighborhood_id is None or standing == Standing.ENDED:
        return
    neighborhoods = Neighborhood.objects.filter(pk=neighborhood_id)
    if standing == Standing.CLAIMED:
        neighborhoods.update(claimed_count=F("claimed_count") + change)
    else:
        neighborhoods.update(verified_count=F("verified_count") + change)


def lock_neighborhoods(*ids: int | None) -> None:
    """In id order, or two people who change places would wait for each other forever."""
    places = Neighborhood.objects.filter(pk__in={pk for pk in ids if pk is not None})
    list(places.select_for_update(no_key=True).order_by("pk"))


def _may_verify(by: User | None, residency: Residency) -> bool:
    return by is not None and by.pk != residency.person_id and by.has_perm("neighborhoods.verify_residency")


def _begin_first(person: User) -> None:
    if lock_current_residency(person) is not None:
        raise AlreadyResident


def _begin_move(person: User) -> Residency:
    residency = lock_current_residency(person)
    if residency is None:
        raise NoResidency
    return residency


def _neighborhood_of(latitude: float, longitude: float) -> Neighborhood:
    neighborhood = find_neighborhood_at(latitude, longitude)
    if neighborhood is None:
        raise OutsideEveryNeighborhood
    return neighborhood


def _current(neighborhood_id: int) -> Neighborhood:
    neighborhood = current_neighborhoods().filter(pk=neighborhood_id).first()
    if neighborhood is None:
        raise OutsideEveryNeighborhood
    return neighborhood


def _start(
    person: User, neighborhood: Neighborhood, at: datetime, cell: Cell | None = None, home: ExactHome | None = None
) -> Residency:
    residency = Residency.objects.create(
        person=person,
        neighborhood=neighborhood,
        cell_row=cell.row if cell else None,
        cell_column=cell.column if cell else None,
        cell_center=point_of(*cell.center) if cell else None,
        claimed_at=at,
    )
    count_residents(neighborhood.pk, Standing.CLAIMED, 1)
    if home is not None:
        keep_sealed(residency, home, at)
    WaitingForArea.objects.filter(person=person).delete()
    return residency


def _leave_for(neighborhood: Neighborhood, residency: Residency, at: datetime) -> None:
    lock_neighborhoods(residency.neighborhood_id, neighborhood.pk)
    _end(residency, at)


def _end(residency: Residency, at: datetime) -> None:
    """Of a home that is over only the neighborhood and the dates stay."""
    residency.cell_row = residency.cell_column = residency.cell_center = None
    residency.household_hash = ""
    residency.moved_from = residency.moved_at = residency.asks_where_since = None
    _change_standing(residency, Standing.ENDED, at)
    erase_home(residency.pk)
    open_links = VouchLink.objects.filter(made_by=residency.person_id, used_at=None, taken_back_at=None)
    open_links.update(taken_back_at=at)


def _change_standing(residency: Residency, standing: Standing, at: datetime) -> None:
    count_residents(residency.neighborhood_id, Standing(residency.standing), -1)
    count_residents(residency.neighborhood_id, standing, 1)
    residency.standing = standing
    if standing == Standing.VERIFIED:
        residency.verified_at = at
    else:
        residency.ended_at = at
    residency.save()
    # Whichever way it went, no letter is needed any more.
    under_way = Letter.objects.filter(residency=residency, state__in=[LetterState.ASKED, LetterState.PRINTED])
    under_way.update(state=LetterState.VOID)
