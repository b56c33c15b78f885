"""Does the audit trail say who did what, to those who may know, without naming a resident?"""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import SignIn, User
from accounts.rules import Kind as AccountKind
from accounts.rules import SignedInBy
from commands.models import PoliceCommand
from commands.rules import Role, SecondPerson
from commands.services import appoint, assign, change_role, end_assignment, invite, take_back_invitation
from neighborhoods.models import LookUp, Neighborhood
from neighborhoods.rules import LookUpReason
from pages.audit.reading import Cursor, Scope, Wish, all_lines, lines
from pages.audit.sources import Kind
from posts.services import (
    correct_post,
    release_post,
    return_post,
    stop_post,
    submit_post,
    switch_replies,
    withdraw_post,
)
from tests.accounts.factories import make_staff
from tests.posts.factories import make_draft, publish

SignIn_ = Callable[[User], Client]
EVERYTHING = Scope(None)


@pytest.fixture
def reader(db: None) -> User:
    person = make_staff("Ora Sight", "City oversight")
    appoint(person=person, group="Oversight readers")
    return person


def said(kind: Kind | None = None, scope: Scope = EVERYTHING, **wish: Any) -> list[str]:
    return [line.sentence for line in lines(scope, Wish(kind=kind, **wish), size=1000)]


def test_who_works_where(officer: User, manager: User, central: PoliceCommand, now: datetime) -> None:
    changed = change_role(assignment_id=officer.assignments.get().pk, role=Role.APPROVER, by=manager, at=now)
    end_assignment(assignment_id=changed.pk, by=manager, at=now)
    assert said(Kind.ASSIGNMENT, person_id=officer.pk) == [
        "Capt. V. Osei ended the work of Officer K. Delgado as approver at Central Command",
        "Capt. V. Osei made Officer K. Delgado approver at Central Command",
        "Capt. V. Osei ended the work of Officer K. Delgado as author at Central Command",
        "Whoever operates the server made Officer K. Delgado author at Central Command",
    ]


def test_invitations_without_an_address(manager: User, central: PoliceCommand, now: datetime) -> None:
    invitation = invite(command=central, email="secret@police.test", role=Role.AUTHOR, by=manager, at=now)
    later = now + timedelta(hours=1)
    invite(command=central, email="secret@police.test", role=Role.AUTHOR, by=manager, at=later)
    take_back_invitation(invitation_id=invitation.pk, by=manager, at=later)
    number = invitation.pk
    assert said(Kind.INVITATION) == [
        f"Capt. V. Osei took back invitation {number} to Central Command",
        f"Capt. V. Osei sent invitation {number} again, to be author at Central Command",
        f"Capt. V. Osei sent invitation {number}, to be author at Central Command",
    ]


