"""How do tests let neighbors talk? Through the same services as the pages."""

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from accounts.models import User
from community.rules import NeighborPostKind, RoomRule, SubjectKind
from community.services import comment, name_lead, offer_to_lead, report, write_post
from neighborhoods.models import Adjoining, Neighborhood, Residency
from neighborhoods.selectors import find_residency
from tests.accounts.factories import make_staff

Capture = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]
WORDS = "My ladder is yours until Sunday"


def home_of(person: User) -> Residency:
    residency = find_residency(person.pk)
    assert residency is not None
    return residency


def make_adjoining(one: Neighborhood, other: Neighborhood) -> None:
    """Two neighborhoods beside each other, as loading their boundaries finds out."""
    Adjoining.objects.create(neighborhood=one, other=other)
    Adjoining.objects.create(neighborhood=other, other=one)


def make_moderator(name: str = "Mo Derator") -> User:
    person = make_staff(name, "")
    person.groups.add(Group.objects.get(name="Community moderators"))
    return person


def make_upload(size: tuple[int, int] = (40, 30), format: str = "PNG", **save: Any) -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", size, "green").save(drawn, format, **save)
    return SimpleUploadedFile("ladder.png", drawn.getvalue(), "image/png")


def say(author: User, at: datetime, **changes: Any) -> int:
    """A neighbor post, for the author's own neighborhood alone unless opened."""
    fields: dict[str, Any] = {
        "kind": NeighborPostKind.TALK,
        "title": "A ladder to lend",
        "text": WORDS,
        "is_open_to_adjoining": False,
        "picture": None,
        "description": "",
        "submission_key": uuid.uuid4(),
        "at": at,
    }
    fields["residency"] = changes.get("residency") or home_of(author)
    return write_post(**(fields | changes))


def answer(author: User, post_id: int, at: datetime, text: str = "May I have it on Saturday?") -> int:
    return comment(residency=home_of(author), post_id=post_id, text=text, submission_key=uuid.uuid4(), at=at)


def report_post(reporter: User, post_id: int, at: datetime, **changes: Any) -> int:
    fields: dict[str, Any] = {
        "person_id": reporter.pk,
        "subject_kind": SubjectKind.POST,
        "subject_id": post_id,
        "rule": RoomRule.PRIVATE_DATA,
        "note": "",
        "at": at,
    }
    return report(**(fields | changes))


def report_comment(reporter: User, comment_id: int, at: datetime, **changes: Any) -> int:
    return report_post(reporter, comment_id, at, **{"subject_kind": SubjectKind.COMMENT, **changes})


def make_lead(person: User, moderator: User, at: datetime) -> int:
    """A lead of the neighborhood where the person lives."""
    lead_id = offer_to_lead(residency=home_of(person), at=at)
    name_lead(lead_id=lead_id, by=moderator, at=at)
    return lead_id


def waiting_sessions() -> int:
    """How many sessions of the test database wait for a lock."""
    with connection.cursor() as cursor:
        # Within a transaction the sessions are looked up only once.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
