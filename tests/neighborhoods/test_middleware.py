"""Does a request know where its person lives, without a query for those who live nowhere?"""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models import User
from neighborhoods.middleware import ResidencyMiddleware

pytestmark = pytest.mark.django_db


def request_of(user: User | AnonymousUser) -> Any:
    request: Any = RequestFactory().get("/")
    request.user = user
    ResidencyMiddleware(lambda passed: HttpResponse())(request)
    return request


def test_a_resident_costs_one_query_when_asked(resident: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        request = request_of(resident)
    with django_assert_num_queries(1):
        assert request.residency.neighborhood.name == "Oak"
        assert request.residency.is_verified
    assert isinstance(request, HttpRequest)


def test_visitors_and_staff_have_none_and_cost_nothing(officer: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert request_of(AnonymousUser()).residency is None
        assert request_of(officer).residency is None


def test_a_resident_without_home_has_none(homeless_account: User) -> None:
    assert request_of(homeless_account).residency is None
