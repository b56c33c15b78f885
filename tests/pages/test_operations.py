"""Does whoever runs the site see what waits, what is stuck and what was told, and nobody else?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from core.lanes import LANES, MAIL, URGENT
from notifications.models import Alert, Notice
from notifications.rules import NoticeState
from notifications.services import record_pulse
from pages.operations import operations_at
from tests.accounts.factories import make_staff
from tests.notifications.sending.factories import make_message, make_notice
from tests.posts.factories import publish

PAGE = "/operations/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def site_admin(db: None) -> User:
    person = make_staff("Civic Admin", "")
    person.groups.add(Group.objects.get(name="Site admins"))
    return person


def page(sign_in: Callable[[User], Client], person: User, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        response = sign_in(person).get(PAGE)
    assert response.status_code == 200
    return response.content.decode()


def test_an_installation_that_runs_says_so(sign_in: Callable[[User], Client], site_admin: User, now: datetime) -> None:
    for lane in LANES:
        record_pulse(lane=lane, at=now - timedelta(seconds=7))
    shown = page(sign_in, site_admin, now)
    assert "Nothing stands still." in shown
    assert "The clock sent something 7 seconds ago" in shown
    assert "nothing waits for another try" in shown
    assert "None so far." in shown


def test_what_is_late_is_said_before_anybody_was_told(
    sign_in: Callable[[User], Client], site_admin: User, resident: User, now: datetime
) -> None:
    make_notice(make_message(now, lane=URGENT), resident, now)
    shown = page(sign_in, site_admin, now + 3 * MINUTE)
    assert "Something needs you." in shown
    assert "Urgent messages have been waiting for 3 minutes." in shown
    assert "Late: 3 minutes" in shown


def test_counts_are_those_of_the_rows(
    resident: User, neighbor: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    message = make_message(now, lane=MAIL)
    make_notice(message, resident, now)
    sent = make_notice(message, neighbor, now)
    Notice.objects.filter(pk=sent.pk).update(state=NoticeState.SENT, ended_at=now)
    long_ago = make_notice(make_message(now, lane=MAIL), neighbor, now)
    Notice.objects.filter(pk=long_ago.pk).update(state=NoticeState.FAILED, ended_at=now - 61 * MINUTE)
    publish(officer, central, now)

    lanes = {lane.name: lane for lane in operations_at(now + MINUTE).lanes}

    assert (lanes["mail"].counts.waiting, lanes["mail"].counts.sent, lanes["mail"].counts.failed) == (1, 1, 0)
    assert lanes["posts"].deliveries == 2
    assert lanes["urgent"].counts.waiting == 0


def test_what_a_worker_left_and_what_is_refused_again_and_again_is_shown(resident: User, now: datetime) -> None:
    left = make_notice(make_message(now, lane=MAIL), resident, now)
    Notice.objects.filter(pk=left.pk).update(lease_until=now - MINUTE)
    refused = make_notice(make_message(now, lane=MAIL), resident, now + MINUTE)
    Notice.objects.filter(pk=refused.pk).update(attempts=4)
    at_work = make_notice(make_message(now, lane=URGENT), resident, now)
    Notice.objects.filter(pk=at_work.pk).update(lease_until=now + MINUTE)

    (row,) = operations_at(now).stuck

    assert (row.lane, row.what) == ("mail", "E-mail at once")
    assert (row.stuck.run_out, row.stuck.tried, row.stuck.most_attempts) == (1, 1, 4)


def test_alerts_stand_there_open_ones_first(sign_in: Callable[[User], Client], site_admin: User, now: datetime) -> None:
    Alert.objects.create(
        kind="mail_late", words="Digests waited.", opened_at=now - 9 * MINUTE, seen_at=now - 8 * MINUTE,
        told_at=now - 9 * MINUTE, closed_at=now - 8 * MINUTE,
    )  # fmt: skip
    Alert.objects.create(kind="clock_silent", words="The clock is silent.", opened_at=now, seen_at=now)
    shown = page(sign_in, site_admin, now)
    assert shown.index("The clock is silent.") < shown.index("Alerts that are over") < shown.index("Digests waited.")
    assert "Nobody could be told of it yet." in shown


def test_the_number_of_queries_does_not_count_on_what_waits(resident: User, neighbor: User, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            operations_at(now)
        return len(captured)

    before = queries()
    message = make_message(now, lane=URGENT)
    for person in (resident, neighbor):
        make_notice(message, person, now)
    assert queries() == before


def test_police_and_residents_do_not_see_it(sign_in: Callable[[User], Client], manager: User, resident: User) -> None:
    assert sign_in(manager).get(PAGE).status_code == 403
    assert sign_in(resident).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
