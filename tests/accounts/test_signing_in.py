"""Who gets in, by which steps, and when does access end?"""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.rules import Kind
from tests.accounts.factories import PASSWORD, confirmed, make_resident_account
from tests.servers import free_port

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in_as(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def maria() -> User:
    return with_password(make_resident_account("Maria Lopez", "maria@example.test"))


@pytest.fixture
def sergeant() -> User:
    """Staff with a password and without a second factor yet."""
    person = User.objects.create_user("nadia@example.test", full_name="Nadia Abara", kind=Kind.STAFF, rank="Sgt.")
    return with_password(confirmed(person))


def test_a_resident_signs_in_by_e_mail_in_any_case(client: Client, maria: User) -> None:
    response = sign_in_as(client, "MARIA@example.test")
    assert (response.status_code, response["Location"]) == (302, "/feed/")


def test_signing_in_leads_back_to_where_one_was_going(client: Client, maria: User) -> None:
    assert client.get("/accounts/tokens/")["Location"] == f"{SIGN_IN}?next=/accounts/tokens/"
    response = client.post(f"{SIGN_IN}?next=/accounts/tokens/", {"login": maria.email, "password": PASSWORD})
    assert response["Location"] == "/accounts/tokens/"


def test_no_other_site_is_led_to(client: Client, maria: User) -> None:
    assert sign_in_as(client, maria.email, next="https://elsewhere.test/")["Location"] == "/feed/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, maria: User) -> None:
    wrong = sign_in_as(client, maria.email, "not the password at all").content.decode()
    unknown = sign_in_as(client, "nobody@example.test").content.decode()
    assert "This e-mail and password do not match." in wrong
    assert "This e-mail and password do not match." in unknown
    assert "_auth_user_id" not in client.session


def test_a_reset_does_not_tell_who_has_an_account(client: Client, maria: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": maria.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_too_many_tries_are_stopped_even_with_the_right_password(client: Client, maria: User) -> None:
    for _ in range(5):
        sign_in_as(client, maria.email, "not the password at all")
    assert "Too many tries." in sign_in_as(client, maria.email).content.decode()
    assert "_auth_user_id" not in client.session


def test_tries_are_counted_for_each_address_behind_the_front(client: Client, maria: User) -> None:
    for number in range(12):
        client.post(
            SIGN_IN, {"login": f"nobody{number}@example.test", "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.7"
        )
    stopped = client.post(SIGN_IN, {"login": maria.email, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert "Too many tries." in stopped.content.decode()
    let_in = client.post(SIGN_IN, {"login": maria.email, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert let_in.status_code == 302


@pytest.fixture
def _redis_is_away(settings: LazySettings) -> None:
    """The cache leads to a port where nothing listens."""
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}


def test_staff_give_a_code_before_they_are_in(client: Client, sergeant: User) -> None:
    TOTP.activate(sergeant, SECRET)
    first = sign_in_as(client, sergeant.email)
    assert first["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session

    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "That code does not match." in wrong.content.decode()
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    assert client.session["_auth_user_id"] == str(sergeant.pk)


def test_a_code_works_once(client: Client, sergeant: User) -> None:
    TOTP.activate(sergeant, SECRET)
    code = code_of(SECRET)
    sign_in_as(client, sergeant.email)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    other = Client()
    sign_in_as(other, sergeant.email)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in other.session


def test_staff_without_a_second_factor_can_set_one_up(client: Client, sergeant: User) -> None:
    sign_in_as(client, sergeant.email)
    to_password = client.get("/accounts/2fa/totp/activate/")
    client.post(to_password["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert done.status_code == 302
    assert client.get("/accounts/tokens/").status_code == 200


def test_a_password_chosen_through_an_e_mailed_link_proves_the_address(client: Client, sergeant: User) -> None:
    EmailAddress.objects.all().delete()
    client.post("/accounts/password/reset/", {"email": sergeant.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link.partition("testserver")[2])["Location"]
    client.post(form, {"password1": "another porch light", "password2": "another porch light"})
    sign_in_as(client, sergeant.email, "another porch light")
    assert EmailAddress.objects.get(user=sergeant).verified
    to_password = client.get("/accounts/2fa/totp/activate/")
    client.post(to_password["Location"], {"password": "another porch light"})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


@pytest.mark.usefixtures("_redis_is_away")
def test_signing_in_works_while_redis_is_away(client: Client, maria: User, sergeant: User) -> None:
    assert sign_in_as(client, maria.email)["Location"] == "/feed/"
    TOTP.activate(sergeant, SECRET)
    staff = Client()
    sign_in_as(staff, sergeant.email)
    staff.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    assert staff.session["_auth_user_id"] == str(sergeant.pk)


def test_a_closed_account_does_not_get_in(client: Client, maria: User) -> None:
    User.objects.filter(pk=maria.pk).update(is_active=False)
    sign_in_as(client, maria.email)
    assert "_auth_user_id" not in client.session


def test_closing_an_account_ends_its_open_session_at_once(client: Client, maria: User) -> None:
    sign_in_as(client, maria.email)
    assert client.get("/accounts/").status_code == 200
    User.objects.filter(pk=maria.pk).update(is_active=False)
    assert client.get("/accounts/")["Location"] == f"{SIGN_IN}?next=/accounts/"


def test_signing_out_needs_a_post(client: Client, maria: User) -> None:
    sign_in_as(client, maria.email)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
