"""Which changes can be made to police commands, coverage and assignments?"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User
from commands.models import Assignment, Coverage, PoliceCommand
from commands.rules import GROUP_PERMISSIONS, HEADQUARTERS_SLUG, CommandKind, Role
from core.errors import DomainError
from core.locks import change_boundaries_alone


class CannotAssign(DomainError):
    """The person stays as assigned before; the text says why."""


class CannotCover(DomainError):
    """The coverage stays as it was; the text says why."""


def ensure_headquarters(**kwargs: Any) -> None:
    """Make the headquarters after every migrate and flush, because an empty installation must already work."""
    PoliceCommand.objects.using(kwargs.get("using", "default")).get_or_create(
        kind=CommandKind.HEADQUARTERS,
        defaults={"slug": HEADQUARTERS_SLUG, "name": "Police Headquarters", "letter": "HQ"},
    )


def ensure_groups(**kwargs: Any) -> None:
    """Make the groups that carry named permissions, after every migrate and flush; what a site added to one stays."""
    using = kwargs.get("using", "default")
    for name, codenames in GROUP_PERMISSIONS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        for app_label, codename in (codename.split(".") for codename in codenames):
            found = Permission.objects.using(using).filter(content_type__app_label=app_label, codename=codename)
            group.permissions.add(*found)


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


@transaction.atomic
def set_coverage(*, command: PoliceCommand, neighborhood_ids: Collection[int], at: datetime) -> None:
    """Make a command serve exactly these neighborhoods from now on; publications wait meanwhile.

    Raises:
        CannotCover: `command` is headquarters, which serves everything without being told.
    """
    if command.is_headquarters:
        raise CannotCover("Headquarters serves the whole city. Its coverage cannot be chosen.")
    change_boundaries_alone()
    wanted = set(neighborhood_ids)
    current = Coverage.objects.filter(command=command, ended_at=None)
    current.exclude(neighborhood_id__in=wanted).update(ended_at=at)
    missing = wanted - set(current.values_list("neighborhood_id", flat=True))
    Coverage.objects.bulk_create(
        Coverage(command=command, neighborhood_id=neighborhood_id, started_at=at) for neighborhood_id in sorted(missing)
    )
