"""Who may open an account, by which steps, and where do they land?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client

from accounts.models import SignIn, User
from accounts.rules import TERMS_VERSION, Kind, SignedInBy
from accounts.services import forget_what_is_over
from tests.accounts.factories import PASSWORD, make_resident_account

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"
CONFIRM = "/accounts/confirm-email/"
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def entries(**changes: str) -> dict[str, str]:
    form = {
        "full_name": "Maria Lopez",
        "email": "maria@example.test",
        "password1": PASSWORD,
        "is_old_enough": "on",
        "accepts_terms": "on",
    }
    return {name: value for name, value in (form | changes).items() if value}


def mailed_code() -> str:
    """The line of the last mail that is the code."""
    return str(mail.outbox[-1].body).split("\n\n")[1]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_signing_up_makes_a_resident_and_asks_for_the_mailed_code_then_for_a_home(client: Client) -> None:
    response = client.post(SIGN_UP, entries(email="Maria@Example.test"))
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    maria = User.objects.get()
    assert (maria.email, maria.full_name, maria.kind) == ("maria@example.test", "Maria Lopez", Kind.RESIDENT)
    assert not is_in(client)

    assert mail.outbox[-1].to == ["maria@example.test"]
    response = client.post(CONFIRM, {"code": mailed_code()})
    assert (response.status_code, response["Location"]) == (302, "/residency/")
    assert client.session["_auth_user_id"] == str(maria.pk)
    assert EmailAddress.objects.get(user=maria).verified
    assert SignIn.objects.get().how == SignedInBy.SIGN_UP


def test_the_account_keeps_which_terms_were_accepted_and_when(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(SIGN_UP, entries())
    maria = User.objects.get()
    assert (maria.terms_version, maria.terms_accepted_at) == (TERMS_VERSION, NOON)
    assert f"{TERMS_VERSION.year}" in client.get("/terms/").content.decode()


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_locks_it(client: Client) -> None:
    client.post(SIGN_UP, entries())
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        response = client.post(CONFIRM, {"code": "BBBB-BBBB"})
        assert response.status_code == 422
        assert f"That code does not match. You have {left} left." in response.content.decode()
    locked = client.post(CONFIRM, {"code": "BBBB-BBBB"})
    assert locked["Location"] == "/accounts/login/"
    assert "locked. Sign in with your e-mail and password, and we send a new one." in said(locked)
    assert client.post(CONFIRM, {"code": mailed_code()})["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_after_a_locked_code_signing_in_sends_a_new_one(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(SIGN_UP, entries())
        for _ in range(5):
            client.post(CONFIRM, {"code": "BBBB-BBBB"})
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        again = client.post("/accounts/login/", {"login": "maria@example.test", "password": PASSWORD})
        assert again["Location"] == CONFIRM
        client.post(CONFIRM, {"code": mailed_code()})
    assert is_in(client)


def test_a_code_works_for_an_hour_and_then_says_so(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(SIGN_UP, entries())
    code = mailed_code()
    with time_machine.travel(NOON + timedelta(minutes=61), tick=False):
        late = client.post(CONFIRM, {"code": code})
    assert late["Location"] == "/accounts/login/"
    assert "That code is over an hour old. Sign in with your e-mail and password" in said(late)
    assert not is_in(client)


def test_a_new_code_replaces_the_old_one(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(SIGN_UP, entries())
    first = mailed_code()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        client.post(CONFIRM, {"action": "resend"})
        second = mailed_code()
        assert client.post(CONFIRM, {"code": first}).status_code == 422
        client.post(CONFIRM, {"code": second})
    assert first != second
    assert is_in(client)


def test_who_mistyped_the_address_starts_again(client: Client) -> None:
    client.post(SIGN_UP, entries(email="mraia@example.test"))
    assert "Start again with another one" in client.get(CONFIRM).content.decode()
    assert client.post("/accounts/logout/", {"next": SIGN_UP})["Location"] == SIGN_UP
    assert client.post(SIGN_UP, entries())["Location"] == CONFIRM
    assert mail.outbox[-1].to == ["maria@example.test"]


def test_accounts_that_nobody_ever_opened_are_forgotten_after_a_week(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(SIGN_UP, entries(email="mraia@example.test"))
        other = Client()
        other.post(SIGN_UP, entries(email="confirmed@example.test"))
        other.post(CONFIRM, {"code": mailed_code()})
        make_resident_account("Dev Wolde")
    forget_what_is_over(at=NOON + timedelta(days=6))
    assert User.objects.count() == 3
    assert forget_what_is_over(at=NOON + timedelta(days=8))["accounts"] == 1
    assert not User.objects.filter(email="mraia@example.test").exists()
    assert User.objects.count() == 2


def test_an_address_that_has_an_account_gets_the_same_answer_and_a_mail_that_says_so(client: Client) -> None:
    known = make_resident_account("Maria Lopez", "known@example.test")
    pages = {}
    for address in ("known@example.test", "new@example.test"):
        visitor = Client()
        answer = visitor.post(SIGN_UP, entries(email=address.upper()))
        page = visitor.get(CONFIRM)
        wrong = visitor.post(CONFIRM, {"code": "BBBB-BBBB"})
        without_secrets = [
            "\n".join(line for line in html.content.decode().splitlines() if "csrfmiddlewaretoken" not in line)
            for html in (page, wrong)
        ]
        pages[address] = (answer.status_code, answer["Location"], page.status_code, wrong.status_code, without_secrets)
    same = [part.replace("known@", "new@").replace("known%40", "new%40") for part in pages["known@example.test"][4]]
    assert (*pages["known@example.test"][:4], same) == pages["new@example.test"]

    to_known = next(sent for sent in mail.outbox if sent.to == ["known@example.test"])
    assert "It has one already, so nothing was changed." in to_known.body
    assert User.objects.filter(email=known.email).count() == 1


def test_nobody_signs_up_as_staff(client: Client) -> None:
    client.post(SIGN_UP, entries() | {"kind": "staff", "rank": "Chief", "is_staff": "on"})
    maria = User.objects.get()
    assert (maria.kind, maria.rank, maria.is_staff) == (Kind.RESIDENT, "", False)


@pytest.mark.parametrize("name", ["X", "مريم حسن", "Nguyễn Thị Ánh", "Kaʻiulani Kawēkiu", "N" * 80])
def test_any_real_name_is_a_name(client: Client, name: str) -> None:
    client.post(SIGN_UP, entries(full_name=name))
    maria = User.objects.get()
    assert maria.full_name == name
    assert maria.public_name


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("  Maria   de la  Cruz ", "Maria de la Cruz", "Maria C."),
        ("Maria\u202e Lopez\u200f", "Maria Lopez", "Maria L."),
        ("Maria\tLopez", "Maria Lopez", "Maria L."),
        ("Maria (Lopez)", "Maria (Lopez)", "Maria L."),
        ("Maria 2.", "Maria 2.", "Maria"),
    ],
)
def test_a_name_is_tidied(client: Client, typed: str, kept: str, shown: str) -> None:
    client.post(SIGN_UP, entries(full_name=typed))
    maria = User.objects.get()
    assert (maria.full_name, maria.public_name) == (kept, shown)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"full_name": ""}, "Enter your name."),
        ({"full_name": "   "}, "Enter your name."),
        ({"full_name": "...!"}, "Write your name with letters"),
        ({"full_name": "\u202e\u200f"}, "Write your name with letters"),
        ({"full_name": "N" * 81}, "at most 80 characters"),
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "maria"}, "valid email address"),
        ({"password1": ""}, "Choose a password."),
        ({"password1": "porch light"[:9]}, "at least 10 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"is_old_enough": ""}, "once you are 13"),
        ({"accepts_terms": ""}, "Read the terms and tick the box"),
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


@pytest.mark.parametrize("page", [SIGN_UP, "/accounts/signup/passkey/"])
def test_the_form_tells_staff_to_use_a_private_address(client: Client, page: str) -> None:
    html = client.get(page).content.decode()
    assert "Do you work for the police or the city?" in html
    assert "open a second, private account here with a private e-mail" in html


def test_passwords_are_kept_as_argon2(client: Client) -> None:
    client.post(SIGN_UP, entries())
    assert User.objects.get().password.startswith("argon2$")


def test_signing_up_for_a_passkey_asks_for_no_password_and_makes_the_passkey_after_the_code(client: Client) -> None:
    page = client.get("/accounts/signup/passkey/").content.decode()
    assert "password1" not in page
    assert client.post("/accounts/signup/passkey/", entries(password1=""))["Location"] == CONFIRM
    assert not User.objects.get().has_usable_password()
    to_passkey = client.post(CONFIRM, {"code": mailed_code()})
    assert to_passkey["Location"] == "/accounts/2fa/webauthn/signup/"
    assert 'data-passkey="create"' in client.get(to_passkey["Location"]).content.decode()
    assert not is_in(client)
