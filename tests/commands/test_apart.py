"""Does the database itself keep police and civic staff apart, whatever way a row comes in?"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from commands.models import Assignment, GroupMembership, PoliceCommand
from commands.services import CannotAppoint, CannotAssign, appoint, assign, end_assignment
from tests.accounts.factories import make_staff


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError), transaction.atomic():
        yield


@pytest.fixture
def verifiers(db: None) -> Group:
    return Group.objects.get(name="Verifiers")


def test_whoever_holds_an_assignment_joins_no_group(officer: User, verifiers: Group, now: datetime) -> None:
    with refused():
        officer.groups.add(verifiers)
    with refused():
        GroupMembership.objects.bulk_create([GroupMembership(user=officer, group=verifiers)])
    end_assignment(assignment_id=officer.assignments.get().pk, at=now)
    officer.groups.add(verifiers)


def test_whoever_is_in_a_group_gets_no_assignment(
    officer: User, verifiers: Group, central: PoliceCommand, now: datetime
) -> None:
    person = make_staff("Vera Ortiz", "")
    person.groups.add(verifiers)
    with refused():
        Assignment.objects.create(person=person, command=central, role="author", started_at=now)
    with refused():
        Assignment.objects.filter(person=officer).update(person=person)
    person.groups.clear()
    Assignment.objects.create(person=person, command=central, role="author", started_at=now)


def test_an_ended_assignment_is_not_opened_again_for_civic_staff(
    officer: User, verifiers: Group, now: datetime
) -> None:
    end_assignment(assignment_id=officer.assignments.get().pk, at=now)
    officer.groups.add(verifiers)
    with refused():
        Assignment.objects.filter(person=officer).update(ended_at=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_refused(now: datetime) -> None:
    command = PoliceCommand.objects.get(slug="headquarters")
    person = make_staff("Both Ways", "")
    start = Barrier(2)

    def become_police() -> None:
        assign(person=person, command=command, role="author", at=now)

    def become_civic() -> None:
        appoint(person=person, group="Verifiers")

    def was_refused(become: Callable[[], None]) -> bool:
        start.wait(timeout=10)
        try:
            become()
        except (CannotAssign, CannotAppoint):
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(2) as pool:
        refusals = list(pool.map(was_refused, (become_police, become_civic)))
    assert sorted(refusals) == [False, True]
