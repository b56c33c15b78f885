"""Does a person get everything that is kept about their homes, and does nothing of it stay when they leave?"""

from datetime import datetime
from typing import cast

import pytest

from accounts.models import User
from accounts.signals import OwnDataSection, own_data_asked, person_leaving
from neighborhoods.models import Home, Letter, Neighborhood, Residency, Vouch, VouchLink, WaitingForArea
from neighborhoods.rules import VouchLinkKind
from neighborhoods.sealing import ExactHome
from neighborhoods.services import wait_for_area
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle

pytestmark = pytest.mark.django_db

HOME = ExactHome("1901 10th St", "Apt 2", "Oak City", "95811", 0.51234, 0.5)


@pytest.fixture
def person(oak: Neighborhood, resident: User, now: datetime) -> User:
    """Has every kind of row there is about a home."""
    person = settle(make_resident_account("Ann Porter"), oak, is_verified=False, home=HOME)
    residency = person.residencies.get()
    Letter.objects.create(residency=residency, asked_at=now)
    Vouch.objects.create(residency=residency, voucher=resident, given_at=now)
    Vouch.objects.create(residency=resident.residencies.get(), voucher=person, given_at=now)
    VouchLink.objects.create(
        kind=VouchLinkKind.REQUEST, made_by=person, token_hash="0" * 64, made_at=now, expires_at=now
    )
    return person


def own_data(person: User) -> dict[str, list[dict[str, str]]]:
    answers = own_data_asked.send(sender=User, person=person)
    ours = next(answer for receiver, answer in answers if receiver.__module__ == "neighborhoods.receivers")
    return {section.title: section.rows for section in cast(list[OwnDataSection], ours)}


def test_a_resident_gets_all_of_it_the_exact_address_included(person: User, resident: User) -> None:
    sections = own_data(person)
    (home,) = sections["Your homes"]
    assert home["Neighborhood"] == "Oak"
    assert home["Exact address, encrypted"] == "1901 10th St, Apt 2; Oak City 95811; 0.51234, 0.5"
    assert [row["State"] for row in sections["Letters with a code"]] == ["Asked for"]
    assert [row["Who"] for row in sections["Neighbors who vouched for you"]] == ["Maria L."]
    assert [row["Who"] for row in sections["Neighbors you vouched for"]] == ["Maria L."]
    assert len(sections["Links for vouching"]) == 1
    assert "1901" not in str(own_data(resident))


def test_of_somebody_without_a_home_there_is_only_the_waiting(oak: Neighborhood, now: datetime) -> None:
    person = make_resident_account("Ann Nowhere")
    assert own_data(person) == {}
    wait_for_area(person=person, latitude=0.5, longitude=9.5, at=now)
    assert list(own_data(person)) == ["Waiting for a neighborhood to open"]


def test_staff_have_none(officer: User, now: datetime) -> None:
    assert own_data(officer) == {}
    person_leaving.send(sender=User, person=officer, at=now)


def test_leaving_takes_everything_but_the_dates(person: User, resident: User, oak: Neighborhood, now: datetime) -> None:
    oak.refresh_from_db()
    before = oak.resident_count
    person_leaving.send(sender=User, person=person, at=now)
    oak.refresh_from_db()
    assert oak.resident_count == before - 1
    residency = Residency.objects.get(person=person)
    assert (residency.standing, residency.ended_at, residency.cell_row, residency.household_hash) == (
        "ended",
        now,
        None,
        "",
    )
    for model in (Home, Letter, Vouch, VouchLink, WaitingForArea):
        assert not model._default_manager.exists(), model
    assert Residency.objects.get(person=resident).is_verified


def test_leaving_ends_the_waiting(oak: Neighborhood, now: datetime) -> None:
    person = make_resident_account("Ann Nowhere")
    wait_for_area(person=person, latitude=0.5, longitude=9.5, at=now)
    person_leaving.send(sender=User, person=person, at=now)
    assert not WaitingForArea.objects.exists()
