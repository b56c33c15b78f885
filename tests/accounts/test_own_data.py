"""Does somebody see everything that is kept about them, and nobody else?"""

import json
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from accounts.services import issue_token
from accounts.signals import OwnDataSection, own_data_asked
from tests.accounts.factories import PASSWORD

SignInAs = Callable[[User], Client]

pytestmark = pytest.mark.django_db

PAGE = "/accounts/data/"
FILE = "/accounts/data.json"


@pytest.fixture
def _diary() -> Iterator[None]:
    """An app above that keeps something."""

    def answer(*, person: User, **kwargs: object) -> list[OwnDataSection]:
        return [OwnDataSection("Diary", [{"Day": "Friday", "Text": f"About <{person.full_name}>"}])]

    own_data_asked.connect(answer)
    yield
    own_data_asked.disconnect(answer)


@pytest.mark.usefixtures("_diary")
def test_the_page_and_the_file_say_the_same(sign_in: SignInAs, resident: User) -> None:
    Authenticator.objects.create(user=resident, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone"})
    token = issue_token(person=resident)
    resident.set_password(PASSWORD)
    resident.save()
    client = sign_in(resident)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    answer = client.get(FILE)
    assert answer["Content-Disposition"] == 'attachment; filename="porchlight-my-data.json"'
    assert "no-store" in answer["Cache-Control"]
    sections = {section["title"]: section["rows"] for section in json.loads(answer.content)["sections"]}
    assert sections["Your account"][0]["Name"] == "Maria Lopez"
    assert sections["E-mail addresses"] == [{"Address": resident.email, "Confirmed": "yes"}]
    assert [row["Way"] for row in sections["How you sign in"]] == ["Password", "Passkey “My phone”"]
    assert [row["Begins with"] for row in sections["Tokens for programs"]] == [token[:8]]
    assert len(sections["When you signed in, the last twelve months"]) == 1
    assert sections["Diary"] == [{"Day": "Friday", "Text": "About <Maria Lopez>"}]

    page = client.get(PAGE).content.decode()
    for title, rows in sections.items():
        assert title in page
        for row in rows:
            for value in row.values():
                assert value.replace("<", "&lt;").replace(">", "&gt;") in page, value
    assert token not in page + answer.content.decode()


def test_it_is_shown_only_after_the_password_once_more(client: Client, resident: User) -> None:
    resident.set_password(PASSWORD)
    resident.save()
    client.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})
    for page in (PAGE, FILE):
        assert client.get(page)["Location"].startswith("/accounts/reauthenticate/?next=")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert resident.email in client.get(PAGE).content.decode()


def test_only_ones_own(sign_in: SignInAs, resident: User, neighbor: User) -> None:
    page = sign_in(neighbor).get(FILE).content.decode()
    assert neighbor.email in page
    assert resident.email not in page
    assert resident.full_name not in page
