"""Can a resident choose how they hear, all of it in one page?"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.forms import HearingForm
from notifications.models import Preferences, PushSubscription, Suppression
from notifications.rules import Pace
from notifications.selectors import preferences_of

pytestmark = pytest.mark.django_db

PAGE = "/accounts/hearing/"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def filled_in(person: User, *, with_neighbors: bool = True, **changes: str) -> dict[str, str]:
    """The form as the person's browser would send it, with some changes; an empty change leaves a box unticked."""
    form = HearingForm(chosen=preferences_of(person.pk), with_neighbors=with_neighbors, today=date(2026, 11, 20))
    sent = {name: str(value) for name, value in form.initial.items() if value not in {None, False}}
    return {name: value for name, value in (sent | changes).items() if value}


def said(client: Client, sent: dict[str, str]) -> str:
    response = client.post(PAGE, sent)
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_everything_is_saved_at_once_and_said(resident: User, sign_in: SignIn) -> None:
    sent = filled_in(
        resident,
        crime_email=Pace.AT_ONCE,
        crime_push="on",
        urgent_push="",
        digest_hour="7",
        quiet_from="22:00",
        quiet_until="07:00",
        urgent_breaks_quiet="",
        paused_until="2026-12-03",
    )
    assert said(sign_in(resident), sent) == (
        "Saved. Urgent alerts: push off. Crime updates: e-mail at once. Crime updates: push on. "
        "Digests come at 7 a.m., the weekly one on Saturday. Quiet from 10 p.m. to 7 a.m. every day. "
        "Urgent alerts wait in quiet hours. Nothing comes before Thursday, December 3."
    )
    chosen = Preferences.objects.get(person=resident)
    assert (chosen.crime_email, chosen.digest_hour, chosen.paused_until) == (Pace.AT_ONCE, 7, date(2026, 12, 3))


def test_saving_without_a_change_says_so(resident: User, sign_in: SignIn) -> None:
    assert said(sign_in(resident), filled_in(resident)) == "Nothing changed."


def test_a_pause_that_is_over_is_not_shown_and_not_told_of(resident: User, now: datetime, sign_in: SignIn) -> None:
    Preferences.objects.create(person=resident, paused_until=date(2026, 11, 20), changed_at=now)
    client = sign_in(resident)
    assert "You are on a pause" not in client.get(PAGE).content.decode()
    assert said(client, filled_in(resident)) == "Nothing changed."


