"""Do staff find in what is kept about them where they worked, and residents nothing?"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.signals import OwnDataSection, own_data_asked
from commands.services import end_assignment
from tests.accounts.factories import EARLIER


def own_work(person: User) -> list[OwnDataSection]:
    answers: Any = own_data_asked.send(sender=User, person=person)
    return [section for _, sections in answers for section in sections if section.title.startswith("Your work")]


def test_staff_find_what_was_and_what_is(officer: User, manager: User, now: datetime) -> None:
    (section,) = own_work(officer)
    assert section.rows[0]["Command"] == "Central Command"
    assert section.rows[0]["Until"] == ""
    assert end_assignment(assignment_id=officer.assignments.get().pk, by=manager, at=now).started_at == EARLIER
    (section,) = own_work(officer)
    assert section.rows[0]["Until"] != ""


def test_residents_find_nothing_of_the_kind(resident: User) -> None:
    assert own_work(resident) == []
