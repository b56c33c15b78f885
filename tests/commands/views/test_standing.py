"""Does the page of a known home say where each way stands, and take a code, a question and a goodbye?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from neighborhoods.models import Home, Letter, Neighborhood, Residency, VouchLink
from neighborhoods.selectors import find_residency
from neighborhoods.services import claim_secret_residency
from neighborhoods.services.letters import ask_for_letter, print_letters
from neighborhoods.services.vouches import make_invitation, use_link
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import a_verifier, settle
from tests.neighborhoods.letters import HOME, codes_in

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
PAGE = "/residency/"
CODE = "/residency/code/"
WRONG = "2222 2222"


@pytest.fixture
def tomas(oak: Neighborhood, central: object) -> User:
    """Has said where he lives, with an address."""
    return settle(make_resident_account("Tomas Greene"), oak, is_verified=False, home=HOME)


def home_of(person: User) -> Residency:
    home = find_residency(person.pk)
    assert home is not None
    return home


def printed_code(person: User, at: datetime) -> str:
    ask_for_letter(person=person, at=at)
    (code,) = codes_in(print_letters(by=a_verifier(), at=at))
    return code


def read(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


# The letter


def test_a_letter_is_asked_for_by_a_button_and_then_waits(sign_in: SignIn, tomas: User) -> None:
    client = sign_in(tomas)
    assert "Send me a letter" in read(client)
    page = client.post("/residency/letter/", follow=True).content.decode()
    assert "We will print your letter with the next ones" in page
    assert "Asked for" in page
    assert "Send me a letter" not in page
    again = client.post("/residency/letter/", follow=True).content.decode()
    assert "not been printed yet" in again
    assert Letter.objects.count() == 1


def test_a_printed_letter_opens_the_field_for_its_code(sign_in: SignIn, tomas: User) -> None:
    printed_code(tomas, timezone.now())
    page = read(sign_in(tomas))
    assert "On its way" in page
    assert "Check the code" in page
    assert "If it has not by" in page
    assert "Send another" not in page


def test_after_five_days_another_letter_is_offered(sign_in: SignIn, tomas: User) -> None:
    printed_code(tomas, timezone.now() - timedelta(days=6))
    assert "It did not come. Send another" in read(sign_in(tomas))


def test_the_square_on_the_letter_fills_the_code_in_and_confirms_nothing(sign_in: SignIn, tomas: User) -> None:
    code = printed_code(tomas, timezone.now())
    page = read(sign_in(tomas), f"{CODE}?code={code}")
    assert f'value="{code}"' in page
    assert not home_of(tomas).is_verified


def test_the_square_leads_a_visitor_back_after_signing_in(tomas: User) -> None:
    response = Client().get(f"{CODE}?code=7KQ4M2X9")
    assert response.status_code == 302
    assert "next=/residency/code/%3Fcode%3D7KQ4M2X9" in response["Location"]


def test_the_right_code_however_typed_confirms_the_home(sign_in: SignIn, tomas: User) -> None:
    code = printed_code(tomas, timezone.now())
    client = sign_in(tomas)
    page = client.post(CODE, {"code": f" {code[:4].lower()}-{code[4:]} "}, follow=True).content.decode()
    assert "You live in Oak" in page
    assert "Confirmed by letter on" in page
    assert home_of(tomas).is_verified


def test_a_wrong_code_says_so_at_the_field_and_keeps_what_was_typed(sign_in: SignIn, tomas: User) -> None:
    printed_code(tomas, timezone.now())
    response = sign_in(tomas).post(CODE, {"code": WRONG})
    page = response.content.decode()
    assert response.status_code == 422
    assert "That code does not match. You have 4 tries left." in page
    assert f'value="{WRONG}"' in page


@pytest.mark.parametrize("typed", ["", "7KQ4", "0OIL 1111", "x" * 500, "7KQ4\0M2X9!", "<b>"])
def test_what_cannot_be_a_code_is_no_try(sign_in: SignIn, tomas: User, typed: str) -> None:
    printed_code(tomas, timezone.now())
    client = sign_in(tomas)
    for _ in range(6):
        assert client.post(CODE, {"code": typed}).status_code == 422
    assert Letter.objects.get().wrong_tries == 0


def test_the_sixth_guess_meets_a_lock_and_a_new_letter_is_offered(sign_in: SignIn, tomas: User) -> None:
    printed_code(tomas, timezone.now())
    client = sign_in(tomas)
    for _ in range(5):
        client.post(CODE, {"code": WRONG})
    response = client.post(CODE, {"code": WRONG})
    page = response.content.decode()
    assert response.status_code == 422
    assert "This code is locked after 5 wrong tries." in page
    assert "Send another letter" in page


def test_a_code_that_came_too_late_says_when_it_ended_and_offers_a_new_letter(sign_in: SignIn, tomas: User) -> None:
    code = printed_code(tomas, timezone.now() - timedelta(days=31))
    client = sign_in(tomas)
    page = client.post(CODE, {"code": code}).content.decode()
    assert "This code ended on" in page
    assert "Send another letter" in page
    assert "Ended" in read(client)


def test_guessing_on_and_on_is_slowed_down(sign_in: SignIn, tomas: User) -> None:
    printed_code(tomas, timezone.now())
    client = sign_in(tomas)
    statuses = [client.post(CODE, {"code": WRONG}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


# Secrets and addresses


def test_a_secret_address_is_offered_no_letter_and_the_desk_first(
    sign_in: SignIn, homeless_account: User, oak: Neighborhood, central: object, now: datetime
) -> None:
    claim_secret_residency(person=homeless_account, neighborhood_id=oak.pk, at=now)
    page = read(sign_in(homeless_account))
    assert "Send me a letter" not in page
    assert "We keep no address of yours" in page
    assert "<details open>" in page


def test_the_address_is_shown_to_its_resident_alone(sign_in: SignIn, tomas: User, resident: User) -> None:
    assert "1127 V St, Apt 2" in read(sign_in(tomas))
    assert "1127 V St" not in read(sign_in(resident))


def test_the_address_is_kept_only_if_asked_and_erased_when_the_mind_changes(sign_in: SignIn, tomas: User) -> None:
    client = sign_in(tomas)
    client.post("/residency/address/", {"keep": "yes"})
    client.post(CODE, {"code": printed_code(tomas, timezone.now())})
    assert home_of(tomas).is_verified
    assert "1127 V St, Apt 2" in read(client)
    client.post("/residency/address/", {"keep": "no"})
    assert not Home.objects.exists()
    assert "1127 V St" not in read(client)


# Vouches


def test_a_link_for_neighbors_is_shown_once(sign_in: SignIn, tomas: User) -> None:
    client = sign_in(tomas)
    page = client.post("/residency/neighbors/").content.decode()
    assert "/vouch/" in page
    assert "/vouch/" not in read(client)
    assert "1 link still works" in read(client)


def test_who_vouched_is_named_and_who_is_missing_too(
    sign_in: SignIn, newcomer: User, resident: User, now: datetime
) -> None:
    client = sign_in(newcomer)
    assert "0 of 2" in read(client)
    use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    page = read(client)
    assert "1 of 2" in page
    assert "Maria L." in page
    assert "One more neighbor to go" in page


def test_the_page_costs_the_same_however_much_was_done(
    sign_in: SignIn, tomas: User, resident: User, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(tomas)
    client.get(PAGE)
    limit = 15
    with django_assert_max_num_queries(limit):
        client.get(PAGE)
    use_link(token=make_invitation(person=resident, at=now), person=tomas, at=now)
    for _ in range(4):
        client.post("/residency/neighbors/")
    printed_code(tomas, timezone.now())
    with django_assert_max_num_queries(limit):
        client.get(PAGE)


# Boundaries and leaving


def test_a_moved_boundary_is_told_until_it_was_read(
    sign_in: SignIn, resident: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    Residency.objects.filter(person=resident).update(neighborhood=elm, moved_from=oak, moved_at=now)
    client = sign_in(resident)
    page = read(client)
    assert "Your neighborhood is now Elm" in page
    assert "before, your home counted in Oak" in page
    assert "Your neighborhood is now" not in client.post("/residency/boundary/", follow=True).content.decode()


def test_whoever_is_cut_by_a_boundary_says_on_which_side_home_is(
    sign_in: SignIn, homeless_account: User, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, now: datetime
) -> None:
    settle(homeless_account, oak, is_verified=False)
    # The cell around the border at one degree east.
    Residency.objects.filter(person=homeless_account).update(cell_row=370, cell_column=740, asks_where_since=now)
    client = sign_in(homeless_account)
    page = read(client)
    assert "On which side is your home?" in page
    assert f'name="side" value="{elm.pk}"' in page
    for nonsense in (str(pine.pk), "", "x", "٣", "9" * 5000):
        client.post("/residency/boundary/", {"side": nonsense})
        assert home_of(homeless_account).neighborhood == oak
    client.post("/residency/boundary/", {"side": str(elm.pk)})
    assert home_of(homeless_account).neighborhood == elm


def test_leaving_ends_the_home_that_was_asked_about_and_no_other(
    sign_in: SignIn, resident: User, newcomer: User, oak: Neighborhood
) -> None:
    client = sign_in(resident)
    for other in ("", "x", str(home_of(newcomer).pk)):
        client.post("/residency/leave/", {"home": other})
        assert home_of(resident).is_verified
    page = client.post("/residency/leave/", {"home": str(home_of(resident).pk)}, follow=True).content.decode()
    assert "Your home here has ended" in page
    assert find_residency(resident.pk) is None
    assert find_residency(newcomer.pk) is not None
    oak.refresh_from_db()
    assert oak.verified_count == 0


def test_asking_neighbors_has_a_limit_a_day(sign_in: SignIn, tomas: User) -> None:
    client = sign_in(tomas)
    for _ in range(25):
        client.post("/residency/neighbors/")
    assert VouchLink.objects.count() == 5
