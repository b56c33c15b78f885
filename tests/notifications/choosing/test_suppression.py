"""When does e-mail to an address end, and when does it begin again?"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications.models import Notice, ProviderEvent, Suppression
from notifications.rules import Channel
from notifications.selectors import find_suppression
from notifications.services import record_mail_came_back, try_address_again
from tests.notifications.sending.factories import make_message, make_notice

pytestmark = pytest.mark.django_db


def tell(email: str, at: datetime, *, event_id: str = "1", is_complaint: bool = False) -> None:
    record_mail_came_back(
        provider="mailgun",
        event_id=event_id,
        kind="bounced",
        email=email,
        is_complaint=is_complaint,
        words=f"550 5.1.1 <{email}>: no such user",
        at=at,
    )


def test_mail_that_came_back_ends_mail_to_that_address(resident: User, now: datetime) -> None:
    message = make_message(now)
    mail, push = make_notice(message, resident, now), make_notice(message, resident, now, channel=Channel.PUSH)
    tell(resident.email.upper(), now)
    found = find_suppression(resident)
    assert found is not None
    assert (found.is_complaint, found.words) == (False, "550 5.1.1 …: no such user")
    assert [Notice.objects.get(pk=one.pk).state for one in (mail, push)] == ["superseded", "waiting"]


def test_whose_address_it_is_says_an_index_and_not_everybody_s_row(resident: User, now: datetime) -> None:
    with CaptureQueriesContext(connection) as captured:
        tell(resident.email, now)
    (asked,) = [query["sql"] for query in captured if "is_active" in query["sql"] and query["sql"].startswith("SELECT")]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "accounts_user_email_without_case" in plan


def test_the_same_event_told_again_changes_nothing(resident: User, now: datetime) -> None:
    tell(resident.email, now)
    try_address_again(person_id=resident.pk)
    tell(resident.email, now + timedelta(hours=1))
    assert find_suppression(resident) is None
    tell(resident.email, now + timedelta(hours=2), event_id="2")
    assert find_suppression(resident) is not None


def test_a_complaint_is_told_from_a_bounce(resident: User, now: datetime) -> None:
    tell(resident.email, now, is_complaint=True)
    assert Suppression.objects.get().is_complaint


@pytest.mark.parametrize("email", ["nobody@example.test", "not an address", ""])
def test_an_address_that_nobody_has_concerns_nobody(resident: User, now: datetime, email: str) -> None:
    tell(email, now)
    assert not Suppression.objects.exists()
    assert ProviderEvent.objects.count() == 1


def test_it_holds_only_while_the_account_has_that_address(resident: User, now: datetime) -> None:
    tell(resident.email, now)
    User.objects.filter(pk=resident.pk).update(email="maria@elsewhere.test")
    resident.refresh_from_db()
    assert find_suppression(resident) is None
    # Told late of an address that is no longer theirs.
    tell("maria.lopez@example.test", now, event_id="2")
    assert find_suppression(resident) is None


def test_staff_are_not_written_to_in_this_way(officer: User, now: datetime) -> None:
    tell(officer.email, now)
    assert not Suppression.objects.exists()
