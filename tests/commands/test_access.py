"""Who gets to a command's desk?"""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.rules import Kind
from accounts.sessions import start_staff_session
from commands.access import DeskRequest, desk_member
from commands.models import PoliceCommand
from commands.services import assign

pytestmark = pytest.mark.django_db


@desk_member
def desk(request: DeskRequest, slug: str) -> HttpResponse:
    return HttpResponse(f"{slug}: {request.assignment.role} at {request.assignment.command}")


def open_desk(user: User | AnonymousUser, slug: str = "central") -> Any:
    request: Any = RequestFactory().get(f"/commands/{slug}/desk/")
    request.user, request.session = user, SessionStore()
    request._messages = FallbackStorage(request)
    start_staff_session(request.session, timezone.now())
    return desk(request, slug)


def test_a_member_gets_in_with_the_assignment(officer: User) -> None:
    assert open_desk(officer).content == b"central: author at Central Command"


def test_visitors_are_sent_to_sign_in(central: PoliceCommand) -> None:
    assert open_desk(AnonymousUser())["Location"] == "/accounts/login/?next=/commands/central/desk/"


def test_residents_and_other_commands_staff_stay_out(resident: User, stranger_officer: User) -> None:
    for person in (resident, stranger_officer):
        with pytest.raises(PermissionDenied):
            open_desk(person)


def test_a_command_that_is_not_there_is_404(officer: User) -> None:
    with pytest.raises(Http404):
        open_desk(officer, "nowhere")


def test_without_a_second_factor_it_is_set_up_first(central: PoliceCommand) -> None:
    person = User.objects.create_user("new@example.test", full_name="New Officer", kind=Kind.STAFF)
    assign(person=person, command=central, role="author", at=timezone.now())
    assert open_desk(person)["Location"] == "/accounts/2fa/"