def test_posts_from_hand_to_hand(
    officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    post = publish(officer, central, now, [oak])
    return_post(post_id=post.pk, version=1, reason="Shorter, please.", by=sergeant, at=now)
    post = submit_post(
        command=central,
        author=officer,
        draft=make_draft([oak]),
        submission_key=uuid.uuid4(),
        at=now,
        returned_post_id=post.pk,
    )
    release_post(post_id=post.pk, version=post.version, by=sergeant, at=now)
    at_once = publish(officer, make_never(central), now, [oak])
    assert said(Kind.POST) == [
        f"Officer K. Delgado published post {at_once.pk} of Central Command",
        f"Sgt. N. Abara released post {post.pk}, version 2, of Central Command",
        f"Officer K. Delgado sent post {post.pk}, version 2, for approval at Central Command",
        f"Post {post.pk} of Central Command was returned to its author, by Sgt. N. Abara",
        f"Officer K. Delgado sent post {post.pk}, version 1, for approval at Central Command",
    ]


def test_a_returned_post_that_goes_out_at_once_was_returned_once(
    officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    post = publish(officer, central, now, [oak])
    return_post(post_id=post.pk, version=1, reason="Shorter, please.", by=sergeant, at=now)
    submit_post(
        command=make_never(central),
        author=officer,
        draft=make_draft([oak]),
        submission_key=uuid.uuid4(),
        at=now,
        returned_post_id=post.pk,
    )
    assert said(Kind.POST) == [
        f"Officer K. Delgado published post {post.pk} of Central Command",
        f"Post {post.pk} of Central Command was returned to its author, by Sgt. N. Abara",
        f"Officer K. Delgado sent post {post.pk}, version 1, for approval at Central Command",
    ]


def test_who_corrected_stopped_and_took_back_a_post(
    officer: User, sergeant: User, manager: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    post = publish(officer, central, now, [oak])
    stop_post(post_id=post.pk, version=1, by=manager, at=now)
    correct_post(
        post_id=post.pk, version=1, title=post.title, text="Four.", what_was_wrong="Not five.", by=sergeant, at=now
    )
    switch_replies(post_id=post.pk, opens=False, assignment=manager.assignments.get(), at=now)
    withdraw_post(post_id=post.pk, version=2, reason="Found.", takes_text_off=False, by=manager, at=now)
    assert said(Kind.POST) == [
        f"Capt. V. Osei took back post {post.pk} of Central Command",
        f"Capt. V. Osei closed the replies to post {post.pk} of Central Command",
        f"Sgt. N. Abara corrected post {post.pk} of Central Command: version 2",
        f"Capt. V. Osei stopped what had not left of post {post.pk}, version 1, of Central Command",
        f"Officer K. Delgado published post {post.pk} of Central Command",
    ]


def make_never(command: PoliceCommand) -> PoliceCommand:
    command.second_person = SecondPerson.NEVER
    command.save()
    return command


def test_civic_staff_accounts_and_commands(reader: User, central: PoliceCommand, officer: User) -> None:
    assert said(Kind.GROUP) == ["Whoever operates the server appointed City oversight O. Sight to: Oversight readers"]
    officer.is_active, officer.access_changed_by = False, reader
    officer.save()
    assert said(Kind.ACCOUNT)[0] == "City oversight O. Sight closed the account of Officer K. Delgado"
    central.second_person, central.changed_by = SecondPerson.ALWAYS, reader
    central.save()
    assert said(Kind.COMMAND)[0] == (
        "City oversight O. Sight changed Central Command; posts wait for a second person: always"
    )


def test_a_resident_is_a_number(resident: User, reader: User, now: datetime) -> None:
    residency = resident.residencies.get()
    LookUp.objects.create(by=reader, residency_id=residency.pk, reason=LookUpReason.SEARCH, at=now)
    assert said(Kind.LOOK_UP) == [f"City oversight O. Sight looked up residency {residency.pk}: searched by name"]
    resident.is_active, resident.access_changed_by = False, reader
    resident.save()
    everything = said()
    assert f"resident account {resident.pk}" in " ".join(everything)
    assert any(line.startswith(f"Residency {residency.pk} was verified") for line in everything)
    assert not any(word in line for line in everything for word in ("Maria", "Lopez", resident.email))


def test_what_residents_do_about_themselves_is_nobody_elses_business(resident: User, newcomer: User) -> None:
    before = said()
    newcomer.is_active = False
    newcomer.save()
    assert said() == before
    assert [line for line in before if "esidency" in line] == [
        f"Residency {resident.residencies.get().pk} was verified: in person, by V. Ortiz"
    ]


def test_staff_signing_in_and_no_resident(officer: User, resident: User, now: datetime) -> None:
    for person in (officer, resident):
        SignIn.objects.create(person_id=person.pk, at=now, how=SignedInBy.SECOND_FACTOR)
    assert said(Kind.SIGN_IN) == ["Officer K. Delgado signed in (password and second step)"]


def test_a_manager_reads_what_concerns_the_own_command(
    officer: User, stranger_officer: User, central: PoliceCommand, south: PoliceCommand
) -> None:
    own = said(scope=Scope((central.pk,)))
    assert own
    assert all("Central Command" in line for line in own)


def test_a_manager_sees_who_signed_in_while_they_worked_there(
    officer: User, stranger_officer: User, resident: User, reader: User, central: PoliceCommand, now: datetime
) -> None:
    assignment = officer.assignments.get()
    assign(person=stranger_officer, command=central, role=Role.AUTHOR, at=now - timedelta(days=2))
    end_assignment(assignment_id=assignment.pk, by=None, at=now)
    first_day = now - timedelta(days=2)
    for person, at in (
        (officer, assignment.started_at - timedelta(seconds=1)),
        (officer, assignment.started_at),
        (stranger_officer, first_day - timedelta(seconds=1)),
        (stranger_officer, first_day + timedelta(hours=1)),
        (officer, now - timedelta(seconds=1)),
        (officer, now),
        (resident, now),
        (reader, now),
    ):
        SignIn.objects.create(person_id=person.pk, at=at, how=SignedInBy.PASSKEY)
    assert said(Kind.SIGN_IN, scope=Scope((central.pk,))) == [
        "Officer K. Delgado signed in (passkey)",
        "Officer T. Halloran signed in (passkey)",
        "Officer K. Delgado signed in (passkey)",
    ]
    assert len(said(Kind.SIGN_IN)) == 7


def test_sign_ins_at_a_command_are_found_by_index_among_those_of_the_city(
    officer: User, central: PoliceCommand, now: datetime
) -> None:
    SignIn.objects.create(person_id=officer.pk, at=now, how=SignedInBy.PASSKEY)
    elsewhere = User.objects.bulk_create(
        User(email=f"{number}@police.test", full_name=f"Kim Number{number}", kind=AccountKind.STAFF)
        for number in range(1_000)
    )
    SignIn.objects.bulk_create(
        SignIn(person_id=person_id, at=now, how=SignedInBy.PASSKEY)
        for person_id in (*range(-20_000, 0), *(person.pk for person in elsewhere))
    )
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE accounts_signin")
        cursor.execute("ANALYZE accounts_user")
        cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')
    with CaptureQueriesContext(connection) as captured:
        assert said(Kind.SIGN_IN, scope=Scope((central.pk,))) == ["Officer K. Delgado signed in (passkey)"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "accounts_signin_of_person" in plan
    assert "Seq Scan on accounts_signin" not in plan


def test_filters_by_person_and_day(officer: User, sergeant: User) -> None:
    today = timezone.localdate()
    assert said(person_id=officer.pk, day=today)
    assert all("Delgado" in line for line in said(person_id=officer.pk))
    assert said(day=today - timedelta(days=1)) == []


def test_pages_leave_nothing_out_and_say_nothing_twice(officer: User, sergeant: User, resident: User) -> None:
    # One transaction: every line has the same moment, so the order between tables is what is tried here.
    whole = said()
    assert len(whole) > 8
    for size in (1, 2, 3, 7):
        paged = [line.sentence for line in all_lines(EVERYTHING, Wish(), page_size=size)]
        assert paged == whole, size


def test_a_place_in_the_list_survives_the_address(now: datetime) -> None:
    cursor = Cursor(now, 3, 14)
    assert Cursor.parse(str(cursor)) == cursor
    for text in ("", "x~1~2", f"{now.isoformat()}~1", f"{now.isoformat()}~a~1", "2026-11-20T10:00:00~1~2", "~~"):
        assert Cursor.parse(text) is None


def test_who_may_read_it_sees_as_much_as_concerns_them(
    sign_in: SignIn_, reader: User, manager: User, sergeant: User, stranger_officer: User
) -> None:
    everything = sign_in(reader).get("/audit/").content.decode()
    assert "South Command" in everything
    own = sign_in(manager).get("/audit/").content.decode()
    assert "Sgt. N. Abara" in own
    assert "South Command" not in own
    assert "Halloran" not in own
    for person in (sergeant, stranger_officer):
        assert sign_in(person).get("/audit/").status_code == 403
        assert sign_in(person).get("/audit/trail.csv").status_code == 403


def test_a_manager_cannot_ask_past_the_own_command(sign_in: SignIn_, manager: User, stranger_officer: User) -> None:
    client = sign_in(manager)
    assert client.get("/audit/", {"person": stranger_officer.pk}).status_code == 422
    assert client.get("/audit/", {"kind": "account"}).status_code == 422
    page = client.get("/audit/", {"day": "yesterday"})
    assert page.status_code == 422
    assert "Write the day as" in page.content.decode()


def test_nothing_found_says_so(sign_in: SignIn_, reader: User) -> None:
    assert "Nothing found" in sign_in(reader).get("/audit/", {"day": "2020-01-01"}).content.decode()


def test_the_file_says_the_same_as_the_page(sign_in: SignIn_, reader: User, officer: User) -> None:
    client = sign_in(reader)
    client.get("/audit/")
    text = client.get("/audit/trail.csv", {"kind": "assignment"}).getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["what"] for row in rows] == said(Kind.ASSIGNMENT)
    assert {row["kind"] for row in rows} == {"assignment"}


def test_looking_is_not_recorded(sign_in: SignIn_, reader: User, officer: User) -> None:
    client = sign_in(reader)
    before = len(said())
    client.get("/audit/")
    assert len(said()) == before


def test_as_many_queries_for_a_long_trail_as_for_a_short_one(
    sign_in: SignIn_, reader: User, central: PoliceCommand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(reader)
    client.get("/audit/")
    with django_assert_num_queries(10) as few:
        client.get("/audit/")
    for number in range(30):
        make_staff(f"Kim Number{number}", "Officer", central, Role.AUTHOR)
    with django_assert_num_queries(len(few)):
        assert "Older" in client.get("/audit/").content.decode()


def test_as_many_queries_for_a_manager_of_many_who_signed_in(
    sign_in: SignIn_,
    manager: User,
    central: PoliceCommand,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sign_in(manager)
    client.get("/audit/")
    with CaptureQueriesContext(connection) as few:
        client.get("/audit/", {"kind": "sign_in"})
    for number in range(30):
        person = make_staff(f"Kim Number{number}", "Officer", central, Role.AUTHOR)
        SignIn.objects.create(person_id=person.pk, at=now, how=SignedInBy.PASSKEY)
    with django_assert_num_queries(len(few)):
        page = client.get("/audit/", {"kind": "sign_in"}).content.decode()
    assert page.count("signed in (passkey)") == 30
