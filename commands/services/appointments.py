"""How do the first manager of a command and civic staff come to be? Whoever operates the server appoints them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from accounts.rules import tidy_name
from accounts.selectors import find_owner_of, get_user_by_email
from accounts.staff import open_staff_account
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from commands.selectors import assignments_of, find_assignment
from commands.services.staff import assign, end_assignment
from core.errors import DomainError


class CannotAppoint(DomainError):
    """Nobody was appointed; the text says why."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an appointment, or its end, changed."""

    person: User
    has_changed: bool
    has_new_account: bool = False


@transaction.atomic
def appoint(*, person: User, group: str) -> bool:
    """Make a staff member civic staff of one kind.

    Args:
        group: One of `commands.rules.GROUP_PERMISSIONS`.

    Returns:
        Whether they were not that before.

    Raises:
        CannotAppoint: `person` is a resident or works for a command, or the account is closed.
    """
    if not person.is_police_or_civic_staff:
        raise CannotAppoint(
            f"{person.full_name} has a resident account, which stays private. Appoint them by their work address."
        )
    # Nobody takes on police work at the same moment.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise CannotAppoint("This account is closed. The site admin can open it again.")
    commands = ", ".join(assignment.command.name for assignment in assignments_of(person.pk))
    if commands:
        raise CannotAppoint(
            f"{person.full_name} works for {commands}. Civic staff watch over the police and never work for a command: "
            "end that first, or use another account."
        )
    if person.groups.filter(name=group).exists():
        return False
    person.groups.add(Group.objects.get(name=group))
    return True


@transaction.atomic
def appoint_civic_staff(*, email: str, group: str, full_name: str, at: datetime) -> Appointment:
    """Make whoever has this address civic staff, with a new account where there is none.

    Raises:
        CannotAppoint: See `appoint` and `_account_of`.
    """
    person, is_new = _account_of(email, full_name, "", at)
    return Appointment(person, appoint(person=person, group=group), is_new)


@transaction.atomic
def appoint_manager(*, email: str, command: PoliceCommand, full_name: str, rank: str, at: datetime) -> Appointment:
    """Make whoever has this address manager of a command, with a new account where there is none.

    Raises:
        CannotAppoint: There is no account yet and no name for one.
        CannotAssign: See `assign`.
    """
    person, is_new = _account_of(email, full_name, rank, at)
    before = find_assignment(person.pk, command.pk)
    assignment = assign(person=person, command=command, role=Role.MANAGER, at=at)
    return Appointment(person, assignment != before, is_new)


@transaction.atomic
def end_appointment(*, email: str, group: str) -> Appointment:
    """Take somebody out of a group of civic staff.

    Raises:
        CannotAppoint: Nobody has this address.
    """
    person = _existing(email)
    belongs = person.groups.filter(name=group).exists()
    person.groups.remove(Group.objects.get(name=group))
    return Appointment(person, belongs)


@transaction.atomic
def end_management(*, email: str, command: PoliceCommand, at: datetime) -> Appointment:
    """End somebody's management of a command.

    Raises:
        CannotAppoint: Nobody has this address.
    """
    person = _existing(email)
    current = Assignment.objects.filter(person=person, command=command, role=Role.MANAGER, ended_at=None).first()
    if current is not None:
        end_assignment(assignment_id=current.pk, at=at)
    return Appointment(person, current is not None)


def _existing(email: str) -> User:
    try:
        return get_user_by_email(email)
    except User.DoesNotExist as error:
        raise CannotAppoint("Nobody has an account with this address.") from error


def _account_of(email: str, full_name: str, rank: str, at: datetime) -> tuple[User, bool]:
    """The account with this address, made where there is none, and whether it is new."""
    email = email.strip()
    owner = find_owner_of(email, at=at)
    if owner is not None:
        return owner, False
    if not full_name:
        raise CannotAppoint("There is no account with this address yet. Say whose it will be, with --name.")
    try:
        validate_email(email)
    except ValidationError:
        raise CannotAppoint("This is no e-mail address. Write one like name@city.gov.") from None
    return open_staff_account(email=email, full_name=tidy_name(full_name), rank=rank, at=at), True
