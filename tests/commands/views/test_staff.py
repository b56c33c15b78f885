"""Can a manager, and nobody else, decide on a page who works for the command?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from commands.models import Invitation, PoliceCommand
from commands.rules import Role
from commands.selectors import find_role
from commands.services import invite
from tests.accounts.factories import make_staff

SignIn = Callable[[User], Client]
STAFF = "/commands/central/desk/staff/"


@pytest.fixture
def at_desk(sign_in: SignIn, manager: User) -> Client:
    return sign_in(manager)


@pytest.fixture
def open_invitation(central: PoliceCommand, manager: User) -> Invitation:
    return invite(command=central, email="new@police.test", role=Role.AUTHOR, by=manager, at=timezone.now())


def test_it_shows_who_works_here_and_who_is_invited(
    at_desk: Client, officer: User, sergeant: User, stranger_officer: User, open_invitation: Invitation
) -> None:
    page = at_desk.get(STAFF).content.decode()
    for words in ("Officer K. Delgado", "Sgt. N. Abara", "Capt. V. Osei", "new@police.test"):
        assert words in page
    assert "Halloran" not in page


def test_the_way_there_stands_at_a_managers_desk_alone(at_desk: Client, sign_in: SignIn, officer: User) -> None:
    assert STAFF in at_desk.get("/commands/central/desk/").content.decode()
    assert STAFF not in sign_in(officer).get("/commands/central/desk/").content.decode()


def test_an_expired_invitation_says_so(at_desk: Client, central: PoliceCommand, manager: User) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    invite(command=central, email="late@police.test", role=Role.AUTHOR, by=manager, at=long_ago)
    assert "Expired" in at_desk.get(STAFF).content.decode()


def test_a_manager_invites(at_desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = at_desk.post(STAFF, {"email": "New@Police.test", "role": "approver"})
    assert answer["Location"] == STAFF
    assert [sent.to for sent in mail.outbox] == [["new@police.test"]]


def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(at_desk: Client, manager: User) -> None:
    answer = at_desk.post(STAFF, {"email": "not an address", "role": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "not an address" in page
    assert "Choose a role." in page
    own = at_desk.post(STAFF, {"email": manager.email, "role": "author"})
    assert (own.status_code, Invitation.objects.count()) == (422, 0)


def test_the_answer_is_the_same_for_every_address(at_desk: Client, resident: User, officer: User) -> None:
    answers = set()
    for email in ("new@police.test", resident.email, officer.email):
        page = at_desk.post(STAFF, {"email": email, "role": "author"}, follow=True)
        answers.add((page.status_code, "on its way" in page.content.decode()))
    assert answers == {(200, True)}


def test_after_many_invitations_one_waits(at_desk: Client) -> None:
    statuses = [
        at_desk.post(STAFF, {"email": f"new{number}@police.test", "role": "author"}).status_code for number in range(21)
    ]
    assert statuses == [302] * 20 + [429]


def test_send_again_and_take_back(at_desk: Client, open_invitation: Invitation) -> None:
    base = f"/commands/central/desk/invitations/{open_invitation.pk}/"
    mail.outbox.clear()
    at_desk.post(f"{base}again/")
    assert len(mail.outbox) == 1
    at_desk.post(f"{base}take-back/")
    open_invitation.refresh_from_db()
    assert open_invitation.taken_back_at is not None
    again = at_desk.post(f"{base}again/", follow=True)
    assert "accepted or taken back meanwhile" in again.content.decode()


def test_a_role_is_changed(at_desk: Client, officer: User, central: PoliceCommand) -> None:
    page = f"{STAFF}{officer.assignments.get().pk}/"
    assert "Officer K. Delgado" in at_desk.get(page).content.decode()
    assert at_desk.post(page, {"role": "chief"}).status_code == 422
    assert at_desk.post(page, {"role": "approver"})["Location"] == STAFF
    assert find_role(officer.pk, central.pk) == Role.APPROVER


def test_ending_asks_first(at_desk: Client, officer: User, central: PoliceCommand) -> None:
    page = f"{STAFF}{officer.assignments.get().pk}/end/"
    assert "End the work of Officer K. Delgado?" in at_desk.get(page).content.decode()
    assert find_role(officer.pk, central.pk) == Role.AUTHOR
    assert at_desk.post(page)["Location"] == STAFF
    assert find_role(officer.pk, central.pk) is None
    assert at_desk.post(page).status_code == 404


def test_ones_own_is_not_changed_or_ended(at_desk: Client, manager: User, central: PoliceCommand) -> None:
    own = f"{STAFF}{manager.assignments.get().pk}/"
    assert at_desk.post(own, {"role": "author"}).status_code == 403
    assert at_desk.post(f"{own}end/").status_code == 403
    assert find_role(manager.pk, central.pk) == Role.MANAGER


def test_another_commands_assignments_and_invitations_are_not_there(
    sign_in: SignIn, south: PoliceCommand, officer: User, central: PoliceCommand, open_invitation: Invitation
) -> None:
    client = sign_in(make_staff("Joan Reyes", "Capt.", south, Role.MANAGER))
    assignment_id = officer.assignments.get().pk
    for slug, status in (("south", 404), ("central", 403)):
        desk = f"/commands/{slug}/desk/"
        assert client.post(f"{desk}staff/{assignment_id}/", {"role": "author"}).status_code == status
        assert client.post(f"{desk}staff/{assignment_id}/end/").status_code == status
        for verb in ("again", "take-back"):
            assert client.post(f"{desk}invitations/{open_invitation.pk}/{verb}/").status_code == status
    open_invitation.refresh_from_db()
    assert not open_invitation.is_closed
    assert find_role(officer.pk, central.pk) == Role.AUTHOR


def test_as_many_queries_for_many_colleagues_as_for_few(
    at_desk: Client,
    central: PoliceCommand,
    manager: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    now: datetime,
) -> None:
    at_desk.get(STAFF)
    with django_assert_num_queries(8) as few:
        at_desk.get(STAFF)
    for number in range(5):
        make_staff(f"Kim Number{number}", "Officer", central, Role.AUTHOR)
        invite(command=central, email=f"n{number}@police.test", role=Role.AUTHOR, by=manager, at=now)
    with django_assert_num_queries(len(few)):
        at_desk.get(STAFF)
