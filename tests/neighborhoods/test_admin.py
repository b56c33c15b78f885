"""Can a verifier confirm homes in person, and do nothing else?"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.selectors import find_residency
from tests.accounts.factories import make_staff

pytestmark = pytest.mark.django_db

PAGE = "/admin/neighborhoods/residency/"


@pytest.fixture
def verifier(db: None, sign_in: Callable[[User], Client]) -> Client:
    person = make_staff("Vera Ortiz", "")
    person.groups.add(Group.objects.get(name="Verifiers"))
    return sign_in(person)


def test_a_verifier_confirms_who_came_in_person(verifier: Client, newcomer: User, oak: Neighborhood) -> None:
    assert "Tomas Greene" in verifier.get(PAGE).content.decode()
    residency = Residency.objects.get(person=newcomer)
    verifier.post(PAGE, {"action": "confirm_in_person", "_selected_action": [residency.pk]})
    confirmed = find_residency(newcomer.pk)
    assert confirmed is not None
    assert confirmed.is_verified
    assert str(confirmed.verified_by) == "Vera Ortiz"
    oak.refresh_from_db()
    assert (oak.claimed_count, oak.verified_count) == (0, 1)


def test_a_verifier_sees_nobody_who_need_not_be_confirmed(verifier: Client, resident: User, newcomer: User) -> None:
    assert "Maria Lopez" not in verifier.get(PAGE).content.decode()


def test_a_verifier_changes_nothing_by_hand(verifier: Client, newcomer: User) -> None:
    residency = Residency.objects.get(person=newcomer)
    assert verifier.get(f"{PAGE}add/").status_code == 403
    assert verifier.post(f"{PAGE}{residency.pk}/change/", {"standing": "verified"}).status_code == 403
    assert verifier.post(f"{PAGE}{residency.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_verifier_sees_nothing_else(verifier: Client) -> None:
    assert verifier.get("/admin/accounts/user/").status_code == 403
    assert verifier.get("/admin/commands/coverage/").status_code == 403


def test_an_officer_cannot_confirm(sign_in: Callable[[User], Client], officer: User, newcomer: User) -> None:
    residency = Residency.objects.get(person=newcomer)
    sign_in(officer).post(PAGE, {"action": "confirm_in_person", "_selected_action": [residency.pk]})
    residency.refresh_from_db()
    assert not residency.is_verified