def test_a_pause_is_shown_and_can_be_ended(resident: User, now: datetime, sign_in: SignIn) -> None:
    Preferences.objects.create(person=resident, paused_until=date(2026, 11, 22), changed_at=now)
    client = sign_in(resident)
    assert "Nothing comes before Sunday, November 22" in client.get(PAGE).content.decode()
    assert said(client, filled_in(resident, paused_until="")) == "Saved. The pause is over."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paused_until": "2026-11-20"}, "That day has come already. Choose a later one, or leave it empty."),
        ({"paused_until": "2028-01-01"}, "A pause lasts a year at most. Choose an earlier day."),
        ({"paused_until": "soon"}, "Write a day, such as 2026-12-31."),
        ({"quiet_from": "22:00"}, "Quiet hours have a beginning and an end. Fill in both, or neither."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Choose an end that differs from the beginning"),
        ({"quiet_until": "late"}, "Write a time of day, such as 07:00."),
        ({"crime_email": "hourly"}, "Choose one of the ways in the list."),
        ({"replies_email": Pace.DAILY}, "Choose one of the ways in the list."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_chosen_stays_on_the_page(
    resident: User, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    response = sign_in(resident).post(PAGE, filled_in(resident, tips_email=Pace.WEEKLY) | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert '<option value="weekly" selected' in page
    assert not Preferences.objects.exists()


def test_neighbors_posts_are_for_whoever_the_room_is_open_to(resident: User, newcomer: User, sign_in: SignIn) -> None:
    assert "neighbors_email" in sign_in(resident).get(PAGE).content.decode()
    client = sign_in(newcomer)
    page = client.get(PAGE).content.decode()
    assert "neighbors_email" not in page
    assert "you can hear of them once a neighbor" in page
    sent = filled_in(newcomer, with_neighbors=False) | {"neighbors_email": Pace.AT_ONCE}
    assert said(client, sent) == "Nothing changed."


def test_whoever_has_no_home_here_learns_why_nothing_comes(homeless_account: User, sign_in: SignIn) -> None:
    assert "Nothing comes to you yet" in sign_in(homeless_account).get(PAGE).content.decode()


class TestUrgentAlerts:
    """Whoever does not hear of them at once is told so, and not kept from it."""

    WARNING = "Urgent alerts do not reach you at once."

    def test_nothing_is_said_while_they_arrive(self, resident: User, sign_in: SignIn) -> None:
        assert self.WARNING not in sign_in(resident).get(PAGE).content.decode()

    @pytest.mark.parametrize(
        ("choices", "words"),
        [
            ({"urgent_email": Pace.NEVER, "urgent_push": False}, "You chose neither e-mail nor push for them."),
            ({"urgent_email": Pace.DAILY, "urgent_push": False}, "You chose them in a digest"),
            ({"urgent_email": Pace.NEVER}, "no device of yours shows push messages yet"),
        ],
    )
    def test_a_gap_is_said(
        self, resident: User, now: datetime, sign_in: SignIn, choices: dict[str, Any], words: str
    ) -> None:
        Preferences.objects.create(person=resident, changed_at=now, **choices)
        page = sign_in(resident).get(PAGE).content.decode()
        assert self.WARNING in page
        assert words in page

    def test_a_device_closes_it(self, resident: User, now: datetime, sign_in: SignIn) -> None:
        Preferences.objects.create(person=resident, changed_at=now, urgent_email=Pace.NEVER)
        PushSubscription.objects.create(
            person=resident, endpoint="https://push.example.test/1", endpoint_digest="1", made_at=now
        )
        assert self.WARNING not in sign_in(resident).get(PAGE).content.decode()


class TestMailThatCameBack:
    def test_it_is_said_with_the_words_of_the_other_side(self, resident: User, now: datetime, sign_in: SignIn) -> None:
        Suppression.objects.create(person=resident, email=resident.email, words="550 no such user", at=now)
        page = sign_in(resident).get(PAGE).content.decode()
        assert f"No e-mail goes to {resident.email}." in page
        assert "The other side said: “550 no such user”" in page

    def test_trying_again_is_one_button(self, resident: User, neighbor: User, now: datetime, sign_in: SignIn) -> None:
        for person in (resident, neighbor):
            Suppression.objects.create(person=person, email=person.email, at=now)
        assert sign_in(resident).post(f"{PAGE}try-again/").status_code == 302
        assert list(Suppression.objects.values_list("person_id", flat=True)) == [neighbor.pk]

    def test_one_of_an_earlier_address_is_not_shown(self, resident: User, now: datetime, sign_in: SignIn) -> None:
        Suppression.objects.create(person=resident, email="earlier@example.test", at=now)
        assert "No e-mail goes to" not in sign_in(resident).get(PAGE).content.decode()


def test_the_page_costs_the_same_whatever_was_chosen(
    resident: User, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(resident)
    # Session, account, choices, home, suppression, devices.
    with django_assert_num_queries(6):
        client.get(PAGE)
    Preferences.objects.create(person=resident, changed_at=now)
    Suppression.objects.create(person=resident, email=resident.email, at=now)
    with django_assert_num_queries(6):
        client.get(PAGE)


@pytest.mark.parametrize("page", ["/accounts/", "/feed/"])
def test_residents_find_the_page_and_staff_are_not_sent_there(
    resident: User, officer: User, sign_in: SignIn, page: str
) -> None:
    assert f'href="{PAGE}"' in sign_in(resident).get(page).content.decode()
    assert f'href="{PAGE}"' not in sign_in(officer).get(page, follow=True).content.decode()
