"""Do a person's streams end when what they may hear has changed?"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from commands.services import end_assignment
from neighborhoods.services import end_residency, move_residency
from notifications import gateways
from notifications.gateways import RecordingLiveGateway

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def recorder() -> Iterator[RecordingLiveGateway]:
    with gateways.recording() as recorder:
        yield recorder


def test_ending_a_residency_closes_after_the_commit(
    resident: User, recorder: RecordingLiveGateway, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        end_residency(residency_id=resident.residencies.get().pk, at=AT)
        assert recorder.closed_person_ids == []
    assert recorder.closed_person_ids == [resident.pk]


def test_a_move_closes(resident: User, recorder: RecordingLiveGateway, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        move_residency(person=resident, latitude=0.5, longitude=1.5, at=AT)
    assert set(recorder.closed_person_ids) == {resident.pk}


def test_ending_an_assignment_closes(
    officer: User, recorder: RecordingLiveGateway, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        end_assignment(assignment_id=officer.assignments.get().pk, at=AT)
    assert recorder.closed_person_ids == [officer.pk]


def test_closing_an_account_closes(
    resident: User, recorder: RecordingLiveGateway, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        resident.save()
    assert recorder.closed_person_ids == []
    resident.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        resident.save()
    assert recorder.closed_person_ids == [resident.pk]


def test_signing_out_closes(
    resident: User,
    recorder: RecordingLiveGateway,
    sign_in: Callable[[User], Client],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = sign_in(resident)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/logout/")
    assert recorder.closed_person_ids == [resident.pk]


def test_signing_out_everywhere_else_closes(
    resident: User,
    recorder: RecordingLiveGateway,
    sign_in: Callable[[User], Client],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = sign_in(resident)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/sign-out-elsewhere/")
    assert recorder.closed_person_ids == [resident.pk]


def test_without_redis_the_change_is_made_all_the_same(
    resident: User, recorder: RecordingLiveGateway, django_capture_on_commit_callbacks: Any
) -> None:
    recorder.is_away = True
    with django_capture_on_commit_callbacks(execute=True):
        residency = end_residency(residency_id=resident.residencies.get().pk, at=AT)
    assert residency.ended_at == AT
    assert recorder.closed_person_ids == []
