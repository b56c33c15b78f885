"""Does a person's tie to a neighborhood begin, grow and end as the rules say, with the counts always right?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.rules import HowVerified, cell_at
from neighborhoods.selectors import find_residency
from neighborhoods.services import (
    AlreadyResident,
    CannotVerify,
    NoResidency,
    OutsideEveryNeighborhood,
    StaffHoldNoResidency,
    claim_residency,
    end_residency,
    move_residency,
    reconcile_counts,
    verify_residency,
)
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import a_verifier, make_neighborhood


def counts(neighborhood: Neighborhood) -> tuple[int, int]:
    neighborhood.refresh_from_db()
    return neighborhood.claimed_count, neighborhood.verified_count


@pytest.fixture
def person(db: None) -> User:
    return make_resident_account("Ann Porter")


def test_a_claim_keeps_a_cell_and_not_the_home(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = claim_residency(person=person, latitude=0.51234, longitude=0.51234, at=now)
    residency.refresh_from_db()
    cell = cell_at(0.51234, 0.51234)
    assert (residency.cell_row, residency.cell_column) == (cell.row, cell.column)
    assert residency.cell_center is not None
    assert (residency.cell_center.y, residency.cell_center.x) == pytest.approx(cell.center)
    assert "0.51234" not in str(residency.__dict__)
    assert counts(oak) == (1, 0)


def test_nobody_lives_outside_every_neighborhood(person: User, oak: Neighborhood, now: datetime) -> None:
    for latitude, longitude in ((5.0, 5.0), (float("nan"), 0.5), (0.5, 1e9)):
        with pytest.raises(OutsideEveryNeighborhood):
            claim_residency(person=person, latitude=latitude, longitude=longitude, at=now)
    assert not Residency.objects.exists()


def test_staff_hold_no_residency(officer: User, now: datetime) -> None:
    with pytest.raises(StaffHoldNoResidency):
        claim_residency(person=officer, latitude=0.5, longitude=0.5, at=now)


def test_one_home_at_a_time(resident: User, oak: Neighborhood, now: datetime) -> None:
    with pytest.raises(AlreadyResident):
        claim_residency(person=resident, latitude=0.5, longitude=1.5, at=now)
    assert counts(oak) == (0, 1)


def test_a_move_ends_the_old_home_and_claims_the_new(
    resident: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    new = move_residency(person=resident, latitude=0.5, longitude=1.5, at=now)
    assert (new.neighborhood, new.is_verified) == (elm, False)
    old = Residency.objects.get(person=resident, neighborhood=oak)
    assert (old.standing, old.ended_at) == ("ended", now)
    assert (counts(oak), counts(elm)) == ((0, 0), (1, 0))


def test_a_move_to_nowhere_changes_nothing(resident: User, oak: Neighborhood, now: datetime) -> None:
    with pytest.raises(OutsideEveryNeighborhood):
        move_residency(person=resident, latitude=5, longitude=5, at=now)
    home = find_residency(resident.pk)
    assert home is not None
    assert home.is_verified
    assert counts(oak) == (0, 1)


def test_who_has_no_home_cannot_move(person: User, oak: Neighborhood, now: datetime) -> None:
    with pytest.raises(NoResidency):
        move_residency(person=person, latitude=0.5, longitude=0.5, at=now)


def test_verifying_needs_the_permission(newcomer: User, officer: User, oak: Neighborhood, now: datetime) -> None:
    residency = Residency.objects.get(person=newcomer)
    for somebody in (officer, newcomer):
        with pytest.raises(NotAllowed):
            verify_residency(residency_id=residency.pk, how=HowVerified.IN_PERSON, by=somebody, at=now)
    verified = verify_residency(residency_id=residency.pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=now)
    assert (verified.verified_at, verified.verified_by) == (now, a_verifier())
    assert counts(oak) == (0, 1)


def test_a_home_is_verified_once_and_only_in_a_neighborhood(resident: User, newcomer: User, now: datetime) -> None:
    with pytest.raises(CannotVerify):
        verify_residency(
            residency_id=Residency.objects.get(person=resident).pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=now
        )
    homeless = Residency.objects.get(person=newcomer)
    Residency.objects.filter(pk=homeless.pk).update(neighborhood=None)
    with pytest.raises(CannotVerify):
        verify_residency(residency_id=homeless.pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=now)


def test_ending_twice_counts_once(resident: User, newcomer: User, oak: Neighborhood, now: datetime) -> None:
    residency = Residency.objects.get(person=resident)
    for _ in range(2):
        end_residency(residency_id=residency.pk, at=now)
    assert counts(oak) == (1, 0)
    assert find_residency(resident.pk) is None


def test_reconciling_mends_only_what_is_wrong(
    resident: User, newcomer: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    assert reconcile_counts() == 0
    Neighborhood.objects.filter(pk=oak.pk).update(claimed_count=7)
    Neighborhood.objects.filter(pk=elm.pk).update(verified_count=1)
    assert reconcile_counts() == 2
    assert (counts(oak), counts(elm)) == ((1, 1), (0, 0))


@pytest.fixture
def committed(transactional_db: None) -> tuple[Neighborhood, Neighborhood]:
    return make_neighborhood("Oak", west=0), make_neighborhood("Elm", west=1)


def at_once(*calls: object) -> list[BaseException | None]:
    """Run calls in threads with connections of their own, all starting together; what each raised."""
    start = Barrier(len(calls))

    def run(call: object) -> BaseException | None:
        assert callable(call)
        start.wait()
        try:
            call()
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_claims_at_once_make_one_home(committed: tuple[Neighborhood, Neighborhood], now: datetime) -> None:
    person = make_resident_account("Ann Porter")
    errors = at_once(*[lambda: claim_residency(person=person, latitude=0.5, longitude=0.5, at=now) for _ in range(4)])
    assert sorted(type(error).__name__ for error in errors) == ["AlreadyResident"] * 3 + ["NoneType"]
    assert counts(committed[0]) == (1, 0)


def test_people_who_change_places_do_not_block_each_other(
    committed: tuple[Neighborhood, Neighborhood], now: datetime
) -> None:
    people = [make_resident_account(f"Ann Porter{number}") for number in range(6)]
    for number, person in enumerate(people):
        claim_residency(person=person, latitude=0.5, longitude=0.5 + number % 2, at=now)

    def swap(number: int) -> None:
        for turn in range(1, 6):
            move_residency(person=people[number], latitude=0.5, longitude=0.5 + (number + turn) % 2, at=now)

    assert at_once(*[lambda number=number: swap(number) for number in range(6)]) == [None] * 6
    assert (counts(committed[0]), counts(committed[1])) == ((3, 0), (3, 0))
