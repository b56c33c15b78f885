"""Does whoever operates the server make civic staff and first managers, and nobody who is both?"""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.rules import Kind
from commands.models import PoliceCommand
from commands.rules import Role
from commands.selectors import find_assignment
from commands.services import (
    CannotAppoint,
    CannotAssign,
    appoint,
    appoint_civic_staff,
    appoint_manager,
    end_appointment,
    end_management,
)
from tests.accounts.factories import PASSWORD, make_resident_account, make_staff

VERA = "vera@city.test"


def test_a_new_verifier_gets_an_account_and_a_way_in(
    db: None, client: Client, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        done = appoint_civic_staff(email="Vera@City.test", group="Verifiers", full_name="Vera  Ortiz", at=now)
    assert (done.has_changed, done.has_new_account) == (True, True)
    person = User.objects.get(email=VERA)
    assert (person.full_name, person.kind, person.has_usable_password()) == ("Vera Ortiz", Kind.STAFF, False)
    assert person.has_perm("neighborhoods.verify_residency")
    assert not EmailAddress.objects.get(user=person).verified

    (sent,) = mail.outbox
    assert sent.to == [VERA]
    link = next(word for word in str(sent.body).split() if "/password/reset/key/" in word)
    form_page = client.get(link[link.index("/accounts/") :])["Location"]
    client.post(form_page, {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person).verified


def test_signing_up_with_an_address_does_not_keep_its_owner_from_being_appointed(
    central: PoliceCommand, now: datetime
) -> None:
    begun = User.objects.create_user(VERA, full_name="Not Them", joined_at=now - timedelta(hours=1))
    EmailAddress.objects.create(user=begun, email=VERA, verified=False, primary=True)
    done = appoint_civic_staff(email=VERA, group="Verifiers", full_name="Vera Ortiz", at=now)
    assert (done.has_new_account, done.person.kind, done.person.email) == (True, Kind.STAFF, VERA)
    assert not User.objects.filter(pk=begun.pk).exists()


def test_a_residents_second_address_is_theirs_and_gets_no_staff_account(now: datetime, db: None) -> None:
    EmailAddress.objects.create(user=make_resident_account("Maria Lopez"), email=VERA, verified=True)
    with pytest.raises(CannotAppoint, match="resident account"):
        appoint_civic_staff(email=VERA, group="Verifiers", full_name="Vera Ortiz", at=now)
    assert not User.objects.filter(email=VERA).exists()


def test_a_manager_is_appointed_and_the_appointment_ended(central: PoliceCommand, now: datetime) -> None:
    done = appoint_manager(email="osei@police.test", command=central, full_name="Victor Osei", rank="Capt.", at=now)
    assert done.person.public_name == "Capt. V. Osei"
    assignment = find_assignment(done.person.pk, central.pk)
    assert assignment is not None
    assert (assignment.role, assignment.started_by) == (Role.MANAGER, None)
    assert end_management(email="osei@police.test", command=central, at=now).has_changed
    assert find_assignment(done.person.pk, central.pk) is None


def test_doing_it_again_changes_nothing(central: PoliceCommand, manager: User, now: datetime) -> None:
    assert not appoint_manager(email=manager.email, command=central, full_name="", rank="", at=now).has_changed
    make_staff("Vera Ortiz", "")
    again = [
        appoint_civic_staff(email="vera.ortiz@example.test", group="Verifiers", full_name="", at=now).has_changed
        for _ in range(2)
    ]
    assert again == [True, False]
    ended = [end_appointment(email="vera.ortiz@example.test", group="Verifiers").has_changed for _ in range(2)]
    assert ended == [True, False]


def test_police_are_not_appointed_civic_staff(officer: User, now: datetime) -> None:
    with pytest.raises(CannotAppoint, match="works for Central Command"):
        appoint(person=officer, group="Oversight readers")
    assert not officer.groups.exists()


def test_civic_staff_are_not_appointed_managers(central: PoliceCommand, now: datetime) -> None:
    reader = make_staff("Ora Sight", "")
    appoint(person=reader, group="Oversight readers")
    with pytest.raises(CannotAssign, match="civic staff"):
        appoint_manager(email=reader.email, command=central, full_name="", rank="", at=now)


def test_residents_are_appointed_to_nothing(resident: User, central: PoliceCommand, now: datetime) -> None:
    with pytest.raises(CannotAppoint, match="stays private"):
        appoint(person=resident, group="Verifiers")
    with pytest.raises(CannotAssign):
        appoint_manager(email=resident.email, command=central, full_name="", rank="", at=now)


def test_a_new_account_needs_a_name_and_an_address(db: None, now: datetime) -> None:
    with pytest.raises(CannotAppoint, match="--name"):
        appoint_civic_staff(email=VERA, group="Verifiers", full_name="", at=now)
    with pytest.raises(CannotAppoint, match="no e-mail address"):
        appoint_civic_staff(email="vera", group="Verifiers", full_name="Vera Ortiz", at=now)
    with pytest.raises(CannotAppoint, match="Nobody"):
        end_appointment(email=VERA, group="Verifiers")
