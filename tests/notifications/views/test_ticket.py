"""Who gets a ticket, and for what?"""

import time
from collections.abc import Callable

from django.test import Client

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications import channels, tickets


def test_a_resident_gets_a_ticket_for_what_is_theirs(
    resident: User, oak: Neighborhood, sign_in: Callable[[User], Client]
) -> None:
    response = sign_in(resident).post("/live-ticket/")
    assert response.status_code == 204
    assert "no-store" in response["Cache-Control"]
    ticket = tickets.read(response.cookies["live"].value, now=time.time())
    assert set(ticket.channels) == {
        channels.neighborhood_police(oak.pk),
        channels.neighborhood_verified(oak.pk),
        channels.closing(resident.pk),
    }


def test_a_visitor_is_refused_and_gets_no_cookie(db: None) -> None:
    response = Client().post("/live-ticket/")
    assert response.status_code == 403
    assert "live" not in response.cookies


def test_a_ticket_is_given_by_post_with_the_csrf_token_only(resident: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(resident)
    assert client.get("/live-ticket/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/live-ticket/").status_code == 403
