"""What does somebody see when a page cannot be shown?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from accounts.models import User
from config import urls
from pages.views.errors import server_error

SignIn = Callable[[User], Client]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def misunderstood(request: HttpRequest) -> HttpResponse:
    raise BadRequest


handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [path("broken/", broken), path("misunderstood/", misunderstood), *urls.urlpatterns]


@pytest.fixture
def calm(client: Client) -> Client:
    """A browser that gets the error page, as people do, not the exception."""
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("page", "status", "says"),
    [
        ("/misunderstood/", 400, "That did not arrive whole"),
        ("/nowhere/", 404, "Nothing here"),
        ("/posts/999999/", 404, "Nothing here"),
        ("/broken/", 500, "Something broke here"),
    ],
)
def test_each_error_has_a_page_that_says_what_to_do(calm: Client, page: str, status: int, says: str) -> None:
    response = calm.get(page)
    assert response.status_code == status
    assert f"<h1>{says}</h1>" in response.content.decode()
    assert "Porchlight" in response.content.decode()


def test_what_is_not_yours_is_403_with_the_readers_own_header(sign_in: SignIn, officer: User, resident: User) -> None:
    response = sign_in(resident).get("/commands/central/desk/")
    assert response.status_code == 403
    page = response.content.decode()
    assert "This is not yours to open" in page
    assert resident.public_name in page


def test_a_form_without_its_token_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "maria@example.test"})
    assert response.status_code == 403
    assert "That form was open too long" in response.content.decode()


def test_an_error_page_tells_nothing_of_the_code(calm: Client) -> None:
    page = calm.get("/broken/").content.decode()
    assert "ZeroDivisionError" not in page
    assert "Traceback" not in page


@pytest.mark.usefixtures("_database_is_away")
@pytest.mark.parametrize(
    ("page", "status", "says"),
    [("/nowhere/", 404, "Nothing here"), ("/posts/", 500, "Something broke here")],
)
def test_error_pages_need_no_database(calm: Client, page: str, status: int, says: str) -> None:
    calm.cookies["sessionid"] = "a" * 32
    response = calm.get(page)
    assert response.status_code == status
    assert says in response.content.decode()


def test_even_without_templates_there_are_plain_words(
    rf: RequestFactory, settings: LazySettings, tmp_path: Path
) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    response = server_error(rf.get("/"))
    assert (response.status_code, response["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "call 911" in response.content.decode()
