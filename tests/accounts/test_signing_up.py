"""Who may open an account, and where do they land?"""

import pytest
from django.test import Client

from accounts.models import User
from accounts.rules import Kind
from tests.accounts.factories import PASSWORD, make_resident_account

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"


def entries(**changes: str) -> dict[str, str]:
    form = {
        "full_name": "Maria Lopez",
        "email": "maria@example.test",
        "password1": PASSWORD,
        "is_old_enough": "on",
    }
    return {name: value for name, value in (form | changes).items() if value}


def test_signing_up_makes_a_resident_and_asks_for_a_home(client: Client) -> None:
    response = client.post(SIGN_UP, entries(email="Maria@Example.test"))
    assert (response.status_code, response["Location"]) == (302, "/residency/")
    maria = User.objects.get()
    assert (maria.email, maria.full_name, maria.kind) == ("maria@example.test", "Maria Lopez", Kind.RESIDENT)
    assert client.session["_auth_user_id"] == str(maria.pk)


def test_nobody_signs_up_as_staff(client: Client) -> None:
    client.post(SIGN_UP, entries() | {"kind": "staff", "rank": "Chief", "is_staff": "on"})
    maria = User.objects.get()
    assert (maria.kind, maria.rank, maria.is_staff) == (Kind.RESIDENT, "", False)


@pytest.mark.parametrize("name", ["X", "مريم حسن", "Nguyễn Thị Ánh", "Kaʻiulani Kawēkiu", "N" * 80])
def test_any_real_name_is_a_name(client: Client, name: str) -> None:
    client.post(SIGN_UP, entries(full_name=name))
    assert User.objects.get().full_name == name


def test_spaces_in_a_name_are_tidied(client: Client) -> None:
    client.post(SIGN_UP, entries(full_name="  Maria   de la  Cruz "))
    assert User.objects.get().public_name == "Maria C."


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"full_name": ""}, "Enter your name."),
        ({"full_name": "   "}, "Enter your name."),
        ({"full_name": "N" * 81}, "at most 80 characters"),
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "maria"}, "valid email address"),
        ({"password1": ""}, "Choose a password."),
        ({"password1": "porch light"[:9]}, "at least 10 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"is_old_enough": ""}, "once you are 13"),
    ],
)
def test_what_is_missing_or_too_weak_is_named(client: Client, changes: dict[str, str], says: str) -> None:
    response = client.post(SIGN_UP, entries(**changes))
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not User.objects.exists()


def test_what_was_typed_is_kept_after_an_error(client: Client) -> None:
    page = client.post(SIGN_UP, entries(is_old_enough="")).content.decode()
    assert 'value="maria@example.test"' in page
    assert 'value="Maria Lopez"' in page
    assert PASSWORD not in page


def test_one_address_has_one_account(client: Client) -> None:
    make_resident_account("Maria Lopez", "maria@example.test")
    response = client.post(SIGN_UP, entries(email="MARIA@example.test"))
    assert "There is an account with this e-mail." in response.content.decode()
    assert User.objects.count() == 1


def test_the_form_tells_staff_to_use_a_private_address(client: Client) -> None:
    assert "Work for the police?" in client.get(SIGN_UP).content.decode()


def test_passwords_are_kept_as_argon2(client: Client) -> None:
    client.post(SIGN_UP, entries())
    assert User.objects.get().password.startswith("argon2$")
