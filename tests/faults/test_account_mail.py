"""Does everybody who waits for a code or a link get it, and once, whatever breaks on the way?"""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.mails import send
from accounts.models import User
from core.lanes import ACCOUNT
from notifications.models import Mail
from tests.accounts.factories import PASSWORD
from tests.faults.browser import Browser
from tests.faults.installation import Installation
from tests.notifications.mails.factories import read, text_of
from tests.servers import Process, free_port, wait_until
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.faults


@pytest.fixture
def sink(installation: Installation, tmp_path: Path, settings: Any) -> Iterator[SmtpSink]:
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    settings.HAS_MAIL_SERVER = True
    # Only what this test writes is waited for.
    Mail.objects.all().delete()
    sink = SmtpSink(tmp_path)
    sink.start()
    yield sink
    installation.stop_processes()
    sink.stop()


def start_worker(installation: Installation, sink: SmtpSink) -> Process:
    return installation.start_worker(ACCOUNT, environment={"EMAIL_URL": sink.url})


def write(count: int) -> None:
    """So many mails, one by one, as that many people cause them."""
    for number in range(count):
        send([EmailMultiAlternatives("Your code", "ABC-123", to=[f"p{number}@example.test"])], kind="test")


def wait_until_all_left() -> None:
    wait_until(lambda: not Mail.objects.filter(state="waiting").exists(), "every mail has left")


def came(sink: SmtpSink) -> Counter[str]:
    return Counter(one["recipient"] for one in sink.received())


@pytest.mark.parametrize(("take_away", "bring_back"), [("stop", "start"), ("freeze", "thaw")])
def test_without_redis_a_newcomer_still_gets_the_code_and_gets_in(
    installation: Installation, sink: SmtpSink, take_away: str, bring_back: str
) -> None:
    port = free_port()
    url = f"http://localhost:{port}"
    web = installation.start(
        "web", "gunicorn", "config.wsgi:application", "-b", f"127.0.0.1:{port}", "-w", "2",
        SITE_URL=url, DEBUG="1", EMAIL_URL=sink.url,
    )  # fmt: skip
    web.wait_for_port(port)
    address = f"newcomer{port}{take_away}@example.test"
    getattr(installation.redis, take_away)()
    try:
        browser = Browser(url)
        browser.get("/accounts/signup/")
        browser.send(
            full_name="Nora Newcomer", email=address, password1=PASSWORD, is_old_enough="on", accepts_terms="on"
        )
        assert browser.url.endswith("/accounts/confirm-email/"), browser.page
        (received,) = [one for one in sink.received() if one["recipient"] == address]
        _, _, code, *_ = text_of(read(received["content"].encode())).splitlines()
        browser.send(code=code)
        assert browser.url.endswith("/residency/"), browser.page
    finally:
        getattr(installation.redis, bring_back)()
    assert User.objects.filter(email=address).exists()
    assert not Mail.objects.filter(state="waiting").exists()


def test_what_a_flushed_redis_forgot_leaves_with_the_next_tick(installation: Installation, sink: SmtpSink) -> None:
    write(5)
    with installation.redis.client() as redis:
        redis.flushall()
    start_worker(installation, sink)
    installation.start_beat()
    wait_until_all_left()
    assert set(came(sink).values()) == {1}
    assert len(came(sink)) == 5


def test_a_killed_worker_loses_nothing_and_repeats_at_most_the_one_in_flight(
    installation: Installation, sink: SmtpSink
) -> None:
    sink.set_mood(pause_seconds=0.05)
    write(40)
    worker = start_worker(installation, sink)
    wait_until(lambda: len(sink.received()) >= 10, "mails have begun to leave")
    worker.stop(signal.SIGKILL)
    assert 0 < Mail.objects.filter(state="sent").count() < 40
    sink.set_mood()
    Mail.objects.filter(state="waiting", lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    start_worker(installation, sink)
    installation.start_beat()
    wait_until_all_left()
    counts = came(sink)
    assert len(counts) == 40
    assert sum(counts.values()) <= 41


def test_the_same_task_delivered_three_times_sends_each_mail_once(installation: Installation, sink: SmtpSink) -> None:
    write(20)
    workers = [start_worker(installation, sink) for _ in range(3)]
    for _ in workers:
        installation.send("notifications.send_account_mail", lane=ACCOUNT)
    wait_until_all_left()
    assert set(came(sink).values()) == {1}
    assert len(came(sink)) == 20


def test_a_server_that_cuts_the_line_after_the_mail_gets_it_once_more_at_most(
    installation: Installation, sink: SmtpSink
) -> None:
    send([EmailMultiAlternatives("Your code", "ABC-123", to=["drop@example.test"])], kind="test")
    write(3)
    start_worker(installation, sink)
    installation.start_beat()
    wait_until(lambda: Mail.objects.filter(state="sent").count() == 3, "the others have left")
    # Nobody can tell whether it was taken: it is tried again, under the same name.
    Mail.objects.filter(state="waiting").update(due_at=timezone.now())
    wait_until_all_left()
    assert came(sink)["drop@example.test"] == 2
    assert len({one["message_id"] for one in sink.received()}) == 4
