"""Does every notice leave by e-mail once, whatever breaks on the way?"""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.lanes import MAIL, UPKEEP, URGENT
from notifications.gateways.smtp import SmtpGateway
from notifications.models import Message, Notice
from notifications.rules import RANK_OF_CORRECTIONS, Act, NoticeState, Source, Topic
from notifications.rules.retries import MAX_ATTEMPTS
from notifications.services import messages
from notifications.services.sending.mail import LOOK_EVERY_COUNT, send_mail
from tests.faults.installation import Installation
from tests.faults.mailing import Mailing, make_mailing
from tests.servers import Process, wait_until
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.faults

# As a lane's sender opens them by default (`SENDING_CONNECTIONS`).
CONNECTIONS = 2
# Long enough that a test can break something in the middle of a few hundred mails.
PAUSE_SECONDS = 0.02


@pytest.fixture
def sink(installation: Installation, tmp_path: Path, settings: Any) -> Iterator[SmtpSink]:
    settings.SITE_URL = "https://city.test"
    sink = SmtpSink(tmp_path)
    sink.start()
    sink.set_mood(pause_seconds=PAUSE_SECONDS)
    yield sink
    installation.stop_processes()
    sink.stop()


def start_worker(installation: Installation, sink: SmtpSink, *lanes: str) -> Process:
    return installation.start_worker(
        *(lanes or (MAIL, UPKEEP)),
        count=2,
        environment={
            "EMAIL_URL": sink.url,
            "DEFAULT_FROM_EMAIL": "Porchlight <porchlight@city.test>",
            "SITE_URL": "https://city.test",
        },
    )


