"""What do commands keep about a person? Nobody with an assignment leaves by themselves, so nothing has to go."""

from typing import Any

from accounts.models import User
from accounts.own_data import moment
from accounts.signals import OwnDataSection, own_data_asked
from commands.selectors import all_assignments_of


def connect() -> None:
    """Listen to the accounts below, which know nothing of commands."""
    own_data_asked.connect(_own_data, dispatch_uid="commands.own_data")


def _own_data(*, person: User, **kwargs: Any) -> list[OwnDataSection]:
    if not person.is_police_or_civic_staff:
        return []
    rows = [
        {
            "Command": assignment.command.name,
            "Role": assignment.get_role_display(),
            "From": moment(assignment.started_at),
            "Until": moment(assignment.ended_at) if assignment.ended_at else "",
        }
        for assignment in all_assignments_of(person.pk)
    ]
    return [OwnDataSection("Your work for police commands", rows)]
