"""How does somebody begin and stop speaking for a command?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from commands.models import Assignment, GroupMembership, Invitation, PoliceCommand
from commands.rules import Role
from commands.selectors import find_role
from core.errors import DomainError, NotAllowed


class CannotAssign(DomainError):
    """The person stays as assigned before; the text says why."""


def check_manages(person: User, command: PoliceCommand) -> None:
    """Whether the person manages the command now. One query.

    Raises:
        NotAllowed: Another role there, or none.
    """
    if find_role(person.pk, command.pk) != Role.MANAGER:
        raise NotAllowed(f"Only a manager of {command.name} decides who works there.")


@transaction.atomic
def assign(*, person: User, command: PoliceCommand, role: str, at: datetime, by: User | None = None) -> Assignment:
    """Give a staff member a role at a command. Another role there ends; the same role stays as it is.

    Args:
        by: The manager whose decision this is; None for whoever operates the server.

    Raises:
        CannotAssign: `person` is a resident or civic staff, who keep a separate account for police work; or the account
            is closed.
    """
    if not person.is_police_or_civic_staff:
        raise CannotAssign(f"{person.full_name} has a resident account. Make a staff account for police work.")
    # One change of a person's assignments at a time.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise CannotAssign("This account is closed. The site admin can open it again.")
    if GroupMembership.objects.filter(user=person).exists():
        raise CannotAssign(
            "This account belongs to civic staff, who watch over the police and never work for a command. "
            "Use another account for police work."
        )
    current = Assignment.objects.filter(person=person, command=command, ended_at=None).first()
    if current is not None:
        if current.role == role:
            return current
        _end(current, at, by)
    return Assignment.objects.create(person=person, command=command, role=Role(role), started_at=at, started_by=by)


@transaction.atomic
def change_role(*, assignment_id: int, role: str, by: User, at: datetime) -> Assignment:
    """A manager gives a colleague another role at the same command.

    Raises:
        Assignment.DoesNotExist: There is none with this id.
        NotAllowed: `by` does not manage this command, or it is their own assignment.
        CannotAssign: It has ended, or see `assign`.
    """
    assignment = _lock(assignment_id)
    _check_may_change(by, assignment)
    if assignment.ended_at is not None:
        raise CannotAssign("This assignment has ended. Invite them again if they should come back.")
    return assign(person=assignment.person, command=assignment.command, role=role, at=at, by=by)


@transaction.atomic
def end_assignment(*, assignment_id: int, at: datetime, by: User | None = None) -> Assignment:
    """End an assignment; ending one that has ended changes nothing.

    From the next request on their desk is closed to them, and so are the live streams and programs that use it. What a
    manager who leaves has invited and nobody accepted is taken back with it.

    Args:
        by: The manager whose decision this is; None for whoever operates the server.

    Raises:
        Assignment.DoesNotExist: There is none with this id.
        NotAllowed: `by` does not manage this command, or it is their own assignment.
    """
    assignment = _lock(assignment_id)
    if by is not None:
        _check_may_change(by, assignment)
    if assignment.ended_at is None:
        _end(assignment, at, by)
    return assignment


def _end(assignment: Assignment, at: datetime, by: User | None) -> None:
    assignment.ended_at, assignment.ended_by = at, by
    assignment.save(update_fields=["ended_at", "ended_by"])
    if assignment.role == Role.MANAGER:
        Invitation.objects.filter(
            command=assignment.command, invited_by=assignment.person, accepted_at=None, taken_back_at=None
        ).update(taken_back_at=at, taken_back_by=by, email="")


def _lock(assignment_id: int) -> Assignment:
    assignments = Assignment.objects.select_for_update(of=("self",)).select_related("command", "person")
    return assignments.get(pk=assignment_id)


def _check_may_change(person: User, assignment: Assignment) -> None:
    check_manages(person, assignment.command)
    if assignment.person_id == person.pk:
        raise NotAllowed("Nobody changes their own role or ends it. Ask another manager, or the site admin.")
