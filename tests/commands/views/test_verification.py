"""Can a verifier print, print again, find and confirm, without a list of who lives where?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from neighborhoods.models import Letter, LookUp, Neighborhood
from neighborhoods.selectors import find_residency
from neighborhoods.services.letters import ask_for_letter, print_letters
from tests.accounts.factories import make_resident_account, make_staff
from tests.neighborhoods.factories import a_verifier, settle
from tests.neighborhoods.letters import HOME, codes_in, pages_of

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
PAGE = "/verification/"


@pytest.fixture
def verifier(sign_in: SignIn) -> Client:
    person = make_staff("Val Iden", "")
    person.groups.add(Group.objects.get(name="Verifiers"))
    return sign_in(person)


@pytest.fixture
def tomas(oak: Neighborhood) -> User:
    return settle(make_resident_account("Tomas Greene"), oak, is_verified=False, home=HOME)


def is_verified(person: User) -> bool:
    home = find_residency(person.pk)
    return home is not None and home.is_verified


def test_the_letters_that_wait_come_as_one_file_nobody_keeps(verifier: Client, tomas: User) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    assert "1 letter waits" in verifier.get(PAGE).content.decode()
    response = verifier.post("/verification/letters/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="letters-')
    assert "no-store" in response["Cache-Control"]
    assert len(pages_of(response.content)) == 1
    page = verifier.get(PAGE).content.decode()
    assert "No letter waits" in page
    assert "1 letter, by Val Iden" in page


def test_the_page_shows_neither_names_nor_addresses(verifier: Client, tomas: User) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    verifier.post("/verification/letters/")
    page = verifier.get(PAGE).content.decode()
    assert not any(word in page for word in ("Tomas", "Greene", "1127", "V St", "95818"))


def test_pressing_twice_says_that_nothing_waits(verifier: Client, tomas: User) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    verifier.post("/verification/letters/")
    assert "No letter waits" in verifier.post("/verification/letters/", follow=True).content.decode()


def test_a_lost_file_is_printed_again_with_new_codes(verifier: Client, tomas: User) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    (old,) = codes_in(verifier.post("/verification/letters/").content)
    printed_at = Letter.objects.get().printed_at
    assert printed_at is not None
    assert printed_at.isoformat() in verifier.get(PAGE).content.decode()
    again = verifier.post("/verification/letters/again/", {"printed_at": printed_at.isoformat()})
    (new,) = codes_in(again.content)
    assert new != old


@pytest.mark.parametrize("printed_at", ["", "x", "2026-13-45T00:00", "2026-11-20T12:00", "0001-01-01T00:00:00+14:00"])
def test_a_batch_that_is_not_there_is_not_printed(verifier: Client, tomas: User, printed_at: str) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    response = verifier.post("/verification/letters/again/", {"printed_at": printed_at}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    assert Letter.objects.get().printed_at is None


def test_somebody_who_is_there_is_found_by_name_and_confirmed(verifier: Client, newcomer: User) -> None:
    found = verifier.post(PAGE, {"name": "greene"}).content.decode()
    assert "Tomas Greene" in found
    assert "Oak" in found
    home = find_residency(newcomer.pk)
    assert home is not None
    assert f"/verification/{home.pk}/confirm/" in found
    page = verifier.post(f"/verification/{home.pk}/confirm/", follow=True).content.decode()
    assert "Confirmed: Tomas Greene lives in Oak." in page
    assert is_verified(newcomer)
    assert list(LookUp.objects.order_by("pk").values_list("reason", flat=True)) == ["search", "in_person"]


def test_confirming_twice_says_that_it_was_done(verifier: Client, newcomer: User) -> None:
    home = find_residency(newcomer.pk)
    assert home is not None
    for _ in range(2):
        page = verifier.post(f"/verification/{home.pk}/confirm/", follow=True).content.decode()
    assert "not waiting to be confirmed any more" in page


def test_a_search_finds_nobody_who_is_confirmed(verifier: Client, resident: User) -> None:
    page = verifier.post(PAGE, {"name": "Maria"}).content.decode()
    assert "Maria Lopez" not in page
    assert "Nobody of this name waits" in page


@pytest.mark.parametrize("name", ["", "To", "   ", "\0\0"])
def test_a_search_needs_three_letters(verifier: Client, newcomer: User, name: str) -> None:
    response = verifier.post(PAGE, {"name": name})
    assert response.status_code == 422
    assert "Enter at least 3 letters" in response.content.decode()


def test_a_name_in_the_address_searches_nothing(verifier: Client, newcomer: User) -> None:
    assert "Tomas Greene" not in verifier.get(f"{PAGE}?name=Tomas").content.decode()


def test_searching_for_hours_has_a_limit(verifier: Client, newcomer: User) -> None:
    statuses = [verifier.post(PAGE, {"name": "nobody here"}).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]


def test_officers_get_nothing_done_here(sign_in: SignIn, manager: User, tomas: User) -> None:
    ask_for_letter(person=tomas, at=timezone.now())
    home = find_residency(tomas.pk)
    assert home is not None
    client = sign_in(manager)
    for address in ("/verification/letters/", f"/verification/{home.pk}/confirm/", PAGE):
        assert client.post(address, {"name": "Tomas"}).status_code == 403
    assert Letter.objects.get().printed_at is None
    assert not is_verified(tomas)
    assert not LookUp.objects.exists()


def test_a_verifier_without_a_second_factor_is_led_to_its_setup(sign_in: SignIn, newcomer: User) -> None:
    response = sign_in(a_verifier()).post(PAGE, {"name": "Tomas"})
    assert response.status_code == 302
    assert not LookUp.objects.exists()


def test_the_page_costs_the_same_however_many_letters_there_are(
    verifier: Client, oak: Neighborhood, tomas: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    verifier.get(PAGE)
    limit = 12
    with django_assert_max_num_queries(limit):
        verifier.get(PAGE)
    for number in range(4):
        person = settle(make_resident_account(f"New Person{number}"), oak, is_verified=False, home=HOME)
        at = timezone.now() - timedelta(hours=number)
        ask_for_letter(person=person, at=at)
        print_letters(by=a_verifier(), at=at)
        ask_for_letter(
            person=settle(make_resident_account(f"Late Person{number}"), oak, is_verified=False, home=HOME), at=at
        )
    with django_assert_max_num_queries(limit):
        verifier.get(PAGE)
