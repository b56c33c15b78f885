"""Who changes a name, and what do others see then?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.rules import begins_with_police_rank
from tests.accounts.factories import PASSWORD

SignInAs = Callable[[User], Client]

pytestmark = pytest.mark.django_db

NAME = "/accounts/name/"


def test_a_resident_changes_the_name_and_how_much_of_it_is_shown(sign_in: SignInAs, resident: User) -> None:
    client = sign_in(resident)
    assert 'value="Maria Lopez"' in client.get(NAME).content.decode()
    client.post(NAME, {"full_name": " Maria  Gomez ", "shows_last_name": "on"})
    resident.refresh_from_db()
    assert (resident.full_name, resident.public_name) == ("Maria Gomez", "Maria Gomez")
    assert "you as “Maria Gomez” now" in client.get("/accounts/").content.decode()

    client.post(NAME, {"full_name": "Maria Gomez"})
    resident.refresh_from_db()
    assert resident.public_name == "Maria G."


def test_what_is_no_name_is_refused_and_kept_to_mend(sign_in: SignInAs, resident: User) -> None:
    response = sign_in(resident).post(NAME, {"full_name": "1234"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Write your name with letters" in page
    assert 'value="1234"' in page
    resident.refresh_from_db()
    assert resident.full_name == "Maria Lopez"


def test_a_name_changes_once_in_thirty_days_and_how_much_is_shown_at_any_time(
    sign_in: SignInAs, resident: User, now: datetime
) -> None:
    client = sign_in(resident)

    def rename(name: str, days: int, **shown: str) -> Any:
        with time_machine.travel(now + timedelta(days=days), tick=False):
            return client.post(NAME, {"full_name": name, **shown})

    with time_machine.travel(now, tick=False):
        client.force_login(resident)
    assert rename("Maria Gomez", 0).status_code == 302
    refusal = rename("Rosa Marin", 10)
    assert refusal.status_code == 422
    page = refusal.content.decode()
    assert "You can change it again from December 20 on." in page
    assert 'value="Rosa Marin"' in page
    assert rename("Maria Gomez", 10, shows_last_name="on").status_code == 302
    resident.refresh_from_db()
    assert resident.public_name == "Maria Gomez"
    with time_machine.travel(now + timedelta(days=30), tick=False):
        client.force_login(resident)
    assert rename("Maria Lopez", 30).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "Officer Delgado", "officer delgado", "Sgt. Kim", "SGT.Kim", "Lieutenant Lee", "Lt Lee", "Capt. Osei", "Chief",
        "Detective Ray", "Deputy Ray", "Police Central", "PIO Lee", "P.I.O. Lee", "- Officer Ray", "\uff2ffficer Ray",
        "Of\u00adficer Ray", "\u00d3fficer Ray",
    ],
)  # fmt: skip
def test_nobody_is_called_like_police(sign_in: SignInAs, client: Client, resident: User, name: str) -> None:
    for page in (
        sign_in(resident).post(NAME, {"full_name": name}),
        client.post("/accounts/signup/", {"full_name": name, "email": "new@example.test", "password1": PASSWORD}),
    ):
        assert "Leave out ranks and titles of the police." in page.content.decode()
    resident.refresh_from_db()
    assert resident.full_name == "Maria Lopez"


@pytest.mark.parametrize(
    "name", ["Chiefton Ray", "Major Lewis", "Lou Officer", "Ltaief Ben", "Sargent Ray", "Pío Baroja"]
)
def test_names_that_only_look_a_little_like_it_are_names(name: str) -> None:
    assert not begins_with_police_rank(name)


def test_staff_ask_their_manager(sign_in: SignInAs, officer: User) -> None:
    client = sign_in(officer)
    assert client.post(NAME, {"full_name": "Chief Delgado"}).status_code == 403
    assert "Ask your manager." in client.get("/accounts/").content.decode()
    officer.refresh_from_db()
    assert officer.full_name == "Kim Delgado"