def test_a_killed_worker_loses_nothing_and_repeats_only_what_was_in_flight(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    worker = start_worker(installation, sink)
    installation.start_beat()
    mailing.wait_until_begun()
    worker.stop(signal.SIGKILL)
    assert 0 < mailing.states()[NoticeState.SENT] < 300

    sink.set_mood()
    start_worker(installation, sink)
    mailing.let_leases_run_out()
    mailing.wait_until_ended(installation.logs())
    came = mailing.check_ended(twice_at_most=CONNECTIONS)
    assert len(came) == mailing.states()[NoticeState.SENT] == 300


def test_a_deploy_finishes_what_is_in_flight_and_gives_the_rest_back(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    worker = start_worker(installation, sink)
    installation.start_beat()
    mailing.wait_until_begun()
    assert worker.stop(signal.SIGTERM) == 0
    assert 0 < mailing.states()[NoticeState.SENT] < 300
    assert mailing.came().total() == mailing.states()[NoticeState.SENT]
    assert not Notice.objects.filter(message=mailing.message, lease_until__isnull=False).exists()

    start_worker(installation, sink)
    mailing.wait_until_ended(installation.logs())
    assert set(mailing.check_ended().values()) == {1}
    assert mailing.states() == {NoticeState.SENT: 300}


def test_redis_stopped_flushed_and_restarted_neither_loses_nor_repeats_a_mail(
    installation: Installation, sink: SmtpSink
) -> None:
    start_worker(installation, sink)
    installation.start_beat()
    installation.redis.stop()
    try:
        mailing = make_mailing(sink)
        assert mailing.states() == {NoticeState.WAITING: 300}
    finally:
        installation.redis.start()
    mailing.wait_until_begun()
    with installation.redis.client() as redis:
        redis.flushall()
    mailing.wait_until_begun(100)
    installation.redis.restart()
    mailing.wait_until_ended(installation.logs())
    assert set(mailing.check_ended().values()) == {1}
    assert mailing.states() == {NoticeState.SENT: 300}


def test_what_left_while_postgresql_was_restarted_is_written_down_afterwards(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    start_worker(installation, sink)
    installation.start_beat()
    mailing.wait_until_begun()
    installation.postgres.restart()
    connection.close()
    mailing.wait_until_ended(installation.logs())
    assert set(mailing.check_ended().values()) == {1}
    assert mailing.states() == {NoticeState.SENT: 300}


def test_a_slow_server_holds_up_neither_the_urgent_nor_other_work_of_its_lane(
    installation: Installation, sink: SmtpSink
) -> None:
    bulk = make_mailing(sink, 60)
    sink.set_mood(pause_seconds=1)
    start_worker(installation, sink, MAIL)
    start_worker(installation, sink, URGENT)
    installation.send("notifications.send_mail", MAIL, lane=MAIL)
    bulk.wait_until_begun(1)
    urgent = make_mailing(sink, 1, lane=URGENT)
    installation.send("notifications.send_mail", URGENT, lane=URGENT)
    urgent.wait_until_ended(installation.logs())
    assert bulk.states()[NoticeState.WAITING] > 0
    # The lane's other process is free for push and digests.
    with installation.redis.client() as redis:
        key = f"{connection.settings_dict['NAME']}:celery:{MAIL}"
        installation.send("notifications.send_push", MAIL, lane=MAIL)
        wait_until(lambda: redis.llen(key) == 0, "another task of the lane was taken")
    assert bulk.states()[NoticeState.WAITING] > 0
    sink.set_mood()
    bulk.wait_until_ended(installation.logs())
    assert set(bulk.check_ended().values()) == {1}


def test_every_kind_of_answer_ends_as_it_should(installation: Installation, sink: SmtpSink) -> None:
    names = ["gone", "spam", "full", "later"] * 10 + ["drop"] * 2
    mailing = make_mailing(sink, 60, names=names)
    sink.set_mood()
    start_worker(installation, sink)
    installation.start_beat()
    answered = {NoticeState.SENT: 60, NoticeState.FAILED: 20, NoticeState.WAITING: 22}
    waiting = Notice.objects.filter(message=mailing.message, state=NoticeState.WAITING)

    def was_tried() -> bool:
        return mailing.states() == answered and not waiting.filter(attempts=0).exists()

    wait_until(was_tried, f"everything was tried; {installation.logs()}")
    assert waiting.exclude(attempts=1).count() == 0

    # Of those whose mailbox is full this is the last try.
    waiting.filter(reason__startswith="452").update(attempts=MAX_ATTEMPTS - 1)
    mailing.let_retries_be_due()
    mailing.wait_until_ended(installation.logs())
    came = mailing.check_ended(twice_at_most=2)
    notices = mailing.notices
    assert mailing.states() == {NoticeState.SENT: 72, NoticeState.FAILED: 30}
    assert sorted(came.values()) == [1] * 70 + [2] * 2
    dropped = {pk for pk, count in came.items() if count == 2}
    assert {notices[pk].attempts for pk in dropped} == {2}
    reasons = sorted(notice.reason for notice in notices.values() if notice.state == NoticeState.FAILED)
    assert reasons == sorted(
        ["550 5.1.1 …: no such mailbox"] * 10
        + ["554 5.7.1 Mail for … looks like spam"] * 10
        + ["452 4.2.2 …: mailbox full"] * 10
    )


def test_a_server_that_goes_away_in_the_middle_costs_no_mail(installation: Installation, sink: SmtpSink) -> None:
    mailing = make_mailing(sink)
    start_worker(installation, sink)
    installation.start_beat()
    mailing.wait_until_begun()
    sink.stop()
    tried = Notice.objects.filter(message=mailing.message, state=NoticeState.WAITING, attempts__gt=0)
    wait_until(lambda: tried.count() == CONNECTIONS, "both connections were cut")
    sink.start()
    rest = Notice.objects.filter(message=mailing.message, state=NoticeState.WAITING, attempts=0)
    wait_until(lambda: not rest.exists(), f"the rest has left; {installation.logs()}")
    # Only of what was in flight nobody knew, so only that cost a try.
    assert tried.count() == CONNECTIONS
    mailing.let_retries_be_due()
    mailing.wait_until_ended(installation.logs())
    assert len(mailing.check_ended(twice_at_most=CONNECTIONS)) == 300


def test_two_clocks_two_workers_and_the_same_task_three_times_send_each_mail_once(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    for _ in range(2):
        start_worker(installation, sink)
        installation.start_beat()
    for _ in range(3):
        installation.send("notifications.send_mail", MAIL, lane=MAIL)
    mailing.wait_until_ended(installation.logs())
    assert set(mailing.check_ended().values()) == {1}
    assert mailing.states() == {NoticeState.SENT: 300}
    assert set(Notice.objects.filter(message=mailing.message).values_list("attempts", flat=True)) == {1}


def test_a_clock_that_goes_back_in_the_middle_neither_loses_nor_repeats(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    sink.set_mood()
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        return timezone.now() - (timedelta(hours=1) if asked > 100 else timedelta())

    gateway = SmtpGateway("127.0.0.1", sink.port)
    send_mail(lane=MAIL, gateway=gateway, clock=clock)
    sent = mailing.states()[NoticeState.SENT]
    # What was claimed has left; the rest is due when the clock says so again.
    assert 0 < sent <= 300
    send_mail(lane=MAIL, gateway=gateway, clock=timezone.now)
    assert set(mailing.check_ended().values()) == {1}
    assert mailing.states() == {NoticeState.SENT: 300}


def correct(mailing: Mailing) -> Message:
    """Version 2 takes the place of what is going out, as a corrected post's does."""
    first = mailing.message
    at = timezone.now()
    with transaction.atomic():
        messages.end_message(source=Source(first.source), source_id=first.source_id, before_version=2, at=at)
    news = messages.News(
        source=Source(first.source), source_id=first.source_id, version=2, act=Act.CORRECTION,
        topic=Topic(first.topic), lane=URGENT, label=first.label, title="Six garages", path=first.path, said_at=at,
    )  # fmt: skip
    correction = messages.make_message(news=news, at=at)
    messages.write_notices_of_correction(message=correction, at=at)
    return correction


def test_a_stop_lets_nothing_leave_but_what_was_on_its_way(installation: Installation, sink: SmtpSink) -> None:
    mailing = make_mailing(sink)
    start_worker(installation, sink)
    installation.start_beat()
    mailing.wait_until_begun()
    first = mailing.message
    messages.end_message(source=Source(first.source), source_id=first.source_id, before_version=2, at=timezone.now())
    at_stop = len(sink.received())
    mailing.wait_until_ended(installation.logs())
    came = mailing.check_ended()
    states = mailing.states()
    assert set(came.values()) == {1}
    assert len(came) == states[NoticeState.SENT] <= at_stop + CONNECTIONS * (LOOK_EVERY_COUNT + 1)
    assert states == {NoticeState.SENT: len(came), NoticeState.SUPERSEDED: 300 - len(came)}


def test_a_correction_reaches_everybody_whom_the_wrong_version_reached(
    installation: Installation, sink: SmtpSink
) -> None:
    mailing = make_mailing(sink)
    start_worker(installation, sink, MAIL, URGENT, UPKEEP)
    installation.start_beat()
    mailing.wait_until_begun()
    corrected = Mailing(sink, correct(mailing))
    mailing.wait_until_ended(installation.logs())
    corrected.wait_until_ended(installation.logs())
    came, came_again = mailing.check_ended(), corrected.check_ended()
    assert set(came.values()) == set(came_again.values()) == {1}
    wrongly_told = {mailing.notices[pk].person_id for pk in came}
    rightly_told = {notice.person_id for notice in corrected.notices.values()}
    assert wrongly_told <= rightly_told
    # Besides them at most those whose mail a worker had in hand.
    assert {notice.rank for notice in corrected.notices.values()} == {RANK_OF_CORRECTIONS}
    assert corrected.states() == {NoticeState.SENT: len(came_again)}
    assert mailing.states()[NoticeState.SUPERSEDED] == 300 - len(came) > 0
