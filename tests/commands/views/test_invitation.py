"""What does the link in an invitation show, to whom, and whom does it let in?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from commands.models import Invitation, PoliceCommand
from commands.rules import Role
from commands.selectors import find_role
from commands.services import invite, send_invitation_again, take_back_invitation
from tests.accounts.factories import PASSWORD
from tests.commands.factories import token_in

SignIn = Callable[[User], Client]
SOMEBODY = "new@police.test"
ABOUT_ME = {"full_name": "Hae-Won Park", "rank": "Officer", "password": PASSWORD}


@pytest.fixture
def link_for(
    central: PoliceCommand,
    manager: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[..., str]:
    """The address in the mail of an invitation."""

    def _link_for(email: str = SOMEBODY, at: datetime | None = None) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invite(command=central, email=email, role=Role.AUTHOR, by=manager, at=at or timezone.now())
        return f"/invitations/{token_in(mail.outbox[-1])}/"

    return _link_for


LinkFor = Callable[..., str]


def test_opening_it_says_who_invites_to_what_and_changes_nothing(client: Client, link_for: LinkFor) -> None:
    link = link_for()
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "Capt. V. Osei" in page.content.decode()
        assert "Central Command" in page.content.decode()
    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(email=SOMEBODY).exists()


def test_a_new_colleague_is_signed_in_and_sets_up_the_second_step_before_the_desk(
    client: Client, link_for: LinkFor, central: PoliceCommand
) -> None:
    answer = client.post(link_for(), ABOUT_ME)
    assert answer["Location"] == "/commands/central/desk/"
    person = User.objects.get(email=SOMEBODY)
    assert find_role(person.pk, central.pk) == Role.AUTHOR
    assert client.session["_auth_user_id"] == str(person.pk)
    desk = client.get("/commands/central/desk/")
    assert desk["Location"].startswith("/accounts/2fa/")
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_what_is_missing_is_said_and_what_was_typed_stays(client: Client, link_for: LinkFor) -> None:
    for wrong in ({"full_name": " "}, {"rank": ""}, {"password": "short"}, {"password": SOMEBODY}):
        answer = client.post(link_for(), ABOUT_ME | wrong)
        assert answer.status_code == 422, wrong
        assert PASSWORD not in answer.content.decode()
    assert not User.objects.filter(email=SOMEBODY).exists()
    assert "Hae-Won Park" in answer.content.decode()


def test_a_colleague_signs_in_and_accepts_with_one_button(
    client: Client, sign_in: SignIn, link_for: LinkFor, stranger_officer: User, central: PoliceCommand
) -> None:
    link = link_for(stranger_officer.email)
    asked = client.get(link)
    assert f"/accounts/login/?next={link}" in asked.content.decode()
    assert client.post(link, ABOUT_ME).status_code == 200
    assert find_role(stranger_officer.pk, central.pk) is None
    signed_in = sign_in(stranger_officer)
    assert signed_in.get(link).status_code == 200
    assert signed_in.post(link)["Location"] == "/commands/central/desk/"
    assert find_role(stranger_officer.pk, central.pk) == Role.AUTHOR


def test_forwarded_it_is_refused_to_whoever_else_is_signed_in(
    sign_in: SignIn, link_for: LinkFor, officer: User, resident: User
) -> None:
    link = link_for()
    for person in (officer, resident):
        answer = sign_in(person).post(link, ABOUT_ME)
        assert answer.status_code == 403
        assert "sent to another address" in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_a_residents_address_is_refused_to_its_owner_alone(
    client: Client, sign_in: SignIn, link_for: LinkFor, resident: User
) -> None:
    link = link_for(resident.email)
    for visitor in (client, sign_in(resident)):
        answer = visitor.post(link, ABOUT_ME)
        assert answer.status_code == 403
        assert "stays private" in answer.content.decode()


def test_a_closed_account_is_not_opened_by_it(
    client: Client, link_for: LinkFor, stranger_officer: User, central: PoliceCommand
) -> None:
    User.objects.filter(pk=stranger_officer.pk).update(is_active=False)
    answer = client.post(link_for(stranger_officer.email), ABOUT_ME)
    assert answer.status_code == 403
    assert "closed" in answer.content.decode()
    assert find_role(stranger_officer.pk, central.pk) is None


def test_each_end_says_which_and_what_next(client: Client, link_for: LinkFor, manager: User) -> None:
    expired = link_for("late@police.test", timezone.now() - timedelta(days=8))
    taken_back = link_for("back@police.test")
    take_back_invitation(
        invitation_id=Invitation.objects.get(email="back@police.test").pk, by=manager, at=timezone.now()
    )
    replaced = link_for("again@police.test")
    send_invitation_again(
        invitation_id=Invitation.objects.get(email="again@police.test").pk, by=manager, at=timezone.now()
    )
    used = link_for()
    Client().post(used, ABOUT_ME)
    for link, status, words in (
        (expired, 410, "send it again"),
        (taken_back, 410, "taken back"),
        (used, 410, "has been used"),
        (replaced, 404, "newer mail"),
        ("/invitations/nothing/", 404, "newer mail"),
    ):
        answer = client.get(link)
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert client.post(link, ABOUT_ME).status_code == status


def test_guessing_is_slowed_down(client: Client, db: None) -> None:
    statuses = [client.get(f"/invitations/guess{number}/").status_code for number in range(21)]
    assert statuses == [404] * 20 + [429]
