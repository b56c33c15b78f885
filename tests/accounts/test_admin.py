"""Does the administration open for the right people, and show a site admin staff alone?"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.rules import Kind
from tests.accounts.factories import make_staff

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
    assert sign_in(person).get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"


def test_a_site_admin_sees_staff_and_no_resident(sign_in: SignIn, site_admin: User, resident: User) -> None:
    client = sign_in(site_admin)
    page = client.get("/admin/accounts/user/").content.decode()
    assert "Ada Clerk" in page
    assert "Maria Lopez" not in page
    assert client.get(f"/admin/accounts/user/{resident.pk}/change/").status_code == 302


def test_a_site_admin_makes_a_staff_account_without_a_password(sign_in: SignIn, site_admin: User) -> None:
    group = Group.objects.get(name="Verifiers")
    sign_in(site_admin).post(
        "/admin/accounts/user/add/",
        {"email": "Vera@City.test", "full_name": "Vera Ortiz", "rank": "", "groups": [group.pk], "is_active": "on"},
    )
    made = User.objects.get(email="vera@city.test")
    assert (made.kind, made.has_usable_password(), made.is_superuser) == (Kind.STAFF, False, False)
    assert made.has_perm("neighborhoods.verify_residency")


def test_an_account_is_closed_and_never_deleted(sign_in: SignIn, site_admin: User, officer: User) -> None:
    client = sign_in(site_admin)
    assert client.post(f"/admin/accounts/user/{officer.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(
        f"/admin/accounts/user/{officer.pk}/change/",
        {"email": officer.email, "full_name": officer.full_name, "rank": officer.rank},
    )
    officer.refresh_from_db()
    assert not officer.is_active
