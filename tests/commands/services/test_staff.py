"""Does an assignment begin, change and end as the rules say, and only by whom they allow?"""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from commands.selectors import assignments_of, find_assignment
from commands.services import CannotAssign, appoint, assign, change_role, end_assignment, invite
from core.errors import NotAllowed
from tests.accounts.factories import make_staff


@pytest.fixture
def south_manager(south: PoliceCommand) -> User:
    return make_staff("Joan Reyes", "Capt.", south, Role.MANAGER)


def test_residents_are_never_assigned(resident: User, central: PoliceCommand, now: datetime) -> None:
    with pytest.raises(CannotAssign):
        assign(person=resident, command=central, role=Role.AUTHOR, at=now)


def test_civic_staff_and_closed_accounts_are_never_assigned(central: PoliceCommand, now: datetime) -> None:
    verifier, closed = make_staff("Vera Ortiz", ""), make_staff("Cal Closed", "")
    appoint(person=verifier, group="Verifiers")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(CannotAssign, match="civic staff"):
        assign(person=verifier, command=central, role=Role.AUTHOR, at=now)
    with pytest.raises(CannotAssign, match="closed"):
        assign(person=closed, command=central, role=Role.AUTHOR, at=now)


def test_a_new_role_ends_the_old_one_and_says_who_decided(
    officer: User, manager: User, central: PoliceCommand, now: datetime
) -> None:
    change_role(assignment_id=officer.assignments.get().pk, role=Role.APPROVER, by=manager, at=now)
    (current,) = assignments_of(officer.pk)
    assert (current.role, current.started_by) == (Role.APPROVER, manager)
    before = Assignment.objects.get(person=officer, role=Role.AUTHOR)
    assert (before.ended_at, before.ended_by) == (now, manager)


def test_the_same_role_again_changes_nothing(officer: User, central: PoliceCommand, now: datetime) -> None:
    before = find_assignment(officer.pk, central.pk)
    assert assign(person=officer, command=central, role=Role.AUTHOR, at=now) == before


def test_ending_twice_keeps_the_first_moment(officer: User, manager: User, now: datetime) -> None:
    assignment = Assignment.objects.get(person=officer)
    for at in (now, now + timedelta(hours=1)):
        end_assignment(assignment_id=assignment.pk, by=manager, at=at)
    assignment.refresh_from_db()
    assert (assignment.ended_at, assignment.ended_by) == (now, manager)
    assert assignments_of(officer.pk) == []


def test_what_has_ended_is_not_changed(officer: User, manager: User, now: datetime) -> None:
    assignment = end_assignment(assignment_id=officer.assignments.get().pk, by=manager, at=now)
    with pytest.raises(CannotAssign, match="has ended"):
        change_role(assignment_id=assignment.pk, role=Role.MANAGER, by=manager, at=now)


def test_only_a_manager_of_the_command_changes_and_ends(
    officer: User, sergeant: User, south_manager: User, now: datetime
) -> None:
    assignment_id = officer.assignments.get().pk
    for person in (sergeant, south_manager):
        with pytest.raises(NotAllowed):
            change_role(assignment_id=assignment_id, role=Role.MANAGER, by=person, at=now)
        with pytest.raises(NotAllowed):
            end_assignment(assignment_id=assignment_id, by=person, at=now)
    assert assignments_of(officer.pk)[0].role == Role.AUTHOR


def test_nobody_changes_or_ends_their_own(manager: User, now: datetime) -> None:
    own = manager.assignments.get()
    with pytest.raises(NotAllowed, match="their own"):
        change_role(assignment_id=own.pk, role=Role.AUTHOR, by=manager, at=now)
    with pytest.raises(NotAllowed, match="their own"):
        end_assignment(assignment_id=own.pk, by=manager, at=now)


def test_what_a_leaving_manager_invited_is_taken_back(manager: User, central: PoliceCommand, now: datetime) -> None:
    other = make_staff("Ida Second", "Lt.", central, Role.MANAGER)
    theirs = invite(command=central, email="new@police.test", role=Role.MANAGER, by=manager, at=now)
    others = invite(command=central, email="more@police.test", role=Role.AUTHOR, by=other, at=now)
    end_assignment(assignment_id=manager.assignments.get().pk, by=other, at=now)
    theirs.refresh_from_db()
    others.refresh_from_db()
    assert (theirs.taken_back_at, theirs.taken_back_by, theirs.email) == (now, other, "")
    assert others.taken_back_at is None
