"""How long does staff stay signed in?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
DESK = "/commands/central/desk/"


def opens(client: Client, page: str, at: datetime) -> bool:
    with time_machine.travel(at, tick=False):
        return client.get(page).status_code == 200


def sign_in_at(sign_in: SignIn, person: User, at: datetime) -> Client:
    with time_machine.travel(at, tick=False):
        return sign_in(person)


def test_an_hour_without_a_staff_page_ends_it(sign_in: SignIn, officer: User) -> None:
    client = sign_in_at(sign_in, officer, MORNING)
    assert opens(client, DESK, MORNING + timedelta(minutes=59))
    assert opens(client, DESK, MORNING + timedelta(minutes=59 + 59))
    assert not opens(client, DESK, MORNING + timedelta(minutes=59 + 59 + 61))


def test_a_working_day_ends_it_however_busy(sign_in: SignIn, officer: User) -> None:
    client = sign_in_at(sign_in, officer, MORNING)
    for half_hours in range(16):
        assert opens(client, DESK, MORNING + timedelta(minutes=30) * half_hours)
    assert not opens(client, DESK, MORNING + timedelta(hours=8))


def test_a_longer_stay_asked_for_at_sign_in_does_not_count_for_staff(sign_in: SignIn, officer: User) -> None:
    client = sign_in_at(sign_in, officer, MORNING)
    with time_machine.travel(MORNING, tick=False):
        session = client.session
        session.set_expiry(timedelta(days=14))
        session.save()
    assert opens(client, DESK, MORNING)
    assert not opens(client, DESK, MORNING + timedelta(minutes=61))


def test_a_resident_stays(sign_in: SignIn, resident: User) -> None:
    client = sign_in_at(sign_in, resident, MORNING)
    assert opens(client, "/accounts/", MORNING + timedelta(days=10))
