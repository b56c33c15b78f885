"""What does every answer tell a browser about keeping and embedding it, and which cookies does the site set?"""

import json
import os
import subprocess
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from ops.place import PYTHON, ROOT
from tests.accounts.factories import PASSWORD

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/", "/metrics/", "/accounts/", "/nowhere/", "/admin/", "/metrics/reach.csv"])
def test_what_was_made_for_somebody_is_kept_nowhere(sign_in: SignIn, officer: User, page: str) -> None:
    assert "no-store" in sign_in(officer).get(page)["Cache-Control"]


@pytest.mark.parametrize("page", ["/metrics/", "/posts/", "/nowhere/", "/metrics/reach.csv"])
def test_what_everybody_gets_may_be_kept(client: Client, page: str) -> None:
    assert "no-store" not in client.get(page).get("Cache-Control", "")


def test_a_program_with_a_token_gets_nothing_to_keep(client: Client) -> None:
    response = client.get("/api/v1/posts/", headers={"Authorization": "Token none"})
    assert "no-store" in response["Cache-Control"]


def test_a_view_that_knows_better_is_left_alone(sign_in: SignIn, resident: User) -> None:
    """The feed is asked for anew each time and answered 304 while it is unchanged."""
    client = sign_in(resident)
    first = client.get("/feed/")
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get("/feed/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_front_page_of_a_visitor_is_still_answered_304(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("page", ["/", "/feed/", "/nowhere/", "/api/v1/neighborhoods/", "/admin/", "/posts/feed.atom"])
def test_every_answer_keeps_other_sites_out(sign_in: SignIn, resident: User, page: str) -> None:
    headers = sign_in(resident).get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_the_policy_allows_no_inline_code_and_no_other_host(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_scripts_see_no_cookie_and_other_sites_send_none(client: Client, resident: User) -> None:
    resident.set_password(PASSWORD)
    resident.save()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})
    client.post("/live-ticket/")
    assert {"sessionid", "csrftoken", "live"} <= client.cookies.keys()
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in {"Lax", "Strict"}, cookie.key
        assert not cookie["domain"], cookie.key


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(client: Client, resident: User) -> None:
    resident.set_password(PASSWORD)
    resident.save()
    session = client.session
    session["left by a visitor"] = "x"
    session.save()
    before = client.cookies["sessionid"].value
    client.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})
    signed_in = client.cookies["sessionid"].value
    assert signed_in != before
    client.post("/accounts/logout/")
    stolen = Client()
    for key in (before, signed_in):
        stolen.cookies["sessionid"] = key
        assert stolen.get("/accounts/").status_code == 302, key


def test_signing_out_lets_the_browser_forget_drafts(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    assert "Clear-Site-Data" not in client.get("/accounts/logout/")
    answer = client.post("/accounts/logout/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"storage"')


def test_an_unknown_host_is_not_answered(client: Client, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["porchlight.example"]
    assert client.get("/", headers={"Host": "elsewhere.test"}).status_code == 400


def test_over_https_cookies_belong_to_this_host_alone() -> None:
    code = (
        "import django, json; django.setup()\n"
        "from django.conf import settings as s\n"
        "from notifications.tickets import COOKIE_NAME\n"
        "names = 'SESSION CSRF'.split()\n"
        "flags = 'NAME SECURE HTTPONLY SAMESITE PATH DOMAIN'.split()\n"
        "kept = {n: {f: getattr(s, f'{n}_COOKIE_{f}') for f in flags} for n in names}\n"
        "print(json.dumps([kept, s.MESSAGES_COOKIE_NAME, COOKIE_NAME, s.SECURE_HSTS_SECONDS]))\n"
    )
    env = os.environ | {"SITE_URL": "https://porchlight.example", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([PYTHON, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    cookies, messages, live, hsts_seconds = json.loads(done.stdout)
    for cookie in cookies.values():
        assert cookie["NAME"].startswith("__Host-")
        assert (cookie["SECURE"], cookie["HTTPONLY"], cookie["SAMESITE"]) == (True, True, "Lax")
        assert (cookie["PATH"], cookie["DOMAIN"]) == ("/", None)
    assert messages.startswith("__Host-")
    assert live.startswith("__Secure-")
    assert hsts_seconds >= 365 * 24 * 3600
