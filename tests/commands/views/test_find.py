"""Does a look-up name the neighborhood and who serves it, kindly also where there is none?"""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Address
from neighborhoods.rules import normalize_address

pytestmark = pytest.mark.django_db


def add_address(number: str, street: str, longitude: float, unit: str = "", city: str = "", postcode: str = "") -> None:
    Address.objects.create(
        number=number,
        street=street,
        unit=unit,
        city=city,
        postcode=postcode,
        location=Point(longitude, 0.5, srid=4326),
        search_text=normalize_address(f"{number} {street} {unit}"),
    )


def text_of(client: Client, query: str) -> str:
    response = client.get(f"/find/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_point_finds_its_neighborhood_and_command(client: Client, central: PoliceCommand) -> None:
    page = text_of(client, "?latitude=0.5&longitude=1.5")
    assert "This is Elm" in page
    assert 'href="/neighborhoods/elm/"' in page
    assert 'href="/commands/central/"' in page
    assert 'href="/accounts/signup/"' in page


def test_a_point_outside_every_neighborhood_gets_a_kind_answer(client: Client, central: PoliceCommand) -> None:
    assert "We found no neighborhood there." in text_of(client, "?latitude=5&longitude=5")


def test_an_address_is_found_however_it_is_written(client: Client, central: PoliceCommand) -> None:
    add_address("12", "North 5th Street", 0.5)
    assert "This is Oak" in text_of(client, "?address=12+n.+5th+st,+Sacramento")


def test_several_addresses_are_offered_to_choose_from(client: Client, central: PoliceCommand) -> None:
    add_address("12", "Main St", 0.5)
    add_address("12", "Maine Ave", 1.5)
    page = text_of(client, "?address=12+main")
    assert "Which one is it?" in page
    assert 'href="?latitude=0.5&amp;longitude=1.5"' in page


def test_units_of_one_house_are_one_choice(client: Client, central: PoliceCommand) -> None:
    add_address("12", "Main St", 0.5, unit="Apt 1")
    add_address("12", "Main St", 0.5, unit="Apt 2")
    assert "This is Oak" in text_of(client, "?address=12+Main+Street")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?address=", "Enter your street and number"),
        ("?address=99+Nowhere", "We do not know this address."),
        ("?latitude=abc&longitude=1", "Enter degrees as a number"),
        ("?latitude=1", "Enter the longitude too."),
        ("?latitude=91&longitude=0", "There is no such place"),
        ("?latitude=nan&longitude=0", "Enter degrees as a number"),
    ],
)
def test_what_cannot_be_looked_up_says_why(client: Client, central: PoliceCommand, query: str, message: str) -> None:
    add_address("12", "Main St", 0.5)
    assert message in text_of(client, query)


def test_what_was_typed_stays_in_the_form(client: Client, central: PoliceCommand) -> None:
    add_address("12", "Main St", 0.5)
    assert 'value="99 Nowhere"' in text_of(client, "?address=99+Nowhere")


def test_the_form_works_before_addresses_are_loaded(client: Client, central: PoliceCommand) -> None:
    page = text_of(client, "")
    assert 'name="address"' not in page
    assert 'name="latitude"' in page


def test_a_resident_without_home_may_make_it_theirs(
    sign_in: object, homeless_account: User, resident: User, officer: User
) -> None:
    assert callable(sign_in)
    for user, may in ((homeless_account, True), (resident, False), (officer, False)):
        assert ("I live here" in text_of(sign_in(user), "?latitude=0.5&longitude=0.5")) is may


def test_too_many_look_ups_have_to_wait_and_others_do_not(client: Client, central: PoliceCommand) -> None:
    here, query = "2001:db8:0:1::1", "/find/?latitude=0.5&longitude=0.5"
    answers = [client.get(query, headers={"X-Forwarded-For": here}) for _ in range(61)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "Those were many look-ups. Wait " in refused.content.decode()
    same_home = client.get(query, headers={"X-Forwarded-For": "2001:db8:0:1::2"})
    another_home = client.get(query, headers={"X-Forwarded-For": "2001:db8:0:2::1"})
    assert (same_home.status_code, another_home.status_code) == (429, 200)


def test_the_form_itself_is_never_refused(client: Client, central: PoliceCommand) -> None:
    assert {client.get("/find/").status_code for _ in range(70)} == {200}


def suggestions(client: Client, beginning: str) -> list[str]:
    response = client.get("/addresses/", {"beginning": beginning})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return list(response.json()["addresses"])


def test_an_address_is_suggested_while_it_is_typed(
    client: Client, central: PoliceCommand, django_assert_num_queries: Any
) -> None:
    for unit in ("Apt 1", "Apt 2"):
        add_address("12", "Main St", 0.5, unit, "Oak City", "95811")
    add_address("12", "Maine Ave", 1.5)
    add_address("121", "Main St", 0.5)
    with django_assert_num_queries(1):
        assert suggestions(client, "12 ma") == ["12 Main St, Oak City 95811", "12 Maine Ave"]
    assert suggestions(client, "12") == ["12 Main St, Oak City 95811", "12 Maine Ave", "121 Main St"]
    assert suggestions(client, "12 Main St, Oak City 95811") == ["12 Main St, Oak City 95811"]
    for nothing in ("", "  ", "99 Nowhere", "%", "x" * 5000, "\0"):
        assert suggestions(client, nothing) == []


def test_a_suggested_address_finds_the_one_house_it_names(client: Client, central: PoliceCommand) -> None:
    add_address("12", "Main St", 0.5, city="Oak City", postcode="95811")
    add_address("12", "Main St", 1.5, city="Elm City", postcode="95816")
    add_address("12", "Main St E", 1.5, city="Elm City", postcode="95816")
    assert "Which one is it?" in text_of(client, "?address=12+Main+St")
    for suggestion, name in zip(suggestions(client, "12 main st"), ("Oak", "Elm"), strict=True):
        assert f"This is {name}" in text_of(client, "?" + urlencode({"address": suggestion}))


def test_too_many_suggestions_stop_for_a_while(client: Client, central: PoliceCommand) -> None:
    answers = [client.get("/addresses/?beginning=1") for _ in range(241)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json() == {"addresses": []}
