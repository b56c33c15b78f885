"""Who changes a name, and what do others see then?"""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

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


def test_staff_ask_their_manager(sign_in: SignInAs, officer: User) -> None:
    client = sign_in(officer)
    assert client.post(NAME, {"full_name": "Chief Delgado"}).status_code == 403
    assert "Ask your manager." in client.get("/accounts/").content.decode()
    officer.refresh_from_db()
    assert officer.full_name == "Kim Delgado"
