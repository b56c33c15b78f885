"""What does a person see of their own account?"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def test_a_resident_sees_name_e_mail_and_home(sign_in: SignIn, resident: User) -> None:
    page = sign_in(resident).get("/accounts/").content.decode()
    assert "Maria Lopez" in page
    assert "Maria L." in page
    assert resident.email in page
    assert "Oak, verified" in page
    assert 'href="/residency/"' in page


def test_a_claimed_home_is_not_called_verified(sign_in: SignIn, newcomer: User) -> None:
    assert "Oak, not verified yet" in sign_in(newcomer).get("/accounts/").content.decode()


def test_staff_have_no_home_here(sign_in: SignIn, officer: User) -> None:
    page = sign_in(officer).get("/accounts/").content.decode()
    assert "Officer K. Delgado" in page
    assert "/residency/" not in page
    assert "/admin/" not in page


def test_only_who_holds_a_permission_sees_the_administration(sign_in: SignIn, officer: User) -> None:
    officer.user_permissions.add(Permission.objects.get(codename="load_boundaries"))
    assert 'href="/admin/"' in sign_in(officer).get("/accounts/").content.decode()


def test_the_page_says_whether_the_second_step_is_on(sign_in: SignIn, officer: User, resident: User) -> None:
    assert "Your second step is on" in sign_in(officer).get("/accounts/").content.decode()
    assert "Set up a passkey or the second step" in sign_in(resident).get("/accounts/").content.decode()
