"""What does a legal hold keep, and what goes without one?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.holds import LiftedBefore, lift_hold, place_hold
from accounts.models import LegalHold, Session, SignIn, User
from accounts.retention import is_held, may_purge, purge, purgeable
from accounts.services import finish_leaving, forget_what_is_over, leave
from core.errors import NotAllowed
from neighborhoods.models import Residency
from tests.accounts.factories import PASSWORD, make_resident_account, make_staff

pytestmark = pytest.mark.django_db

SignInAs = Callable[[User], Client]


@pytest.fixture
def clerk(db: None) -> User:
    person = make_staff("Rae Clerk", "")
    person.groups.add(Group.objects.get(name="Records clerks"))
    return person


def hold(clerk: User, at: datetime, *, person: User | None = None, post_id: int | None = None) -> LegalHold:
    return place_hold(person_id=person.pk if person else None, post_id=post_id, reason="Case 26-114", by=clerk, at=at)


def sign_ins_of(person: User, at: datetime) -> None:
    SignIn.objects.create(person_id=person.pk, how="password", at=at)


def test_a_hold_covers_one_person_one_post_or_everything(
    clerk: User, resident: User, neighbor: User, now: datetime
) -> None:
    assert may_purge(resident)
    of_resident = hold(clerk, now, person=resident)
    assert (is_held(resident.pk), is_held(neighbor.pk)) == (True, False)
    assert set(purgeable(User.objects.filter(pk__in=(resident.pk, neighbor.pk)))) == {neighbor}
    of_post = hold(clerk, now, post_id=7)
    assert may_purge(neighbor)
    of_all = hold(clerk, now)
    assert is_held(neighbor.pk)
    for one in (of_all, of_resident, of_post):
        lift_hold(hold_id=one.pk, by=clerk, at=now)
    assert (is_held(resident.pk), may_purge(neighbor)) == (False, True)


def test_the_database_and_python_say_the_same(clerk: User, resident: User, neighbor: User, now: datetime) -> None:
    def in_the_database(person: User) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT accounts_is_held(%s)", [person.pk])
            return bool(cursor.fetchone()[0])

    everybody = (resident, neighbor)
    for change in (
        lambda: None,
        lambda: hold(clerk, now, post_id=3),
        lambda: hold(clerk, now, person=resident),
        lambda: hold(clerk, now),
        lambda: [lift_hold(hold_id=one.pk, by=clerk, at=now) for one in LegalHold.objects.all()],
    ):
        change()
        assert [in_the_database(person) for person in everybody] == [is_held(person.pk) for person in everybody]


def test_nobody_else_places_or_lifts_one(clerk: User, officer: User, resident: User, now: datetime) -> None:
    placed = hold(clerk, now, person=resident)
    for other in (officer, resident):
        with pytest.raises(NotAllowed):
            hold(other, now)
        with pytest.raises(NotAllowed):
            lift_hold(hold_id=placed.pk, by=other, at=now)
    lift_hold(hold_id=placed.pk, by=clerk, at=now)
    with pytest.raises(LiftedBefore):
        lift_hold(hold_id=placed.pk, by=clerk, at=now)


def test_a_hold_is_of_one_thing_and_says_why(clerk: User, resident: User, now: datetime) -> None:
    for fields in ({"person": resident, "post_id": 3, "reason": "x"}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalHold.objects.create(placed_by=clerk, placed_at=now, **fields)


def test_what_nobody_said_whom_it_concerns_cannot_be_purged(resident: User) -> None:
    with pytest.raises(KeyError):
        purge(Residency.objects.all())
    assert Residency.objects.count() == 1


def test_a_purge_goes_in_chunks_and_leaves_what_is_held(clerk: User, now: datetime) -> None:
    people = [make_resident_account(f"Person Number{number}") for number in range(7)]
    hold(clerk, now, person=people[1])
    hold(clerk, now, person=people[5])
    mine = User.objects.filter(pk__in=[person.pk for person in people])
    assert purge(mine, oldest_by="joined_at", chunk_size=2) == 5
    assert set(mine) == {people[1], people[5]}
    assert purge(mine, chunk_size=2) == 0


def test_old_sign_ins_go_and_those_of_somebody_held_stay(clerk: User, resident: User, neighbor: User) -> None:
    at = timezone.now()
    for person in (resident, neighbor):
        sign_ins_of(person, at - timedelta(days=400))
        sign_ins_of(person, at)
    placed = hold(clerk, at, person=resident)
    assert forget_what_is_over(at=at)["sign_ins"] == 1
    assert sorted(SignIn.objects.values_list("person_id", flat=True)) == sorted([resident.pk] * 2 + [neighbor.pk])
    lift_hold(hold_id=placed.pk, by=clerk, at=at)
    assert forget_what_is_over(at=at)["sign_ins"] == 1


def test_who_leaves_under_a_hold_is_closed_at_once_and_let_go_of_afterwards(
    clerk: User,
    resident: User,
    sign_in: SignInAs,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    address = resident.email
    browser = sign_in(resident)
    placed = hold(clerk, now, person=resident)
    with django_capture_on_commit_callbacks(execute=True):
        leave(person=resident, at=now)
        leave(person=resident, at=now)
    resident.refresh_from_db()
    assert (resident.is_active, resident.email, resident.full_name) == (False, address, "Maria Lopez")
    assert not Session.objects.filter(person_id=resident.pk).exists()
    assert browser.get("/accounts/").status_code == 302
    assert Residency.objects.get(person=resident).is_verified
    assert [(sent.to, "must stay for now" in sent.subject) for sent in mail.outbox] == [([address], True)]
    assert "Because of a legal matter the city must keep" in str(mail.outbox[0].body)

    assert finish_leaving(at=now) == 0
    lift_hold(hold_id=placed.pk, by=clerk, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_what_is_over(at=now)["left"] == 1
    resident.refresh_from_db()
    assert (resident.email, resident.public_name) == (f"left-{resident.pk}@invalid", "Former resident")
    assert not Residency.objects.get(person=resident).is_verified
    assert [sent.subject for sent in mail.outbox[1:]] == ["Your account is gone"]
    assert finish_leaving(at=now) == 0


def test_an_account_that_a_site_admin_closed_is_not_taken_for_one_that_left(resident: User, now: datetime) -> None:
    resident.is_active = False
    resident.save()
    assert finish_leaving(at=now) == 0
    resident.refresh_from_db()
    assert resident.full_name == "Maria Lopez"


def test_the_page_says_so_before_and_after(clerk: User, resident: User, client: Client, now: datetime) -> None:
    resident.set_password(PASSWORD)
    resident.save()
    client.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    warning = "Because of a legal matter the city must keep what is stored about you."
    assert warning not in client.get("/accounts/leave/").content.decode()
    hold(clerk, now, person=resident)
    assert warning in client.get("/accounts/leave/").content.decode()
    assert client.post("/accounts/leave/", {"word": "leave"})["Location"] == "/"
    assert "they are deleted when it ends" in client.get("/").content.decode()
    resident.refresh_from_db()
    assert (resident.is_active, resident.full_name) == (False, "Maria Lopez")
