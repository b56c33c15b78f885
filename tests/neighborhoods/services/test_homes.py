"""Is an exact home kept only sealed, only while it is needed, and for nobody of the staff?"""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from neighborhoods.models import Home, Letter, Neighborhood, Residency, Vouch, VouchLink
from neighborhoods.rules import HowVerified, LetterState, VouchLinkKind
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import find_residency, open_home
from neighborhoods.services import (
    AddressElsewhere,
    AddressUnknown,
    AlreadyResident,
    NeedsNoAddress,
    NoResidency,
    OutsideEveryNeighborhood,
    StaffHoldNoResidency,
    claim_residency,
    claim_secret_residency,
    end_residency,
    give_address,
    keep_home,
    move_residency,
    move_to_secret_residency,
    verify_residency,
)
from tests.accounts.factories import make_resident_account
from tests.commands.views.test_find import add_address
from tests.neighborhoods.factories import a_verifier, make_neighborhood

pytestmark = pytest.mark.django_db

AT_HOME = ExactHome("1901 Tenth Street", "Apt 2", "Oak City", "95811", 0.51234567, 0.51234567)


@pytest.fixture
def person() -> User:
    return make_resident_account("Ann Porter")


def claim(person: User, at: datetime, home: ExactHome | None = AT_HOME) -> Residency:
    return claim_residency(person=person, latitude=0.51234567, longitude=0.51234567, at=at, home=home)


def verify(residency: Residency, at: datetime) -> Residency:
    return verify_residency(residency_id=residency.pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=at)


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(line, ' ') FROM ("
            "SELECT row_to_json(residency)::text AS line FROM neighborhoods_residency AS residency UNION ALL "
            "SELECT row_to_json(home)::text FROM neighborhoods_home AS home UNION ALL "
            "SELECT row_to_json(event)::text FROM neighborhoods_residencyevent AS event) AS stored"
        )
        return str(cursor.fetchone()[0])


