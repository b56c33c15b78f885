"""Can a resident say where home is, in two steps, and see what follows?"""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.selectors import find_residency

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
IN_ELM = {"latitude": "0.5", "longitude": "1.5"}


def test_looking_a_home_up_changes_nothing_yet(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    page = sign_in(homeless_account).post("/residency/", IN_ELM).content.decode()
    assert "Do you live in Elm?" in page
    assert "Central Command" in page
    assert find_residency(homeless_account.pk) is None


def test_agreeing_leads_to_the_feed(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    response = sign_in(homeless_account).post("/residency/", IN_ELM | {"confirm": "yes"})
    assert (response.status_code, response["Location"]) == (302, "/feed/")
    residency = find_residency(homeless_account.pk)
    assert residency is not None
    assert str(residency.neighborhood) == "Elm"


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
        client.post("/residency/", IN_ELM | {"confirm": "yes"})
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
