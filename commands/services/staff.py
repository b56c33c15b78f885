"""How does somebody begin and stop speaking for a command?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from core.errors import DomainError


class CannotAssign(DomainError):
    """The person stays as assigned before; the text says why."""


@transaction.atomic
def assign(*, person: User, command: PoliceCommand, role: str, at: datetime) -> Assignment:
    """Give a staff member a role at a command. Another role there ends; the same role stays as it is.

    Raises:
        CannotAssign: `person` is a resident; police and neighbors keep separate accounts.
    """
    if not person.is_police_or_civic_staff:
        raise CannotAssign(f"{person.full_name} has a resident account. Make a staff account for police work.")
    # One change of a person's assignments at a time.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = Assignment.objects.filter(person=person, command=command, ended_at=None).first()
    if current is not None:
        if current.role == role:
            return current
        end_assignment(assignment_id=current.pk, at=at)
    return Assignment.objects.create(person=person, command=command, role=Role(role), started_at=at)


@transaction.atomic
def end_assignment(*, assignment_id: int, at: datetime) -> Assignment:
    """End an assignment; ending one that has ended changes nothing.

    Raises:
        Assignment.DoesNotExist: There is none with this id.
    """
    assignment = Assignment.objects.select_for_update().get(pk=assignment_id)
    if assignment.ended_at is None:
        assignment.ended_at = at
        assignment.save()
    return assignment
