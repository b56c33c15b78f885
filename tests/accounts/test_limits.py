"""How often may a machine, or anybody about one account, try?"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.factories import PASSWORD, make_resident_account
from tests.accounts.test_signing_in import with_password
from tests.accounts.test_signing_up import CONFIRM, SIGN_UP, entries
from tests.servers import free_port

pytestmark = pytest.mark.django_db

# address of the form, what is sent, tries allowed a minute from one machine
BY_MACHINE = {
    SIGN_UP: (entries(is_old_enough=""), 20),
    "/accounts/signup/passkey/": (entries(is_old_enough=""), 20),
    "/accounts/password/reset/key/1-set-password/": ({"password1": "x", "password2": "x"}, 20),
    "/accounts/2fa/webauthn/login/": ({"credential": "{}"}, 10),
    "/accounts/login/": ({"login": "", "password": ""}, 30),
}


def statuses(client: Client, page: str, data: dict[str, str], count: int) -> list[int]:
    return [client.post(page, data).status_code for _ in range(count)]


@pytest.mark.parametrize("page", BY_MACHINE)
def test_one_machine_is_stopped_with_words_and_another_is_not(client: Client, page: str) -> None:
    data, allowed = BY_MACHINE[page]
    assert 429 not in statuses(client, page, data, allowed)
    stopped = client.post(page, data)
    assert stopped.status_code == 429
    assert "Wait a minute, then go back and try again." in stopped.content.decode()
    assert client.post(page, data, HTTP_X_FORWARDED_FOR="203.0.113.8").status_code != 429


def test_one_address_gets_five_links_a_minute_whoever_asks(client: Client) -> None:
    make_resident_account("Maria Lopez", "maria@example.test")
    for number in range(8):
        client.post(
            "/accounts/password/reset/", {"email": "maria@example.test"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}"
        )
    assert len(mail.outbox) == 5


def test_nobody_fills_a_strangers_mailbox(client: Client) -> None:
    make_resident_account("Maria Lopez", "maria@example.test")
    start = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    for number in range(25):
        with time_machine.travel(start + timedelta(minutes=number), tick=False):
            client.post(
                "/accounts/password/reset/", {"email": "maria@example.test"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}"
            )
    assert len(mail.outbox) == 20


def test_a_new_code_is_sent_every_ten_seconds_at_most_and_three_times(client: Client) -> None:
    client.post(SIGN_UP, entries())
    again = client.post(CONFIRM, {"action": "resend"})
    assert again.status_code in {302, 429}
    assert len(mail.outbox) == 1


def test_the_password_is_asked_for_again_at_most_ten_times_a_minute(client: Client) -> None:
    maria = with_password(make_resident_account("Maria Lopez", "maria@example.test"))
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    wrong = {"password": "not the password at all"}
    assert 429 in statuses(client, "/accounts/reauthenticate/", wrong, 11)


def test_limits_pause_while_redis_is_away(client: Client, settings: LazySettings) -> None:
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
    data, allowed = BY_MACHINE[SIGN_UP]
    assert 429 not in statuses(client, SIGN_UP, data, allowed + 5)
    assert client.post(SIGN_UP, entries())["Location"] == CONFIRM
    assert User.objects.filter(email="maria@example.test").exists()
