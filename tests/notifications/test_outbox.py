"""Does every mail about an account leave once, with the transaction it belongs to, unread by anybody on the way?"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

import pytest
from celery import current_app
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from accounts.mails import send, send_mail_to
from accounts.models import User
from notifications.models import Mail
from notifications.services.account_mail import KEY_IS_GONE, TOO_LATE, send_account_mail
from tests.notifications.mails.factories import html_of, read, text_of
from tests.servers import free_port
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "Canary7391"


@pytest.fixture(autouse=True)
def sink(tmp_path: Path, settings: LazySettings) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path)
    sink.start()
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.HAS_MAIL_SERVER = True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.stop()


def write(address: str = "maria@example.test", *, body: str = CANARY, lasts: timedelta = timedelta(days=3)) -> Mail:
    message = EmailMultiAlternatives("Your code — ok", f"Grüße {body}\n.\n", to=[address])
    message.attach_alternative(f"<p>Grüße {body}</p>", "text/html")
    send([message], kind="test_code", lasts=lasts)
    return Mail.objects.latest("pk")


def run(at: datetime | None = None) -> None:
    send_account_mail(clock=(lambda: at) if at else timezone.now)


def test_a_mail_leaves_whole_and_once_and_nothing_of_it_stays(sink: SmtpSink) -> None:
    mail = write()
    run()
    run()
    (received,) = sink.received()
    parsed = read(received["content"].encode())
    assert parsed["Subject"] == "Your code — ok"
    assert parsed["To"] == received["recipient"] == "maria@example.test"
    assert text_of(parsed).startswith(f"Grüße {CANARY}")
    assert CANARY in html_of(parsed)
    assert received["message_id"] == f"<mail.{mail.pk}@localhost>"
    assert received["content"].isascii()
    assert "X-Porchlight" not in received["content"]
    assert received["sender"] == parseaddr(EmailMessage().from_email)[1]
    mail.refresh_from_db()
    assert (mail.kind, mail.state, mail.sealed, mail.reason) == ("test_code", "sent", None, "")


def test_a_mail_goes_with_its_transaction(sink: SmtpSink, resident: User) -> None:
    with transaction.atomic():
        send_mail_to(resident, template="home_confirmed")
        assert Mail.objects.count() == 1
        transaction.set_rollback(True)
    assert not Mail.objects.exists()
    with transaction.atomic():
        send_mail_to(resident, template="home_confirmed")
    run()
    assert [one["recipient"] for one in sink.received()] == [resident.email]


def test_nothing_of_a_waiting_mail_can_be_read_in_the_database(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        write("canary7391@example.test")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(mail)::text, convert_from(sealed, 'UTF8') FROM notifications_mail AS mail")
        for shown in cursor.fetchone():
            assert "anary" not in shown
            assert "example.test" not in shown
    assert "anary" not in caplog.text


def test_a_mailbox_that_is_gone_is_tried_no_more_and_named_nowhere(
    sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    gone, fine = write("gone.maria@example.test"), write("fine@example.test")
    with caplog.at_level(logging.DEBUG):
        run()
    gone.refresh_from_db()
    assert (gone.state, gone.sealed, gone.attempts) == ("failed", None, 1)
    assert "550" in gone.reason
    assert "maria" not in gone.reason + caplog.text
    fine.refresh_from_db()
    assert fine.state == "sent"


def test_whoever_asks_for_another_try_gets_one_later(sink: SmtpSink) -> None:
    mail = write("later@example.test")
    run()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert mail.due_at > timezone.now()
    run()
    assert sink.received() == []
    run(at=mail.due_at + timedelta(seconds=1))
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert len(sink.received()) == 1


def test_a_server_that_is_away_costs_no_try_and_no_mail(settings: LazySettings, sink: SmtpSink) -> None:
    mail = write()
    settings.EMAIL_PORT = free_port()
    run()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)
    settings.EMAIL_PORT = sink.port
    run()
    assert len(sink.received()) == 1


def test_a_server_that_wants_nothing_from_us_gets_it_later(sink: SmtpSink) -> None:
    mail = write()
    sink.set_mood(mail="451 4.3.2 Not now")
    run()
    mail.refresh_from_db()
    assert (mail.state, "Not now" in mail.reason) == ("waiting", True)
    sink.set_mood()
    run(at=mail.due_at + timedelta(seconds=1))
    assert len(sink.received()) == 1


def test_a_code_that_would_come_too_late_is_not_sent(sink: SmtpSink) -> None:
    mail = write(lasts=timedelta(hours=1))
    run(at=timezone.now() + timedelta(hours=2))
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.sealed) == ("failed", TOO_LATE, None)
    assert sink.received() == []


def test_what_another_worker_holds_is_left_to_it_until_its_lease_ends(sink: SmtpSink) -> None:
    mail = write()
    Mail.objects.update(lease_until=timezone.now() + timedelta(seconds=60))
    run()
    assert sink.received() == []
    run(at=timezone.now() + timedelta(seconds=61))
    assert [one["message_id"] for one in sink.received()] == [f"<mail.{mail.pk}@localhost>"]


def test_a_mail_sealed_under_a_key_that_is_gone_fails_and_the_next_leaves(
    settings: LazySettings, sink: SmtpSink
) -> None:
    lost = write()
    settings.SECOND_FACTOR_KEYS = [Fernet.generate_key().decode()]
    write("dev@example.test")
    run()
    lost.refresh_from_db()
    assert (lost.state, lost.reason) == ("failed", KEY_IS_GONE)
    assert [one["recipient"] for one in sink.received()] == ["dev@example.test"]


def test_without_a_broker_a_mail_somebody_waits_for_leaves_at_once(sink: SmtpSink) -> None:
    earlier = current_app.conf["broker_url"]
    current_app.conf.update(broker_url=f"redis://127.0.0.1:{free_port()}/0")
    try:
        with transaction.atomic():
            write()
            assert sink.received() == []
        assert [one["recipient"] for one in sink.received()] == ["maria@example.test"]
        several = [EmailMessage("x", "y", to=[f"lead{number}@example.test"]) for number in range(3)]
        with transaction.atomic():
            send([EmailMultiAlternatives(one.subject, one.body, to=one.to) for one in several], kind="test_many")
        assert len(sink.received()) == 1
    finally:
        current_app.conf.update(broker_url=earlier)
    run()
    assert len(sink.received()) == 4


def test_of_a_hundred_mails_each_leaves_once_over_one_connection(sink: SmtpSink) -> None:
    at = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    messages = [EmailMultiAlternatives("x", "y", to=[f"p{number}@example.test"]) for number in range(100)]
    send(messages, kind="test_many")
    before = sink.greeting_count()
    Mail.objects.update(made_at=at, due_at=at)
    run()
    assert set(sink.counts().values()) == {1}
    assert (len(sink.received()), sink.greeting_count() - before) == (100, 1)
