"""What is left of somebody who leaves, and who cannot leave this way?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from knox.models import AuthToken
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Session, SignIn, User
from accounts.services import StaffCannotLeave, issue_token, leave
from accounts.signals import person_leaving
from tests.accounts.factories import PASSWORD

SignInAs = Callable[[User], Client]

pytestmark = pytest.mark.django_db

LEAVE = "/accounts/leave/"


@pytest.fixture
def maria(resident: User) -> User:
    """A resident with every kind of key."""
    resident.set_password(PASSWORD)
    resident.shows_last_name = True
    resident.save()
    resident.groups.add(Group.objects.create(name="Some group"))
    TOTP.activate(resident, generate_totp_secret())
    issue_token(person=resident)
    return resident


def test_the_row_stays_and_the_person_is_gone_from_it(maria: User, sign_in: SignInAs, now: datetime) -> None:
    address = maria.email
    browsers = [sign_in(maria), sign_in(maria)]
    leave(person=maria, at=now)

    maria.refresh_from_db()
    assert (maria.email, maria.full_name, maria.public_name) == (
        f"left-{maria.pk}@invalid",
        "Former resident",
        "Former resident",
    )
    assert (maria.is_active, maria.has_usable_password(), maria.last_login) == (False, False, None)
    assert maria.groups.count() == 0
    for table in (EmailAddress, Authenticator, AuthToken):
        assert not table.objects.filter(user=maria).exists()
    assert not Session.objects.filter(person_id=maria.pk).exists()
    assert [browser.get("/accounts/").status_code for browser in browsers] == [302, 302]
    assert not User.objects.filter(email=address).exists()


def test_the_audit_trail_keeps_the_number(maria: User, sign_in: SignInAs, now: datetime) -> None:
    sign_in(maria)
    leave(person=maria, at=now)
    assert SignIn.objects.filter(person_id=maria.pk).count() == 1


def test_the_apps_above_are_told_inside_the_transaction_while_the_person_is_still_there(
    maria: User, now: datetime
) -> None:
    heard = []

    def listen(*, person: User, at: datetime, **kwargs: object) -> None:
        heard.append((User.objects.get(pk=person.pk).full_name, at))
        raise RuntimeError("cannot let go")

    person_leaving.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            leave(person=maria, at=now)
    finally:
        person_leaving.disconnect(listen)
    assert heard == [("Maria Lopez", now)]
    assert User.objects.get(pk=maria.pk).full_name == "Maria Lopez"


def test_a_last_mail_says_so_at_the_old_address(
    maria: User, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    address = maria.email
    with django_capture_on_commit_callbacks(execute=True):
        leave(person=maria, at=now)
        # A second click.
        leave(person=maria, at=now)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [([address], "Your account is gone")]


def test_the_address_may_sign_up_again_as_somebody_new(client: Client, maria: User, now: datetime) -> None:
    address = maria.email
    leave(person=maria, at=now)
    entries = {"full_name": "Maria Lopez", "email": address, "password1": PASSWORD}
    client.post("/accounts/signup/", entries | {"is_old_enough": "on", "accepts_terms": "on"})
    assert User.objects.get(email=address).pk != maria.pk


def test_staff_do_not_leave_here(sign_in: SignInAs, officer: User, now: datetime) -> None:
    with pytest.raises(StaffCannotLeave):
        leave(person=officer, at=now)
    response = sign_in(officer).get(LEAVE)
    assert response.status_code == 403
    assert "Ask your manager to end your assignment" in response.content.decode()


def test_leaving_takes_the_password_and_a_typed_word(client: Client, maria: User) -> None:
    Authenticator.objects.filter(user=maria).delete()
    client.post("/accounts/login/", {"login": maria.email, "password": PASSWORD})
    for asked in (client.get(LEAVE), client.post(LEAVE, {"word": "leave"})):
        assert asked["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fleave%2F"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = client.get(LEAVE).content.decode()
    assert "What is deleted" in page
    assert 'href="/accounts/data.json"' in page
    refused = client.post(LEAVE, {"word": "no"})
    assert refused.status_code == 422
    assert "That is another word." in refused.content.decode()
    assert User.objects.get(pk=maria.pk).is_active

    left = client.post(LEAVE, {"word": " Leave"})
    assert left["Location"] == "/"
    assert "You have left." in client.get("/").content.decode()
    assert "_auth_user_id" not in client.session
    assert not User.objects.get(pk=maria.pk).is_active
