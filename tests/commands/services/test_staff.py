"""Does an assignment begin and end as the rules say?"""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from commands.selectors import assignments_of, find_assignment
from commands.services import CannotAssign, assign, end_assignment


def test_residents_are_never_assigned(resident: User, central: PoliceCommand, now: datetime) -> None:
    with pytest.raises(CannotAssign):
        assign(person=resident, command=central, role=Role.AUTHOR, at=now)


def test_a_new_role_ends_the_old_one(officer: User, central: PoliceCommand, now: datetime) -> None:
    assign(person=officer, command=central, role=Role.APPROVER, at=now)
    (current,) = assignments_of(officer.pk)
    assert current.role == Role.APPROVER
    assert Assignment.objects.get(person=officer, role=Role.AUTHOR).ended_at == now


def test_the_same_role_again_changes_nothing(officer: User, central: PoliceCommand, now: datetime) -> None:
    before = find_assignment(officer.pk, central.pk)
    assert assign(person=officer, command=central, role=Role.AUTHOR, at=now) == before


def test_ending_twice_keeps_the_first_moment(officer: User, central: PoliceCommand, now: datetime) -> None:
    assignment = Assignment.objects.get(person=officer)
    for at in (now, now + timedelta(hours=1)):
        end_assignment(assignment_id=assignment.pk, at=at)
    assignment.refresh_from_db()
    assert assignment.ended_at == now
    assert assignments_of(officer.pk) == []
