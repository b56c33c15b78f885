"""Can whoever runs the site look at every mail before residents do, safely?"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from pages.mail_samples import SAMPLES, Sample
from tests.accounts.factories import make_staff

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FRAMES = {"mail/base.txt", "account/email/base_message.txt"}

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(sign_in: SignIn) -> Client:
    admin = make_staff("Ida Site", "")
    admin.groups.add(Group.objects.get(name="Site admins"))
    return sign_in(admin)


def test_every_mail_there_is_can_be_looked_at() -> None:
    files = {
        str(path.relative_to(TEMPLATES))
        for pattern in ("mail/*.txt", "account/email/*_message.txt", "mfa/email/*_message.txt")
        for path in TEMPLATES.glob(pattern)
    }
    assert files - FRAMES == {sample.template for sample in SAMPLES}
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_says_the_same_in_text_and_html_and_leaves_nothing_empty(sample: Sample) -> None:
    mail = sample.written()
    assert mail.subject
    assert "{{" not in mail.text + mail.html
    assert "None" not in mail.text
    assert "<style" in mail.html
    body = mail.text.partition("\n--\n")[0]
    for address in re.findall(r"https?://\S+", body):
        assert f'href="{address.rstrip(".,")}"' in mail.html
    assert ('class="button"' in mail.html) == bool(re.search(r"^https?://\S+$", body, re.MULTILINE))


def test_the_list_leads_to_each(browser: Client) -> None:
    page = browser.get("/mails/").content.decode()
    for sample in SAMPLES:
        assert f'href="/mails/{sample.name}/"' in page
    one = browser.get("/mails/password-reset-key/").content.decode()
    assert "Choose a new password" in one
    assert 'src="/mails/password-reset-key/html/"' in one
    assert browser.get("/mails/no-such-mail/").status_code == 404


def test_only_whoever_runs_the_site_looks(sign_in: SignIn, resident: User, officer: User) -> None:
    for person in (resident, officer):
        for address in ("/mails/", "/mails/urgent-post/", "/mails/urgent-post/html/"):
            assert sign_in(person).get(address).status_code == 403


def test_the_frame_can_do_nothing_but_look_right(browser: Client) -> None:
    frame = browser.get("/mails/urgent-post/html/")
    policy = dict(part.strip().partition(" ")[::2] for part in frame["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-top-navigation-by-user-activation",
    }
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    around = browser.get("/mails/urgent-post/")
    assert "frame-src 'self'" in around["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in around["Content-Security-Policy"]
    assert around["X-Frame-Options"] == "DENY"
