"""Does the demo show the mails that it does not send, and does no other installation have that page?"""

import os
import subprocess

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.mails import send_mail_to
from ops.place import PYTHON, ROOT
from pages.demo.mail import KEPT
from pages.models import CaughtMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_backend(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "pages.demo.mail.CatchingBackend"


def post(subject: str, *addresses: str, body: str = "Hello") -> None:
    EmailMessage(subject, body, to=list(addresses)).send()


def test_mails_stand_there_newest_first_for_everybody(client: Client) -> None:
    post("First", "maria@example.test")
    post("Second", "dev@example.test", body="Look: http://localhost:8000/feed/ & <b>so on</b>")
    response = client.get("/demo/mail/")
    page = response.content.decode()
    assert page.index("Second") < page.index("First")
    assert 'href="http://localhost:8000/feed/"' in page
    assert "&lt;b&gt;so on&lt;/b&gt;" in page
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_a_mail_is_shown_in_its_html_too_inside_a_frame_without_power(client: Client) -> None:
    send_mail_to("maria@example.test", template="account_gone")
    mail = CaughtMail.objects.get()
    page = client.get("/demo/mail/")
    assert f'src="/demo/mail/{mail.pk}/html/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    frame = client.get(f"/demo/mail/{mail.pk}/html/")
    assert "You have left Porchlight" in frame.content.decode()
    assert "sandbox allow-top-navigation-by-user-activation" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    post("Text alone", "maria@example.test")
    assert client.get(f"/demo/mail/{CaughtMail.objects.latest('pk').pk}/html/").status_code == 404
    assert client.get("/demo/mail/999999999999/html/").status_code == 404


def test_only_those_to_one_address_whatever_its_case(client: Client) -> None:
    post("For both", "maria@example.test", "dev@example.test")
    post("For Dev", "dev@example.test")
    page = client.get("/demo/mail/?address=Maria@Example.test").content.decode()
    assert "For both" in page
    assert "For Dev" not in page
    assert "No mail yet" in client.get("/demo/mail/?address=nobody@example.test").content.decode()


def test_only_the_newest_are_kept() -> None:
    for number in range(KEPT + 3):
        post(f"Mail {number}", "maria@example.test")
    assert CaughtMail.objects.count() == KEPT
    assert CaughtMail.objects.order_by("id").values_list("subject", flat=True)[0] == "Mail 3"


def test_a_long_list_goes_on_at_the_same_cost(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post("The very first", "maria@example.test")
    with django_assert_num_queries(1):
        client.get("/demo/mail/")
    for number in range(40):
        post(f"Mail {number}", "maria@example.test")
    with django_assert_num_queries(1):
        page = client.get("/demo/mail/").content.decode()
    assert "The very first" not in page
    older = page.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "The very first" in client.get(f"/demo/mail/{older}").content.decode()


@pytest.mark.parametrize("query", ["before=x", "before=99999999999999999999", "address=%00", "before=-1"])
def test_odd_questions_are_answered(client: Client, query: str) -> None:
    assert client.get(f"/demo/mail/?{query}").status_code == 200


@pytest.mark.parametrize(("demo", "exists"), [("1", "True"), ("0", "False")])
def test_the_page_exists_in_the_demo_alone(demo: str, exists: str) -> None:
    code = (
        "import django; django.setup(); from django.urls import Resolver404, resolve\n"
        "try: print(bool(resolve('/demo/mail/')))\n"
        "except Resolver404: print(False)"
    )
    env = {**os.environ, "DEMO": demo, "DJANGO_SETTINGS_MODULE": "config.settings"}
    said = subprocess.run([PYTHON, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == exists