def test_a_claim_seals_the_address_and_the_point(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = claim(person, now)
    assert open_home(residency.pk) == AT_HOME
    stored = everything_stored()
    for word in ("1901", "Tenth", "Apt 2", "95811", "0.51234567"):
        assert word not in stored
        assert word.encode().hex() not in stored


def test_without_an_address_no_exact_home_is_kept(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = claim(person, now, home=None)
    assert (residency.household_hash, open_home(residency.pk)) == ("", None)


def test_two_people_at_one_address_are_one_household(person: User, oak: Neighborhood, now: datetime) -> None:
    same = claim(make_resident_account("Bo Porter"), now, ExactHome("1901 10th St", "#2", "", "95811"))
    next_door = claim(make_resident_account("Cy Moss"), now, ExactHome("1901 10th St", "#3", "", "95811"))
    other = ExactHome("1901 10th St", "Apt 2", "Oak City", "95811")
    assert claim(person, now, other).household_hash == same.household_hash != next_door.household_hash


def test_verifying_erases_the_exact_home(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = verify(claim(person, now), now)
    assert not Home.objects.exists()
    assert residency.household_hash
    assert residency.cell_row is not None


def test_a_resident_may_keep_the_exact_home_and_let_it_go_later(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = claim(person, now)
    keep_home(person=person, is_kept=True)
    verify(residency, now)
    assert open_home(residency.pk) == AT_HOME
    keep_home(person=person, is_kept=False)
    assert open_home(residency.pk) is None
    with pytest.raises(NeedsNoAddress):
        keep_home(person=person, is_kept=True)


def test_verifying_and_ending_void_a_letter_under_way(person: User, oak: Neighborhood, now: datetime) -> None:
    verified, ended = claim(person, now), claim(make_resident_account("Bo Porter"), now)
    Letter.objects.bulk_create(Letter(residency=residency, asked_at=now) for residency in (verified, ended))
    verify(verified, now)
    end_residency(residency_id=ended.pk, at=now)
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.VOID}


def test_a_move_takes_nothing_of_the_old_home_along(
    person: User, resident: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    old = claim(person, now)
    Vouch.objects.create(residency=old, voucher=resident, given_at=now)
    link = VouchLink.objects.create(
        kind=VouchLinkKind.REQUEST, made_by=person, token_hash="0" * 64, made_at=now, expires_at=now
    )
    new = move_residency(
        person=person, latitude=0.5, longitude=1.5, at=now, home=ExactHome("7 Elm St", "", "Elm City", "95816")
    )
    old.refresh_from_db()
    link.refresh_from_db()
    assert (old.standing, old.household_hash, old.cell_row, old.cell_center) == ("ended", "", None, None)
    assert (open_home(old.pk), getattr(open_home(new.pk), "street", "")) == (None, "7 Elm St")
    assert not Vouch.objects.filter(residency=new).exists()
    assert link.taken_back_at == now


def test_a_secret_address_leaves_neither_cell_nor_household(person: User, oak: Neighborhood, now: datetime) -> None:
    residency = claim_secret_residency(person=person, neighborhood_id=oak.pk, at=now)
    residency.refresh_from_db()
    assert residency.is_address_secret
    assert (residency.cell_center, residency.household_hash, open_home(residency.pk)) == (None, "", None)
    oak.refresh_from_db()
    assert oak.claimed_count == 1
    verify(residency, now)
    oak.refresh_from_db()
    assert (oak.claimed_count, oak.verified_count) == (0, 1)


def test_a_secret_address_needs_a_neighborhood_that_is_there(
    person: User, resident: User, officer: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    with pytest.raises(OutsideEveryNeighborhood):
        claim_secret_residency(person=person, neighborhood_id=0, at=now)
    oak.boundaries.update(ended_at=now)
    with pytest.raises(OutsideEveryNeighborhood):
        claim_secret_residency(person=person, neighborhood_id=oak.pk, at=now)
    with pytest.raises(AlreadyResident):
        claim_secret_residency(person=resident, neighborhood_id=elm.pk, at=now)
    with pytest.raises(StaffHoldNoResidency):
        claim_secret_residency(person=officer, neighborhood_id=elm.pk, at=now)
    with pytest.raises(NoResidency):
        move_to_secret_residency(person=person, neighborhood_id=elm.pk, at=now)


def test_a_home_may_become_secret_by_a_move(person: User, oak: Neighborhood, elm: Neighborhood, now: datetime) -> None:
    claim(person, now)
    residency = move_to_secret_residency(person=person, neighborhood_id=elm.pk, at=now)
    assert (residency.neighborhood, residency.is_address_secret) == (elm, True)
    assert not Home.objects.exists()


def test_a_letter_cannot_go_to_an_address_known_elsewhere(
    person: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    add_address("12", "Main Street", 1.5, unit="Apt 1")
    add_address("14", "Main Street", 5)
    for street in ("12 Main St", "14 main street"):
        with pytest.raises(AddressElsewhere, match="does not lie in Oak"):
            claim(person, now, ExactHome(street, "", "Oak City", "95811"))
    assert find_residency(person.pk) is None
    add_address("12", "Main St", 0.5)
    assert claim(person, now, ExactHome("12 Main St", "", "Oak City", "95811")).neighborhood == oak


def test_a_letter_cannot_leave_town(person: User, oak: Neighborhood, elm: Neighborhood, now: datetime) -> None:
    add_address("12", "Main St", 0.5, city="Oak City", postcode="95811")
    add_address("14", "Main St", 0.5, city="Oak City")
    add_address("12", "Main St East", 1.5, city="Oak City", postcode="95811")
    for elsewhere in (
        ExactHome("12 Main St", "", "Reno", "89501"),
        ExactHome("12 Main St", "", "Oak City", "89501"),
        ExactHome("14 Main St", "", "Reno", "95811"),
        ExactHome("12 Main St East", "", "Oak City", "95811"),
    ):
        with pytest.raises(AddressElsewhere):
            claim(person, now, elsewhere)
    assert claim(person, now, ExactHome("12 Main St", "", "Oak City", "95811-1234")).household_hash


def test_where_there_is_a_list_a_letter_goes_to_no_address_beside_it(
    person: User, oak: Neighborhood, now: datetime
) -> None:
    add_address("12", "Main St", 0.5)
    with pytest.raises(AddressUnknown):
        claim(person, now, ExactHome("99 Faraway Rd", "", "Reno", "89501"))
    assert claim(person, now, ExactHome("12 Main St", "Rear", "Oak City", "95811")).household_hash


def test_an_address_may_follow_a_home_given_by_its_place(
    person: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    with pytest.raises(NeedsNoAddress):
        give_address(person=person, home=AT_HOME, at=now)
    residency = claim(person, now, home=None)
    add_address("12", "Main Street", 1.5)
    add_address("1901", "Tenth Street", 0.5)
    with pytest.raises(AddressElsewhere):
        give_address(person=person, home=ExactHome("12 Main St"), at=now)
    assert give_address(person=person, home=AT_HOME, at=now).household_hash
    assert open_home(residency.pk) == AT_HOME
    with pytest.raises(NeedsNoAddress):
        give_address(person=person, home=AT_HOME, at=now)


def test_a_verified_or_secret_home_takes_no_address(
    person: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    claim_secret_residency(person=person, neighborhood_id=oak.pk, at=now)
    for somebody in (person, resident):
        with pytest.raises(NeedsNoAddress):
            give_address(person=somebody, home=AT_HOME, at=now)


def test_the_database_itself_gives_staff_no_home(officer: User, resident: User, now: datetime) -> None:
    oak = make_neighborhood("Place", west=40)
    insert = (
        "INSERT INTO neighborhoods_residency (person_id, neighborhood_id, standing, household_hash, claimed_at, "
        "verified_how) VALUES (%s, %s, 'claimed', '', %s, '')"
    )
    change = "UPDATE neighborhoods_residency SET person_id = %s WHERE person_id = %s"
    attempts: list[tuple[str, list[int | datetime]]] = [
        (insert, [officer.pk, oak.pk, now]),
        (change, [officer.pk, resident.pk]),
    ]
    for statement, parameters in attempts:
        refused = pytest.raises(IntegrityError, match="residency_of_a_resident")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
    person = make_resident_account("Ann Private")
    with connection.cursor() as cursor:
        cursor.execute(insert, [person.pk, oak.pk, now])
    assert find_residency(person.pk) is not None
