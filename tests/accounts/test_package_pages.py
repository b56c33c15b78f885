"""Do the pages for signing in, whose views are a package's, keep to the rules of our own?"""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.factories import PASSWORD, make_resident_account

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db

FOR_VISITORS = [
    "login/",
    "signup/",
    "signup/passkey/",
    "inactive/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-aaaaaa-bbb/",
]
FOR_THE_SIGNED_IN = ["email/", "password/change/", "logout/", "2fa/", "reauthenticate/", "2fa/webauthn/"]
# Asked for again before they open, because they protect the account.
AFTER_THE_PASSWORD = ["2fa/totp/activate/", "2fa/webauthn/add/"]
WITH_SECOND_STEP = ["2fa/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/"]
# Data for a script is no script.
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\bsrc=|application/json))")


@pytest.fixture
def maria() -> User:
    person = make_resident_account("Maria Lopez", "maria@example.test")
    person.set_password(PASSWORD)
    person.save()
    return person


def hold_to_the_rules(client: Client, page: str) -> None:
    response = client.get(f"/accounts/{page}")
    html = response.content.decode()
    assert response.status_code == 200, (page, response.status_code)
    assert settings.CITY_NAME in html, page
    assert html.count("<h1>") == 1, page
    assert not INLINE.findall(html), page


def test_pages_for_visitors(client: Client) -> None:
    for page in FOR_VISITORS:
        hold_to_the_rules(client, page)


def test_pages_for_people_with_an_account(client: Client, maria: User) -> None:
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    for page in FOR_THE_SIGNED_IN:
        hold_to_the_rules(client, page)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for page in AFTER_THE_PASSWORD:
        hold_to_the_rules(client, page)
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    for page in WITH_SECOND_STEP:
        hold_to_the_rules(client, page)


def test_the_address_to_sign_in_with_changes_once_it_is_proven(client: Client, maria: User) -> None:
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    to_code = client.post("/accounts/email/", {"action_add": "", "email": "new@example.test"})
    assert to_code["Location"] == "/accounts/confirm-email/"
    hold_to_the_rules(client, "confirm-email/")
    assert User.objects.get().email == "maria@example.test"

    client.post("/accounts/confirm-email/", {"code": str(mail.outbox[-1].body).split("\n\n")[1]})
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.test"})
    assert User.objects.get().email == "new@example.test"
    told = mail.outbox[-1]
    assert (told.to, told.subject) == (["maria@example.test"], "You sign in with another address now")


def test_an_address_is_changed_only_by_who_shows_the_password_again(client: Client, maria: User) -> None:
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    asked = client.post("/accounts/email/", {"action_add": "", "email": "new@example.test"})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not mail.outbox


def test_the_address_in_use_cannot_be_lost(client: Client, maria: User) -> None:
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    client.get("/accounts/email/")
    client.post("/accounts/email/", {"action_remove": "", "email": maria.email})
    assert User.objects.get().email == "maria@example.test"
