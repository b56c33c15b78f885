"""Can somebody end mail from a link in it, by their mail program or by hand, and take it back?"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.services import leave
from notifications.models import Preferences
from notifications.rules import Channel, Pace, Topic
from notifications.selectors import preferences_of
from notifications.unsubscribing import ALL, token_for

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now, tick=False) as coordinates:
        yield coordinates


def link(person: User, topic: str = Topic.CRIME, channel: str = Channel.EMAIL) -> str:
    return f"/unsubscribe/{token_for(person_id=person.pk, topic=topic, channel=channel)}/"


def undo_on(page: str) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', page)
    assert found
    return found[1]


def test_opening_the_link_asks_and_changes_nothing(resident: User, client: Client) -> None:
    page = client.get(link(resident)).content.decode()
    assert "Stop e-mail about crime" in page
    assert "Stop all e-mail, urgent alerts too" in page
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("topic", "channel", "words"),
    [
        (Pace.DAILY, Channel.EMAIL, "Stop the daily digest"),
        (Topic.CRIME, Channel.PUSH, "Stop push about crime updates"),
        (ALL, Channel.EMAIL, "Stop all e-mail, urgent alerts too"),
    ],
)
def test_the_button_says_what_will_end(resident: User, client: Client, topic: str, channel: str, words: str) -> None:
    assert words in client.get(link(resident, topic, channel)).content.decode()


def test_the_page_names_nobody(resident: User, client: Client) -> None:
    page = client.get(link(resident)).content.decode()
    page += client.post(link(resident), {"stop": "this"}).content.decode()
    assert "Maria" not in page
    assert resident.email not in page


def test_a_mail_program_ends_it_without_signing_in_and_without_a_page(resident: User) -> None:
    """RFC 8058: no cookie, no CSRF token, one field."""
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = client.post(link(resident), ONE_CLICK)
        assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    chosen = preferences_of(resident.pk)
    assert (chosen.crime_email, chosen.tips_email) == (Pace.NEVER, Pace.DAILY)


def test_buttons_need_the_page_they_stand_on(resident: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(resident), {"stop": "all"}).status_code == 403
    page = client.get(link(resident)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert client.post(link(resident), {"stop": "all", "csrfmiddlewaretoken": token[1]}).status_code == 200
    assert preferences_of(resident.pk).urgent_email == Pace.NEVER


def test_afterwards_the_page_says_what_holds_and_takes_it_back(resident: User, client: Client) -> None:
    page = client.post(link(resident), {"stop": "all"}).content.decode()
    assert "Urgent alerts: no e-mail." in page
    page = client.post(link(resident), {"undo": undo_on(page)}).content.decode()
    assert "As it was before" in page
    assert "Crime updates: in the daily digest." in page
    assert preferences_of(resident.pk).urgent_email == Pace.AT_ONCE


def test_what_had_ended_before_offers_no_undo(resident: User, client: Client) -> None:
    client.post(link(resident), ONE_CLICK)
    assert 'name="undo"' not in client.post(link(resident), {"stop": "this"}).content.decode()


def test_undo_is_for_the_same_person_and_the_same_hour(
    resident: User, neighbor: User, client: Client, clock: time_machine.Traveller
) -> None:
    undo = undo_on(client.post(link(resident), {"stop": "all"}).content.decode())
    assert client.post(link(neighbor), {"undo": undo}).status_code == 422
    assert client.post(link(resident), {"undo": f"{undo}x"}).status_code == 422
    clock.shift(timedelta(hours=1, minutes=1))
    response = client.post(link(resident), {"undo": undo})
    assert response.status_code == 422
    assert "This page was open too long" in response.content.decode()
    assert preferences_of(resident.pk).urgent_email == Pace.NEVER


def test_a_push_link_ends_push_alone(resident: User, client: Client) -> None:
    client.post(link(resident, Topic.URGENT, Channel.PUSH), {"stop": "this"})
    chosen = preferences_of(resident.pk)
    assert (chosen.urgent_push, chosen.urgent_email) == (False, Pace.AT_ONCE)


def test_a_link_works_for_ever(resident: User, client: Client, clock: time_machine.Traveller) -> None:
    address = link(resident)
    clock.shift(timedelta(days=4000))
    assert client.post(address, ONE_CLICK).status_code == 200


@pytest.mark.parametrize("altered", ["x", "12-crime-email", "12-crime-email.AAAA"])
def test_an_altered_link_shows_the_way_to_sign_in(client: Client, altered: str) -> None:
    for response in (client.get(f"/unsubscribe/{altered}/"), client.post(f"/unsubscribe/{altered}/", ONE_CLICK)):
        assert response.status_code == 404
        assert 'href="/accounts/hearing/"' in response.content.decode()
    assert not Preferences.objects.exists()


def test_somebody_elses_number_in_the_link_changes_nothing(resident: User, neighbor: User, client: Client) -> None:
    address = link(resident).replace(f"/{resident.pk}-", f"/{neighbor.pk}-")
    assert client.post(address, ONE_CLICK).status_code == 404
    assert not Preferences.objects.exists()


def test_whoever_left_is_told_that_nothing_comes(resident: User, client: Client, now: datetime) -> None:
    address = link(resident)
    leave(person=resident, at=now)
    assert client.post(address, ONE_CLICK).status_code == 200
    assert "This account is closed" in client.get(address).content.decode()
    assert not Preferences.objects.exists()


def test_a_button_without_a_choice_changes_nothing(resident: User, client: Client) -> None:
    response = client.post(link(resident), {"stop": "everything"})
    assert response.status_code == 422
    assert "Choose with one of the buttons." in response.content.decode()
    assert not Preferences.objects.exists()


def test_going_on_and_on_with_one_link_is_asked_to_wait_and_other_links_are_not(
    resident: User, neighbor: User, client: Client
) -> None:
    """A mail provider posts for all its customers from one address."""
    statuses = [client.post(link(resident), ONE_CLICK).status_code for _ in range(30)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert client.post(link(neighbor), ONE_CLICK).status_code == 200
