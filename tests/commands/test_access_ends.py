"""Does everything that somebody had open close the moment their work ends, also where it is open already?"""

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.services import issue_token
from commands.models import PoliceCommand
from commands.rules import Role
from commands.services import appoint, assign, change_role, end_appointment, end_assignment
from notifications import gateways
from tests.accounts.factories import make_staff

SignIn = Callable[[User], Client]
DESK = "/commands/central/desk/"
POST = {
    "command": "central",
    "kind": "safety_tip",
    "title": "Lock side doors",
    "text": "At night.",
    "audience": "command",
}


def status_of_program(token: str) -> int:
    headers = {"Authorization": f"Token {token}"}
    return Client().post("/api/v1/posts/", POST, content_type="application/json", headers=headers).status_code


def test_the_end_of_an_assignment(
    sign_in: SignIn,
    officer: User,
    manager: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, token = sign_in(officer), issue_token(person=officer)
    assert (client.get(DESK).status_code, status_of_program(token)) == (200, 201)
    with gateways.recording() as recorder, django_capture_on_commit_callbacks(execute=True):
        end_assignment(assignment_id=officer.assignments.get().pk, by=manager, at=now)
    assert recorder.closed_person_ids == [officer.pk]
    assert (client.get(DESK).status_code, status_of_program(token)) == (403, 403)


def test_a_lesser_role(
    sign_in: SignIn,
    manager: User,
    central: PoliceCommand,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    other = make_staff("Ida Second", "Lt.", central, Role.MANAGER)
    client = sign_in(other)
    assert client.get(f"{DESK}staff/").status_code == client.get("/audit/").status_code == 200
    with gateways.recording() as recorder, django_capture_on_commit_callbacks(execute=True):
        change_role(assignment_id=other.assignments.get().pk, role=Role.AUTHOR, by=manager, at=now)
    assert recorder.closed_person_ids == [other.pk]
    assert client.get(f"{DESK}staff/").status_code == client.get("/audit/").status_code == 403
    assert client.get(DESK).status_code == 200


def test_one_of_two_assignments_ends_alone(
    sign_in: SignIn, officer: User, south: PoliceCommand, manager: User, now: datetime
) -> None:
    assign(person=officer, command=south, role=Role.AUTHOR, at=now)
    client = sign_in(officer)
    end_assignment(assignment_id=officer.assignments.get(command__slug="central").pk, by=manager, at=now)
    assert client.get(DESK).status_code == 403
    assert client.get("/commands/south/desk/").status_code == 200


def test_the_end_of_an_appointment(db: None, sign_in: SignIn) -> None:
    reader = make_staff("Ora Sight", "")
    appoint(person=reader, group="Oversight readers")
    client = sign_in(reader)
    assert client.get("/audit/").status_code == 200
    end_appointment(email=reader.email, group="Oversight readers")
    assert client.get("/audit/").status_code == 403


def test_a_closed_account(
    sign_in: SignIn, officer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client, token = sign_in(officer), issue_token(person=officer)
    officer.is_active = False
    with gateways.recording() as recorder, django_capture_on_commit_callbacks(execute=True):
        officer.save()
    assert recorder.closed_person_ids == [officer.pk]
    assert client.get(DESK)["Location"].startswith("/accounts/login/")
    assert status_of_program(token) == 401
