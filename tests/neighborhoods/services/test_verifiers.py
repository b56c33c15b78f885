"""Does a verifier confirm in person only who is there, with every look recorded?"""

from datetime import datetime

import pytest

from accounts.models import User
from core.errors import NotAllowed
from neighborhoods.models import LookUp, Neighborhood
from neighborhoods.selectors import find_residency
from neighborhoods.services import CannotVerify, claim_secret_residency
from neighborhoods.services.verifiers import confirm_in_person, look_up_waiting
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import a_verifier, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier(db: None) -> User:
    return a_verifier()


def look_ups() -> list[tuple[str, int]]:
    return list(LookUp.objects.order_by("pk").values_list("reason", "residency_id"))


def test_each_person_found_is_recorded(newcomer: User, verifier: User, now: datetime) -> None:
    (found,) = look_up_waiting(name=" tomas  GREENE", by=verifier, at=now)
    assert found.person == newcomer
    assert look_ups() == [("search", found.pk)]


def test_who_is_confirmed_is_not_found(resident: User, newcomer: User, verifier: User, now: datetime) -> None:
    assert look_up_waiting(name="Maria", by=verifier, at=now) == []
    assert look_ups() == []


@pytest.mark.parametrize("name", ["", "To", "  To ", "\0\0\0", "%%%", "___"])
def test_no_list_is_had_by_a_short_or_clever_search(newcomer: User, verifier: User, now: datetime, name: str) -> None:
    assert look_up_waiting(name=name, by=verifier, at=now) == []


def test_ten_are_shown_at_most(oak: Neighborhood, verifier: User, now: datetime) -> None:
    for number in range(12):
        settle(make_resident_account(f"Alex Many{number}"), oak, is_verified=False)
    assert len(look_up_waiting(name="Alex", by=verifier, at=now)) == 10
    assert LookUp.objects.count() == 10


def test_confirming_verifies_and_is_recorded(newcomer: User, verifier: User, now: datetime) -> None:
    home = find_residency(newcomer.pk)
    assert home is not None
    confirmed = confirm_in_person(residency_id=home.pk, by=verifier, at=now)
    assert (confirmed.is_verified, confirmed.verified_how, confirmed.verified_by) == (True, "in_person", verifier)
    assert look_ups() == [("in_person", home.pk)]


def test_a_home_whose_address_is_secret_is_confirmed_without_keeping_one(
    homeless_account: User, oak: Neighborhood, verifier: User, now: datetime
) -> None:
    home = claim_secret_residency(person=homeless_account, neighborhood_id=oak.pk, at=now)
    confirmed = confirm_in_person(residency_id=home.pk, by=verifier, at=now)
    assert confirmed.is_verified
    assert confirmed.is_address_secret
    assert confirmed.household_hash == ""


def test_a_second_confirmation_is_refused_and_not_recorded(resident: User, verifier: User, now: datetime) -> None:
    home = find_residency(resident.pk)
    assert home is not None
    with pytest.raises(CannotVerify):
        confirm_in_person(residency_id=home.pk, by=verifier, at=now)
    assert look_ups() == []


def test_officers_neither_search_nor_confirm(newcomer: User, manager: User, now: datetime) -> None:
    home = find_residency(newcomer.pk)
    assert home is not None
    with pytest.raises(NotAllowed):
        look_up_waiting(name="Tomas", by=manager, at=now)
    with pytest.raises(NotAllowed):
        confirm_in_person(residency_id=home.pk, by=manager, at=now)
    assert look_ups() == []
