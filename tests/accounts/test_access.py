"""What do the decorators of `accounts.access` let through?"""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries

from accounts.access import resident_required, signed_in, staff_required
from accounts.models import User
from config import urls

SignIn = Callable[[User], Client]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def _view(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse(f"in {number}")


handler403 = urls.handler403
urlpatterns = [
    path("for-all/<int:number>/", signed_in(_view)),
    path("for-residents/", resident_required(_view)),
    path("for-staff/", staff_required(_view)),
    *urls.urlpatterns,
]


@pytest.mark.parametrize("page", ["/for-all/7/?a=1", "/for-residents/", "/for-staff/"])
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={page.replace('?', '%3F').replace('=', '%3D')}"


def test_a_resident_opens_what_is_for_residents_only(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    assert client.get("/for-all/7/").content == b"in 7"
    assert client.get("/for-residents/").content == b"in 0"
    assert client.get("/for-staff/").status_code == 403


def test_staff_open_what_is_for_staff_only(sign_in: SignIn, officer: User) -> None:
    client = sign_in(officer)
    assert client.get("/for-all/7/").content == b"in 7"
    assert client.get("/for-residents/").status_code == 403
    assert client.get("/for-staff/").content == b"in 0"


def test_staff_without_second_factor_are_led_to_its_set_up_and_told_why(sign_in: SignIn, officer: User) -> None:
    Authenticator.objects.all().delete()
    client = sign_in(officer)
    response = client.get("/for-staff/")
    assert response["Location"] == "/accounts/2fa/"
    assert "sign in with a second step" in client.get("/accounts/").content.decode()


def test_recovery_codes_alone_are_no_second_factor(sign_in: SignIn, officer: User) -> None:
    Authenticator.objects.update(type=Authenticator.Type.RECOVERY_CODES)
    assert sign_in(officer).get("/for-staff/").status_code == 302


def test_a_staff_page_costs_one_query_besides_the_session_and_the_account(
    sign_in: SignIn, officer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(officer)
    with django_assert_num_queries(3):
        client.get("/for-staff/")
