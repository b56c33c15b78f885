"""Does a ticket let in exactly whom it was made for, and no longer than it says?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse

from notifications import tickets

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HEARD = ["neighborhood:12:police", "closing:ab"]


def test_a_ticket_is_read_as_it_was_signed() -> None:
    ticket = tickets.read(tickets.sign(channels=HEARD, at=AT), now=AT.timestamp())
    assert ticket.channels == tuple(HEARD)
    assert ticket.ends_at - ticket.asked_at == 600


def test_a_ticket_ends_after_ten_minutes() -> None:
    value = tickets.sign(channels=HEARD, at=AT)
    tickets.read(value, now=(AT + timedelta(seconds=599)).timestamp())
    with pytest.raises(tickets.InvalidTicket):
        tickets.read(value, now=(AT + timedelta(seconds=600)).timestamp())


@pytest.mark.parametrize("value", ["", "x", "a:b", "\x00", "é" * 40])
def test_nonsense_is_no_ticket(value: str) -> None:
    with pytest.raises(tickets.InvalidTicket):
        tickets.read(value, now=AT.timestamp())


def test_a_changed_ticket_is_refused() -> None:
    value = tickets.sign(channels=HEARD, at=AT)
    other = tickets.sign(channels=["command:1:desk"], at=AT)
    with pytest.raises(tickets.InvalidTicket):
        tickets.read(other.split(":")[0] + ":" + value.split(":")[1], now=AT.timestamp())


def test_what_was_signed_for_another_purpose_is_no_ticket(settings: Any) -> None:
    value = signing.Signer(key=settings.LIVE_TOKEN_KEY).sign_object({"c": HEARD, "t": AT.timestamp()})
    with pytest.raises(tickets.InvalidTicket):
        tickets.read(value, now=AT.timestamp())


@pytest.mark.parametrize("is_https", [True, False])
def test_the_cookie_is_for_the_live_process_alone(settings: Any, is_https: bool) -> None:
    settings.IS_HTTPS = is_https
    response = HttpResponse()
    tickets.set_cookie(response, channels=HEARD, at=AT)
    cookie = response.cookies["live"]
    assert cookie["path"] == "/live/"
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is is_https
    assert cookie["max-age"] == 600
