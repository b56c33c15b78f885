"""Can a resident say where home is, in two steps, and see what follows?"""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency, WaitingForArea
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import find_residency, open_home, search_addresses
from tests.commands.views.test_find import add_address

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
IN_ELM = {"latitude": "0.5", "longitude": "1.5"}


def home_of(person: User) -> Residency:
    residency = find_residency(person.pk)
    assert residency is not None
    return residency


def text_of(response: HttpResponseBase, status: int = 200) -> str:
    assert isinstance(response, HttpResponse)
    assert response.status_code == status
    return response.content.decode()


def test_looking_a_home_up_changes_nothing_yet(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    page = text_of(sign_in(homeless_account).post("/residency/", IN_ELM))
    assert "Do you live in Elm?" in page
    assert "Central Command" in page
    assert find_residency(homeless_account.pk) is None


def test_agreeing_leads_to_the_ways_to_show_it(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    client = sign_in(homeless_account)
    response = client.post("/residency/", IN_ELM | {"confirm": "yes"}, follow=True)
    assert "Show that you live in Elm" in text_of(response)
    residency = home_of(homeless_account)
    assert (str(residency.neighborhood), open_home(residency.pk)) == ("Elm", None)


def test_a_home_found_by_its_address_is_kept_sealed_with_its_door(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    add_address("12", "Main St", 1.5, unit="Apt 1", city="Elm City", postcode="95811")
    add_address("12", "Main St", 1.5, unit="Apt 2", city="Elm City", postcode="95811")
    client = sign_in(homeless_account)
    page = text_of(client.post("/residency/", {"address": "12 main street"}))
    assert "12 Main St, Elm City 95811" in page
    assert '<option value="Apt 2">' in page
    assert 'name="street"' not in page
    assert 'name="unit" value="Apt 2"' in text_of(client.post("/residency/", {"address": "12 main st apt 2"}))
    house = search_addresses("12 Main St")[0]
    agreed = {"address_id": house.id, "confirm": "yes"}
    assert "Choose or enter your apartment or unit." in text_of(client.post("/residency/", agreed), 422)
    assert find_residency(homeless_account.pk) is None
    client.post("/residency/", agreed | {"unit": "Apt 2"})
    residency = home_of(homeless_account)
    assert str(residency.neighborhood) == "Elm"
    assert residency.household_hash
    assert open_home(residency.pk) == ExactHome("12 Main St", "Apt 2", "Elm City", "95811", 0.5, 1.5)


def test_of_several_houses_one_is_chosen(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    add_address("12", "Main St", 0.5, city="Oak City", postcode="95811")
    add_address("12", "Maine Ave", 1.5, city="Elm City", postcode="95816")
    client = sign_in(homeless_account)
    page = text_of(client.post("/residency/", {"address": "12 main"}))
    assert "Which one is it?" in page
    chosen = search_addresses("12 maine")[0].id
    assert f'name="address_id" value="{chosen}"' in page
    assert "Do you live in Elm?" in text_of(client.post("/residency/", {"address_id": chosen}))
    for gone in (chosen + 1000, 0, 10**30):
        assert "Look your home up again." in text_of(client.post("/residency/", {"address_id": gone}), 422)


def test_what_the_list_of_addresses_does_not_know_is_asked_for(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    add_address("12", "Main St", 1.5)
    client = sign_in(homeless_account)
    agreed = {"address_id": search_addresses("12 Main St")[0].id, "confirm": "yes"}
    assert "Enter the ZIP code" in text_of(client.post("/residency/", agreed | {"city": "Elm City"}), 422)
    client.post("/residency/", agreed | {"city": "Elm City", "postcode": "95811"})
    home = open_home(home_of(homeless_account).pk)
    assert home is not None
    assert home.lines == ["12 Main St", "Elm City 95811"]


def test_beside_a_point_the_address_may_be_given_whole_or_not_at_all(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    client = sign_in(homeless_account)
    half = IN_ELM | {"confirm": "yes", "street": "7 Elm St"}
    page = text_of(client.post("/residency/", half), 422)
    assert "Enter the city" in page
    assert 'value="7 Elm St"' in page
    client.post("/residency/", half | {"city": "Elm City", "postcode": "95816"})
    home = open_home(home_of(homeless_account).pk)
    assert home == ExactHome("7 Elm St", "", "Elm City", "95816", 0.5, 1.5)


def test_an_address_known_elsewhere_does_not_go_with_the_point(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    add_address("7", "Oak St", 0.5)
    address = {"street": "7 Oak Street", "city": "Elm City", "postcode": "95816"}
    page = text_of(sign_in(homeless_account).post("/residency/", IN_ELM | address | {"confirm": "yes"}), 422)
    assert "That address does not lie in Elm." in page
    assert find_residency(homeless_account.pk) is None


def test_an_address_is_added_later_for_a_letter(sign_in: SignIn, newcomer: User, resident: User) -> None:
    client = sign_in(newcomer)
    assert "Enter the ZIP code" in text_of(client.post("/residency/mailing-address/", {"street": "7 Oak St"}), 422)
    address = {"street": "7 Oak St", "unit": "2", "city": "Oak City", "postcode": "95816"}
    response = client.post("/residency/mailing-address/", address, follow=True)
    assert "Now you can ask for a letter." in text_of(response)
    assert open_home(home_of(newcomer).pk) == ExactHome("7 Oak St", "2", "Oak City", "95816")
    response = sign_in(resident).post("/residency/mailing-address/", address, follow=True)
    assert "Your home needs no address now." in text_of(response)
    assert open_home(home_of(resident).pk) is None


def test_a_secret_address_is_asked_for_its_neighborhood_alone(
    sign_in: SignIn, homeless_account: User, elm: Neighborhood, central: PoliceCommand
) -> None:
    client = sign_in(homeless_account)
    assert "keep none" in text_of(client.get("/residency/secret/"))
    chosen = {"neighborhood": str(elm.pk)}
    page = text_of(client.post("/residency/secret/", chosen))
    assert "Do you live in Elm?" in page
    assert "Central Command" in page
    assert find_residency(homeless_account.pk) is None
    for wrong in ("", "0", "x"):
        assert client.post("/residency/secret/", {"neighborhood": wrong}).status_code == 422
    client.post("/residency/secret/", chosen | {"confirm": "yes"})
    residency = home_of(homeless_account)
    assert (residency.neighborhood, residency.is_address_secret, residency.household_hash) == (elm, True, "")


def test_a_move_to_a_secret_address_replaces_the_home_that_was_shown(
    sign_in: SignIn, resident: User, elm: Neighborhood
) -> None:
    client = sign_in(resident)
    chosen = {"neighborhood": str(elm.pk), "confirm": "yes"}
    client.post("/residency/secret/", chosen)
    assert str(home_of(resident).neighborhood) == "Oak"
    client.post("/residency/secret/", chosen | {"replaces": str(home_of(resident).pk)})
    assert (home_of(resident).neighborhood, home_of(resident).is_address_secret) == (elm, True)


def test_whose_home_lies_outside_may_ask_to_be_told(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    client = sign_in(homeless_account)
    outside = {"latitude": "5", "longitude": "5"}
    assert "Tell me when it opens" in text_of(client.post("/residency/", outside))
    assert "Tell me when it opens" in text_of(client.get("/find/?latitude=5&longitude=5"))
    assert "one mail" in text_of(client.post("/residency/wait/", outside, follow=True))
    waiting = WaitingForArea.objects.get()
    assert (waiting.person, waiting.told_at) == (homeless_account, None)
    assert "There is a neighborhood now." in text_of(client.post("/residency/wait/", IN_ELM, follow=True))
    assert "Look your home up first." in text_of(client.post("/residency/wait/", follow=True))
    assert WaitingForArea.objects.count() == 1


def test_a_second_home_is_refused_and_moving_is_offered(sign_in: SignIn, resident: User, elm: Neighborhood) -> None:
    page = text_of(sign_in(resident).post("/residency/", IN_ELM | {"confirm": "yes"}, follow=True))
    assert "You already have a home here." in page
    assert "You live in Oak" in page
    assert "I have moved" in page
    assert str(home_of(resident).neighborhood) == "Oak"


def test_a_home_outside_every_neighborhood_is_not_taken(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    response = sign_in(homeless_account).post("/residency/", {"latitude": "5", "longitude": "5", "confirm": "yes"})
    assert "We found no neighborhood there." in response.content.decode()
    assert find_residency(homeless_account.pk) is None


def test_a_move_asks_first_and_then_ends_the_old_home(
    sign_in: SignIn, resident: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    client = sign_in(resident)
    assert "You live in Oak" in client.get("/residency/").content.decode()
    assert "Have you moved?" in client.get("/residency/?move=1").content.decode()
    asked = client.post("/residency/", IN_ELM).content.decode()
    assert "Your home in Oak ends" in asked
    home = find_residency(resident.pk)
    assert home is not None
    client.post("/residency/", IN_ELM | {"confirm": "yes", "replaces": str(home.pk)})
    now = find_residency(resident.pk)
    assert now is not None
    assert (now.neighborhood, now.is_verified) == (elm, False)
    oak.refresh_from_db()
    assert oak.resident_count == 0


def test_a_double_click_on_agreeing_makes_one_home(
    sign_in: SignIn, homeless_account: User, central: PoliceCommand
) -> None:
    client = sign_in(homeless_account)
    for _ in range(2):
        response = client.post("/residency/", IN_ELM | {"confirm": "yes"}, follow=True)
        assert "You already have a home" not in text_of(response)
    assert Residency.objects.filter(person=homeless_account).count() == 1


def test_a_newcomer_reads_what_they_may_do_meanwhile(sign_in: SignIn, newcomer: User) -> None:
    page = sign_in(newcomer).get("/residency/").content.decode()
    assert "Show that you live in Oak" in page
    assert "write to Central Command in private" in page


def test_a_home_that_lost_its_neighborhood_is_asked_for_again(sign_in: SignIn, resident: User) -> None:
    Residency.objects.filter(person=resident).update(neighborhood=None)
    client = sign_in(resident)
    assert "outside every neighborhood" in client.get("/residency/").content.decode()
    home = find_residency(resident.pk)
    assert home is not None
    client.post("/residency/", IN_ELM | {"confirm": "yes", "replaces": str(home.pk)})
    assert str(getattr(find_residency(resident.pk), "neighborhood", None)) == "Elm"


def test_staff_have_no_home_and_visitors_sign_in(sign_in: SignIn, officer: User, client: Client) -> None:
    assert sign_in(officer).get("/residency/").status_code == 403
    assert client.get("/residency/")["Location"].startswith("/accounts/login/")
