"""How does a mail of ours reach one person?"""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.mails import send_mail_to
from accounts.models import User
from tests.servers import free_port

pytestmark = pytest.mark.django_db

TEXT = """{% extends "mail/base.txt" %}
{% block subject %}News for {{ person.public_name|default:"you" }}{% endblock %}
{% block body %}{{ fact }}{% endblock %}
"""


@pytest.fixture(autouse=True)
def _letter(tmp_path: Path, settings: LazySettings) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "news.txt").write_text(TEXT)
    ours: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**ours, "DIRS": [tmp_path, *ours["DIRS"]]}]


def test_a_mail_is_plain_text_with_the_subject_of_its_first_line(
    resident: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_mail_to(resident, template="news", context={"fact": "Tom & Ana's <b>"})
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([resident.email], "News for Maria L.")
    assert sent.body.startswith("Tom & Ana's <b>\n")
    assert "Porchlight" in sent.body


def test_it_can_go_to_an_address_without_an_account(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_mail_to("somebody@example.test", template="news", context={"fact": "x"})
    assert [sent.to for sent in mail.outbox] == [["somebody@example.test"]]


def test_nothing_leaves_before_the_commit_or_to_a_closed_account(
    resident: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        send_mail_to(resident, template="news")
    assert (len(waiting), mail.outbox) == (1, [])
    resident.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        send_mail_to(resident, template="news")
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_is_logged_without_the_address_and_breaks_nothing(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with caplog.at_level(logging.WARNING), transaction.atomic():
        send_mail_to("somebody@example.test", template="news")
    assert "A mail of the kind news was not sent (ConnectionRefusedError)." in caplog.text
    assert "somebody" not in caplog.text


@pytest.mark.parametrize(
    ("demo", "has_mail_server", "told"), [(False, False, True), (False, True, False), (True, False, False)]
)
def test_whoever_runs_a_site_without_a_mail_server_reads_in_the_log_that_mails_are_dropped(
    demo: bool,
    has_mail_server: bool,
    told: bool,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.DEMO, settings.HAS_MAIL_SERVER = demo, has_mail_server
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        send_mail_to("somebody@example.test", template="news")
    assert ("EMAIL_URL is not set" in caplog.text) == told
    assert "somebody" not in caplog.text
