"""Do the links of neighbors lead to a question with a button, and to a reason where there is nothing to press?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from neighborhoods.models import Neighborhood, Vouch, VouchLink
from neighborhoods.selectors import find_residency
from neighborhoods.services.vouches import make_invitation, make_request, use_link
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
PAGE = "/residency/vouching/"


@pytest.fixture
def rosa(oak: Neighborhood) -> User:
    return settle(make_resident_account("Rosa Marin"), oak, is_verified=True)


def link_on(page: str) -> str:
    found = re.search(r'value="http://testserver(/vouch/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_invitation_is_made_sent_opened_and_accepted(
    sign_in: SignIn, resident: User, rosa: User, newcomer: User
) -> None:
    browser = sign_in(newcomer)
    for voucher, name in ((resident, "Maria L."), (rosa, "Rosa M.")):
        link = link_on(sign_in(voucher).post(PAGE).content.decode())
        opened = browser.get(link).content.decode()
        assert f"{name} invites you" in opened
        assert "Accept" in opened
        accepted = browser.post(link, follow=True).content.decode()
    assert "Two neighbors have vouched for you" in accepted
    home = find_residency(newcomer.pk)
    assert home is not None
    assert home.verified_how == "vouches"


def test_opening_a_link_counts_nothing(sign_in: SignIn, resident: User, newcomer: User) -> None:
    link = link_on(sign_in(resident).post(PAGE).content.decode())
    for _ in range(3):
        assert sign_in(newcomer).get(link).status_code == 200
    assert not Vouch.objects.exists()


def test_a_request_asks_a_neighbor_who_knows(sign_in: SignIn, resident: User, newcomer: User, now: datetime) -> None:
    link = link_on(sign_in(newcomer).post("/residency/neighbors/").content.decode())
    client = sign_in(resident)
    assert "Do you know that Tomas G. lives in Oak?" in client.get(link).content.decode()
    page = client.post(link, follow=True).content.decode()
    assert "Tomas G. has your word" in page
    assert Vouch.objects.get().voucher == resident


def test_the_whole_name_and_the_address_are_not_shown(sign_in: SignIn, resident: User, newcomer: User) -> None:
    request = link_on(sign_in(newcomer).post("/residency/neighbors/").content.decode())
    assert "Greene" not in sign_in(resident).get(request).content.decode()
    invitation = link_on(sign_in(resident).post(PAGE).content.decode())
    assert "Lopez" not in sign_in(newcomer).get(invitation).content.decode()


def test_a_visitor_reads_the_same_whether_a_link_is_there_or_not(resident: User, now: datetime) -> None:
    token = make_invitation(person=resident, at=now)
    there, not_there = (Client().get(f"/vouch/{name}/") for name in (token, "A" * len(token)))
    assert there.status_code == not_there.status_code == 200
    pages = [
        response.content.decode().replace(name, "")
        for response, name in ((there, token), (not_there, "A" * len(token)))
    ]
    assert pages[0] == pages[1]
    assert "Maria" not in pages[0]
    assert f"next=/vouch/{token}/" in there.content.decode()


def test_a_visitor_cannot_press_anything(resident: User, now: datetime) -> None:
    Client().post(f"/vouch/{make_invitation(person=resident, at=now)}/")
    assert not Vouch.objects.exists()


def test_an_unknown_link_says_one_thing(sign_in: SignIn, newcomer: User) -> None:
    client = sign_in(newcomer)
    for token in ("x", "%00", "a" * 400, "é"):
        response = client.get(f"/vouch/{token}/")
        assert response.status_code == 404
        assert "This link is not valid any more" in response.content.decode()


def test_a_used_link_says_what_next(sign_in: SignIn, resident: User, newcomer: User, oak: Neighborhood) -> None:
    link = link_on(sign_in(resident).post(PAGE).content.decode())
    sign_in(newcomer).post(link)
    other = sign_in(settle(make_resident_account("Olga Other"), oak, is_verified=False))
    assert "has been used" in other.get(link).content.decode()
    refused = other.post(link)
    assert refused.status_code == 409
    assert "ask Maria L. for another" in refused.content.decode()
    assert Vouch.objects.count() == 1


def test_staff_have_no_word_to_give(sign_in: SignIn, officer: User, newcomer: User, now: datetime) -> None:
    token = make_request(person=newcomer, at=now)
    assert sign_in(officer).get(f"/vouch/{token}/").status_code == 403
    assert sign_in(officer).post(f"/vouch/{token}/").status_code == 403


def test_opening_links_has_a_limit(sign_in: SignIn, newcomer: User) -> None:
    client = sign_in(newcomer)
    statuses = [client.get("/vouch/x/").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


def test_a_link_is_taken_back_by_its_maker_alone(sign_in: SignIn, resident: User, rosa: User, newcomer: User) -> None:
    link = link_on(sign_in(resident).post(PAGE).content.decode())
    take_back = f"/residency/links/{VouchLink.objects.get().pk}/take-back/"
    for stranger in (rosa, newcomer):
        assert sign_in(stranger).post(take_back).status_code == 404
    assert "Maria L. invites you" in sign_in(newcomer).get(link).content.decode()
    assert "Taken back" in sign_in(resident).post(take_back, follow=True).content.decode()
    assert "took this link back" in sign_in(newcomer).get(link).content.decode()


def test_the_page_says_how_many_words_are_left(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    assert "5 of 5 left this year" in client.get(PAGE).content.decode()
    for _ in range(5):
        client.post(PAGE)
    page = client.get(PAGE).content.decode()
    assert "0 of 5 left this year" in page
    assert "5 links still work" in page
    assert "Make a link" not in page
    assert "5 times in the last 12 months" in client.post(PAGE, follow=True).content.decode()


def test_who_may_not_vouch_reads_why(sign_in: SignIn, newcomer: User) -> None:
    page = sign_in(newcomer).get(PAGE).content.decode()
    assert "confirmed by letter or in person" in page
    assert "Make a link" not in page


def test_the_page_costs_the_same_however_many_words_were_given(
    sign_in: SignIn, resident: User, oak: Neighborhood, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(resident)
    client.get(PAGE)
    limit = 9
    with django_assert_max_num_queries(limit):
        client.get(PAGE)
    for number in range(4):
        at = timezone.now() - timedelta(days=number)
        person = settle(make_resident_account(f"New Person{number}"), oak, is_verified=False)
        use_link(token=make_invitation(person=resident, at=at), person=person, at=at)
    with django_assert_max_num_queries(limit):
        client.get(PAGE)
