"""Does an invitation lead exactly one person, the right one, to exactly one role?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.rules import Kind
from commands.models import Assignment, Invitation, PoliceCommand
from commands.rules import Role
from commands.selectors import find_assignment, find_invitation
from commands.services import (
    CannotAccept,
    CannotAssign,
    CannotInvite,
    accept_invitation,
    accept_with_new_account,
    appoint,
    end_assignment,
    invite,
    send_invitation_again,
    take_back_invitation,
)
from core.errors import NotAllowed
from tests.accounts.factories import PASSWORD, make_resident_account, make_staff
from tests.commands.factories import token_in

SOMEBODY = "new@police.test"

Invite = Callable[..., str]


@pytest.fixture
def invited(
    central: PoliceCommand,
    manager: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Invite:
    """The token that an address gets by mail."""

    def _invited(email: str = SOMEBODY, role: str = Role.AUTHOR, at: datetime = now) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invite(command=central, email=email, role=role, by=manager, at=at)
        return token_in(mail.outbox[-1])

    return _invited


def test_the_mail_goes_to_the_address_and_the_token_is_not_kept(invited: Invite) -> None:
    token = invited()
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == ([SOMEBODY], "Invitation to Central Command")
    assert "Capt. V. Osei" in sent.body
    invitation = Invitation.objects.get()
    assert token not in str(Invitation.objects.values().get())
    assert find_invitation(token) == invitation


def test_a_new_colleague_gets_a_staff_account_and_the_role(
    invited: Invite, manager: User, central: PoliceCommand, now: datetime
) -> None:
    assignment = accept_with_new_account(
        token=invited(), full_name="Hae-Won Park", rank="Officer", password=PASSWORD, at=now
    )
    person = assignment.person
    assert (person.email, person.kind, person.rank) == (SOMEBODY, Kind.STAFF, "Officer")
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert (assignment.role, assignment.started_by) == (Role.AUTHOR, manager)
    invitation = Invitation.objects.get()
    assert (invitation.accepted_at, invitation.accepted_by, invitation.email) == (now, person, "")


def test_a_colleague_with_an_account_takes_the_role(
    invited: Invite, stranger_officer: User, central: PoliceCommand, now: datetime
) -> None:
    accept_invitation(token=invited(stranger_officer.email, Role.APPROVER), person=stranger_officer, at=now)
    assignment = find_assignment(stranger_officer.pk, central.pk)
    assert assignment is not None
    assert assignment.role == Role.APPROVER


def test_it_works_once(invited: Invite, stranger_officer: User, now: datetime) -> None:
    token = invited(stranger_officer.email)
    accept_invitation(token=token, person=stranger_officer, at=now)
    with pytest.raises(CannotAccept, match="has been used"):
        accept_invitation(token=token, person=stranger_officer, at=now)


def test_it_works_for_seven_days(invited: Invite, stranger_officer: User, now: datetime) -> None:
    late, in_time = now + timedelta(days=7), now + timedelta(days=7, seconds=-1)
    token = invited(stranger_officer.email)
    with pytest.raises(CannotAccept, match="expired"):
        accept_invitation(token=token, person=stranger_officer, at=late)
    accept_invitation(token=token, person=stranger_officer, at=in_time)


def test_it_works_for_its_address_alone(invited: Invite, officer: User, stranger_officer: User, now: datetime) -> None:
    token = invited(stranger_officer.email)
    with pytest.raises(NotAllowed, match="another address"):
        accept_invitation(token=token, person=officer, at=now)
    assert Invitation.objects.get().accepted_at is None


def test_a_resident_account_stays_private(invited: Invite, resident: User, now: datetime) -> None:
    token = invited(resident.email)
    with pytest.raises(CannotAccept, match="stays private"):
        accept_invitation(token=token, person=resident, at=now)
    with pytest.raises(CannotAccept, match="There is an account"):
        accept_with_new_account(token=token, full_name="Maria Lopez", rank="Officer", password=PASSWORD, at=now)


def test_civic_staff_and_closed_accounts_cannot_accept(invited: Invite, now: datetime) -> None:
    verifier, closed = make_staff("Vera Ortiz", ""), make_staff("Cal Closed", "")
    appoint(person=verifier, group="Verifiers")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for person in (verifier, closed):
        with pytest.raises(CannotAssign):
            accept_invitation(token=invited(person.email), person=person, at=now)
    assert not Invitation.objects.exclude(accepted_at=None).exists()


def test_inviting_is_the_same_for_every_address(
    central: PoliceCommand,
    manager: User,
    officer: User,
    resident: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    addresses = [SOMEBODY, resident.email, officer.email]
    with django_capture_on_commit_callbacks(execute=True):
        for email in addresses:
            invite(command=central, email=email.upper(), role=Role.AUTHOR, by=manager, at=now)
    assert [sent.to for sent in mail.outbox] == [[email] for email in addresses]
    assert len({sent.subject for sent in mail.outbox}) == 1


def test_inviting_an_address_again_replaces_the_invitation(invited: Invite, now: datetime) -> None:
    first, second = invited(role=Role.AUTHOR), invited(role=Role.APPROVER)
    assert find_invitation(first) is None
    found = find_invitation(second)
    assert found is not None
    assert (found.role, Invitation.objects.count()) == (Role.APPROVER, 1)


def test_sent_again_it_has_a_new_link_and_seven_more_days(
    invited: Invite,
    manager: User,
    stranger_officer: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, later = invited(stranger_officer.email), now + timedelta(days=8)
    with django_capture_on_commit_callbacks(execute=True):
        send_invitation_again(invitation_id=Invitation.objects.get().pk, by=manager, at=later)
    with pytest.raises(CannotAccept, match="newer mail"):
        accept_invitation(token=first, person=stranger_officer, at=later)
    accept_invitation(token=token_in(mail.outbox[-1]), person=stranger_officer, at=later)


def test_taken_back_it_is_useless_and_the_address_forgotten(
    invited: Invite, manager: User, stranger_officer: User, now: datetime
) -> None:
    token = invited(stranger_officer.email)
    invitation = take_back_invitation(invitation_id=Invitation.objects.get().pk, by=manager, at=now)
    assert (invitation.email, invitation.taken_back_by) == ("", manager)
    with pytest.raises(CannotAccept, match="taken back"):
        accept_invitation(token=token, person=stranger_officer, at=now)
    with pytest.raises(CannotInvite):
        send_invitation_again(invitation_id=invitation.pk, by=manager, at=now)


def test_only_managers_invite(
    central: PoliceCommand, south: PoliceCommand, sergeant: User, invited: Invite, now: datetime
) -> None:
    invited()
    invitation = Invitation.objects.get()
    for person in (sergeant, make_staff("Joan Reyes", "Capt.", south, Role.MANAGER)):
        with pytest.raises(NotAllowed):
            invite(command=central, email="x@police.test", role=Role.AUTHOR, by=person, at=now)
        with pytest.raises(NotAllowed):
            send_invitation_again(invitation_id=invitation.pk, by=person, at=now)
        with pytest.raises(NotAllowed):
            take_back_invitation(invitation_id=invitation.pk, by=person, at=now)


def test_nobody_invites_themselves(central: PoliceCommand, manager: User, now: datetime) -> None:
    with pytest.raises(CannotInvite, match="own address"):
        invite(command=central, email=manager.email.upper(), role=Role.AUTHOR, by=manager, at=now)


def test_an_invitation_ends_with_the_work_of_whoever_sent_it(
    invited: Invite, manager: User, stranger_officer: User, now: datetime
) -> None:
    token = invited(stranger_officer.email)
    end_assignment(assignment_id=manager.assignments.get().pk, at=now)
    with pytest.raises(CannotAccept, match="taken back"):
        accept_invitation(token=token, person=stranger_officer, at=now)


def test_an_invitation_of_a_closed_account_or_a_former_manager_is_worth_nothing(
    invited: Invite, manager: User, now: datetime
) -> None:
    token = invited()

    def accept() -> Assignment:
        return accept_with_new_account(token=token, full_name="Hae-Won Park", rank="Officer", password=PASSWORD, at=now)

    User.objects.filter(pk=manager.pk).update(is_active=False)
    with pytest.raises(CannotAccept, match="no longer decides"):
        accept()
    User.objects.filter(pk=manager.pk).update(is_active=True)
    # As if the invitation had been on its way while the work ended.
    Assignment.objects.filter(person=manager).update(ended_at=now)
    with pytest.raises(CannotAccept, match="no longer decides"):
        accept()
    Assignment.objects.filter(person=manager).update(ended_at=None)
    assert accept().role == Role.AUTHOR


def test_signing_up_with_a_colleagues_address_does_not_keep_them_out(invited: Invite, now: datetime) -> None:
    token = invited()
    begun = User.objects.create_user(SOMEBODY, full_name="Not Them", joined_at=now - timedelta(hours=1))
    EmailAddress.objects.create(user=begun, email=SOMEBODY, verified=False, primary=True)
    assignment = accept_with_new_account(
        token=token, full_name="Hae-Won Park", rank="Officer", password=PASSWORD, at=now
    )
    assert (assignment.person.kind, assignment.person.email) == (Kind.STAFF, SOMEBODY)
    assert not User.objects.filter(pk=begun.pk).exists()


def test_a_second_address_of_a_private_account_stays_private_too(
    invited: Invite, resident: User, now: datetime
) -> None:
    token = invited()
    EmailAddress.objects.create(user=resident, email=SOMEBODY, verified=True, primary=False)
    with pytest.raises(CannotAccept, match="There is an account"):
        accept_with_new_account(token=token, full_name="Maria Lopez", rank="Officer", password=PASSWORD, at=now)


def test_an_account_made_meanwhile_is_not_taken_over(invited: Invite, now: datetime) -> None:
    token = invited()
    make_resident_account("Ann Nowhere", SOMEBODY)
    with pytest.raises(CannotAccept, match="There is an account"):
        accept_with_new_account(token=token, full_name="Ann Nowhere", rank="Officer", password=PASSWORD, at=now)
    assert not User.objects.get(email=SOMEBODY).check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_makes_the_account(now: datetime) -> None:
    headquarters = PoliceCommand.objects.get(slug="headquarters")
    manager = make_staff("Carl Whitfield", "Chief", headquarters, Role.MANAGER)
    invite(command=headquarters, email=SOMEBODY, role=Role.AUTHOR, by=manager, at=now)
    token, start = token_in(mail.outbox[-1]), Barrier(2)

    def is_accepted(rank: str) -> bool:
        start.wait(timeout=10)
        try:
            accept_with_new_account(token=token, full_name="Hae-Won Park", rank=rank, password=PASSWORD, at=now)
        except CannotAccept:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(is_accepted, ("Officer", "Sgt."))) == [False, True]
    assert User.objects.filter(email=SOMEBODY).count() == 1
