"""How does a mail of ours reach one person?"""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives

from accounts.mails import send_mail_to, send_mail_to_all
from accounts.models import User

pytestmark = pytest.mark.django_db

TEXT = """{% extends "mail/base.txt" %}
{% block subject %}News for {{ person.public_name|default:"you" }}{% endblock %}
{% block action %}{{ action }}{% endblock %}
{% block body %}{{ fact }}{% endblock %}
"""


def html_of(message: EmailMessage) -> str:
    assert isinstance(message, EmailMultiAlternatives)
    ((html, _),) = message.alternatives
    return str(html)


@pytest.fixture(autouse=True)
def _letter(tmp_path: Path, settings: LazySettings) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "news.txt").write_text(TEXT)
    ours: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**ours, "DIRS": [tmp_path, *ours["DIRS"]]}]


def test_a_mail_says_the_same_in_text_and_html_under_the_subject_of_its_first_line(resident: User) -> None:
    send_mail_to(resident, template="news", context={"fact": "Tom & Ana's <b>"})
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([resident.email], "News for Maria L.")
    assert str(sent.body).startswith("Tom & Ana's <b>\n")
    html = html_of(sent)
    assert "Tom &amp; Ana&#x27;s &lt;b&gt;" in html or "Tom &amp; Ana's &lt;b&gt;" in html
    for body in (str(sent.body), html):
        assert "Porchlight, City of Sacramento, 915 I Street" in body


def test_the_first_address_on_a_line_of_its_own_is_a_button_and_a_code_stands_large() -> None:
    text = "Open this link:\n\nhttps://a.test/x/\n\nABC-123\n\nOr here:\nhttps://a.test/y/"
    send_mail_to("somebody@example.test", template="news", context={"fact": text, "action": "Choose"})
    html = html_of(mail.outbox[0])
    assert re.search(r'<a class="button" href="https://a.test/x/"[^>]*>Choose</a>', html)
    assert re.search(r'<p class="code"[^>]*>ABC-123</p>', html)
    assert re.search(r'<a class="link break" href="https://a.test/y/"', html)
    assert html.count('class="button"') == 1
    assert "Choose" not in str(mail.outbox[0].body)


def test_a_person_s_name_cannot_bring_markup_or_a_header(resident: User) -> None:
    resident.full_name = "Eve\r\nBcc: everybody@example.test <script>"
    send_mail_to(resident, template="news")
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert "<script" not in html_of(sent)
    assert sent.message()["Bcc"] is None


def test_it_can_go_to_an_address_without_an_account() -> None:
    send_mail_to("somebody@example.test", template="news", context={"fact": "x"})
    assert [sent.to for sent in mail.outbox] == [["somebody@example.test"]]


def test_several_people_get_a_mail_each_and_a_closed_account_gets_none(resident: User, neighbor: User) -> None:
    send_mail_to_all([resident, neighbor], template="news")
    assert [sent.to for sent in mail.outbox] == [[resident.email], [neighbor.email]]
    resident.is_active = False
    send_mail_to(resident, template="news")
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("demo", "has_mail_server", "told"), [(False, False, True), (False, True, False), (True, False, False)]
)
def test_whoever_runs_a_site_without_a_mail_server_reads_in_the_log_that_mails_are_dropped(
    demo: bool,
    has_mail_server: bool,
    told: bool,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.DEMO, settings.HAS_MAIL_SERVER = demo, has_mail_server
    with caplog.at_level(logging.WARNING):
        send_mail_to("somebody@example.test", template="news")
    assert ("EMAIL_URL is not set" in caplog.text) == told
    assert "somebody" not in caplog.text
