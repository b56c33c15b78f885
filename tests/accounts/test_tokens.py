"""How does a person get a key for a program, and take it back?"""

from collections.abc import Callable
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts.encryption import decrypt
from accounts.models import User
from accounts.services import TOKENS_PER_PERSON, TooManyTokens, issue_token
from tests.accounts.factories import PASSWORD, make_resident_account
from tests.installation import current_code

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db

TOKENS = "/accounts/tokens/"


def opens_the_api(token: str) -> bool:
    """Whether the API knows whose token it is."""
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Token {token}")
    try:
        return TokenAuthentication().authenticate(request) is not None
    except AuthenticationFailed:
        return False


def shown_token(page: str) -> str:
    return page.partition('<code id="new-token" class="pl-break">')[2].partition("</code>")[0]


def test_a_new_token_is_shown_once_and_works(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    response = client.post(TOKENS)
    token = shown_token(response.content.decode())
    assert opens_the_api(token)
    assert "no-store" in response["Cache-Control"]
    later = client.get(TOKENS).content.decode()
    assert token not in later
    assert token[:8] in later


def test_looking_at_the_page_makes_no_token(sign_in: SignIn, resident: User) -> None:
    sign_in(resident).get(TOKENS)
    assert not AuthToken.objects.exists()


def test_a_token_taken_back_is_refused(sign_in: SignIn, resident: User) -> None:
    token = issue_token(person=resident)
    response = sign_in(resident).post(f"{TOKENS}{token[:15]}/revoke/")
    assert response["Location"] == TOKENS
    assert not opens_the_api(token)


def test_nobody_takes_back_anothers_token(sign_in: SignIn, resident: User, neighbor: User) -> None:
    token = issue_token(person=neighbor)
    assert sign_in(resident).post(f"{TOKENS}{token[:15]}/revoke/").status_code == 404
    assert opens_the_api(token)


def test_a_link_takes_nothing_back(sign_in: SignIn, resident: User) -> None:
    token = issue_token(person=resident)
    assert sign_in(resident).get(f"{TOKENS}{token[:15]}/revoke/").status_code == 405
    assert opens_the_api(token)


def test_a_form_from_elsewhere_makes_none(resident: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(resident, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(TOKENS).status_code == 403
    assert not AuthToken.objects.exists()


def test_staff_need_their_second_factor_first(sign_in: SignIn, officer: User) -> None:
    client = sign_in(officer)
    secret = Authenticator.objects.get(user=officer).data["secret"]
    client.post("/accounts/2fa/reauthenticate/", {"code": current_code(decrypt(secret))})
    assert client.post(TOKENS).status_code == 200
    Authenticator.objects.all().delete()
    assert client.post(TOKENS)["Location"] == "/accounts/2fa/"
    assert AuthToken.objects.count() == 1


def test_an_open_browser_alone_makes_no_key_for_programs(sign_in: SignIn, resident: User, officer: User) -> None:
    resident.set_password(PASSWORD)
    resident.save()
    client = sign_in(resident)
    assert client.post(TOKENS)["Location"].startswith("/accounts/reauthenticate/")
    assert sign_in(officer).post(TOKENS)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not AuthToken.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert opens_the_api(shown_token(client.post(TOKENS).content.decode()))


def test_a_person_has_a_limited_number(sign_in: SignIn, resident: User) -> None:
    for _ in range(TOKENS_PER_PERSON):
        issue_token(person=resident)
    with pytest.raises(TooManyTokens):
        issue_token(person=resident)
    response = sign_in(resident).post(TOKENS, follow=True)
    assert "Take one back before you make another." in response.content.decode()
    assert AuthToken.objects.count() == TOKENS_PER_PERSON


def test_tokens_end_with_the_account(resident: User) -> None:
    token = issue_token(person=resident)
    User.objects.filter(pk=resident.pk).update(is_active=False)
    assert not opens_the_api(token)


def test_the_command_prints_the_token_alone() -> None:
    make_resident_account("Maria Lopez", "maria@example.test")
    out, err = StringIO(), StringIO()
    call_command("issue_token", "Maria@example.test", stdout=out, stderr=err)
    assert opens_the_api(out.getvalue().strip())
    assert out.getvalue().count("\n") == 1
    assert "1 token made for maria@example.test, resident." in err.getvalue()


def test_a_dry_run_makes_none() -> None:
    make_resident_account("Maria Lopez", "maria@example.test")
    out = StringIO()
    call_command("issue_token", "maria@example.test", "--dry-run", stdout=out, stderr=StringIO())
    assert not out.getvalue()
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_command_refuses_an_unknown_address_and_a_closed_account(dry_run: bool) -> None:
    with pytest.raises(CommandError, match=r"No account has the e-mail address nobody@example\.test"):
        call_command("issue_token", "nobody@example.test", dry_run=dry_run)
    maria = make_resident_account("Maria Lopez", "maria@example.test")
    User.objects.filter(pk=maria.pk).update(is_active=False)
    with pytest.raises(CommandError, match=r"The account maria@example\.test is closed"):
        call_command("issue_token", "maria@example.test", dry_run=dry_run)
    assert not AuthToken.objects.exists()
