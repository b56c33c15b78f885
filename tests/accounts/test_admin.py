"""Does the administration open for the right people, and show a site admin staff alone?"""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.rules import Kind
from tests.accounts.factories import make_resident_account, make_staff

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def site_admin(db: None) -> User:
    person = make_staff("Ada Clerk", "")
    person.groups.add(Group.objects.get(name="Site admins"))
    return person


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")


def test_residents_and_staff_without_a_permission_stay_out(sign_in: SignIn, resident: User, officer: User) -> None:
    assert sign_in(resident).get("/admin/").status_code == 403
    assert sign_in(officer).get("/admin/", follow=True).status_code == 403


def test_a_site_admin_without_second_factor_sets_it_up_first(sign_in: SignIn) -> None:
    person = User.objects.create_user("new@example.test", full_name="New Clerk", kind=Kind.STAFF)
    person.groups.add(Group.objects.get(name="Site admins"))
    assert sign_in(person).get("/admin/")["Location"] == "/accounts/2fa/"


def test_a_site_admin_sees_staff_and_no_resident(sign_in: SignIn, site_admin: User, resident: User) -> None:
    client = sign_in(site_admin)
    page = client.get("/admin/accounts/user/").content.decode()
    assert "Ada Clerk" in page
    assert "Maria Lopez" not in page
    assert client.get(f"/admin/accounts/user/{resident.pk}/change/").status_code == 302


def test_a_site_admin_cannot_ask_for_passwords_by_an_address(sign_in: SignIn, site_admin: User) -> None:
    client = sign_in(site_admin)
    for question in ("password__startswith=argon2", "password=x", "authenticator__data__contains=secret"):
        assert client.get(f"/admin/accounts/user/?{question}").status_code == 400
    assert client.get("/admin/accounts/user/?is_active__exact=1").status_code == 200


def test_a_site_admin_makes_a_staff_account_that_may_do_nothing_yet(
    sign_in: SignIn, site_admin: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    group = Group.objects.get(name="Verifiers")
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(site_admin).post(
            "/admin/accounts/user/add/",
            {"email": "Vera@City.test", "full_name": "Vera Ortiz", "rank": "", "groups": [group.pk], "password": "x"},
        )
    made = User.objects.get(email="vera@city.test")
    assert (made.kind, made.has_usable_password(), made.is_superuser) == (Kind.STAFF, False, False)
    assert not made.groups.exists()
    assert [sent.to for sent in mail.outbox] == [["vera@city.test"]]


def test_an_account_that_somebody_only_began_makes_room_and_one_in_use_does_not(
    sign_in: SignIn, site_admin: User
) -> None:
    begun = User.objects.create_user("clerk@city.test", full_name="Not Them")
    EmailAddress.objects.create(user=begun, email=begun.email, verified=False, primary=True)
    client = sign_in(site_admin)
    typed = {"email": "Clerk@city.test", "full_name": "New Clerk", "rank": "Capt."}
    assert client.post("/admin/accounts/user/add/", typed).status_code == 302
    made = User.objects.get(email="clerk@city.test")
    assert (made.kind, made.full_name) == (Kind.STAFF, "New Clerk")
    again = client.post("/admin/accounts/user/add/", typed)
    assert "This address cannot be used." in again.content.decode()
    EmailAddress.objects.create(user=make_resident_account("Maria Lopez"), email="second@city.test", verified=True)
    second = client.post("/admin/accounts/user/add/", typed | {"email": "second@city.test"})
    assert "This address cannot be used." in second.content.decode()
    assert not User.objects.filter(email="second@city.test").exists()


def test_an_account_is_closed_and_never_deleted(sign_in: SignIn, site_admin: User, officer: User) -> None:
    client = sign_in(site_admin)
    assert client.post(f"/admin/accounts/user/{officer.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/accounts/user/{officer.pk}/change/", {"full_name": officer.full_name, "rank": officer.rank})
    officer.refresh_from_db()
    assert (officer.is_active, officer.access_changed_by) == (False, site_admin)


def test_a_site_admin_becomes_nobody_else(sign_in: SignIn, site_admin: User, officer: User) -> None:
    """Address, password, factors, groups and kind are not theirs to set, on whatever form they come."""
    client, group = sign_in(site_admin), Group.objects.get(name="Oversight readers")
    before = User.objects.filter(pk=officer.pk).values("email", "password", "kind").get()
    fields = {
        "email": "mine@city.test",
        "full_name": "Kim Delgado-Ruiz",
        "rank": officer.rank,
        "is_active": "on",
        "groups": [group.pk],
        "user_permissions": [1],
        "password": "mine",
        "kind": "resident",
        "is_superuser": "on",
    }
    assert client.post(f"/admin/accounts/user/{officer.pk}/change/", fields).status_code == 302
    assert User.objects.filter(pk=officer.pk).values("email", "password", "kind").get() == before
    assert not officer.groups.exists()
    assert not officer.user_permissions.exists()
    assert client.post(f"/admin/accounts/user/{officer.pk}/password/", {"password1": "x"}).status_code != 200
    for page in ("mfa/authenticator/", "account/emailaddress/", "knox/authtoken/", "auth/group/", "sessions/session/"):
        assert client.get(f"/admin/{page}").status_code in {403, 404}, page


def test_nobody_closes_their_own_account_or_joins_a_group(sign_in: SignIn, site_admin: User) -> None:
    group = Group.objects.get(name="Oversight readers")
    fields = {"full_name": site_admin.full_name, "rank": "", "groups": [group.pk]}
    sign_in(site_admin).post(f"/admin/accounts/user/{site_admin.pk}/change/", fields)
    site_admin.refresh_from_db()
    assert site_admin.is_active
    assert [group.name for group in site_admin.groups.all()] == ["Site admins"]
