"""Does every notice reach its browser once, whatever breaks on the way?"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from core.lanes import MAIL
from notifications.models import Message, Notice, PushSubscription
from notifications.rules import NoticeState
from notifications.services.sending.push import IN_FLIGHT, NO_DEVICE
from tests.faults.installation import Installation
from tests.faults.pushing import make_pushing
from tests.servers import Process, wait_until
from tests.sinks.push import PushSink

pytestmark = pytest.mark.faults

MANY = 600
# Long enough that a test can break something in the middle.
SLOW = "slow/100"


@pytest.fixture
def sink(installation: Installation, tmp_path: Path) -> Iterator[PushSink]:
    yield from running(PushSink(tmp_path), installation)


@pytest.fixture
def other_sink(installation: Installation, tmp_path: Path) -> Iterator[PushSink]:
    yield from running(PushSink(tmp_path, host="127.0.0.2"), installation)


def running(sink: PushSink, installation: Installation) -> Iterator[PushSink]:
    try:
        sink.start()
        yield sink
    finally:
        installation.stop_processes()
        sink.stop()


def start_worker(installation: Installation, *, count: int = 1) -> Process:
    return installation.start_worker(MAIL, count=count)


def test_a_killed_worker_loses_nothing_and_repeats_only_what_was_in_flight(
    installation: Installation, sink: PushSink
) -> None:
    pushing = make_pushing((sink, SLOW, MANY))
    worker = start_worker(installation)
    installation.start_beat()
    pushing.wait_until_begun()
    worker.stop(signal.SIGKILL)
    assert len(pushing.came()) < MANY

    start_worker(installation)
    pushing.let_leases_run_out()
    pushing.wait_until_ended(installation.logs)
    came = pushing.came()
    assert pushing.states() == {NoticeState.SENT: MANY}
    assert len(came) == MANY
    assert came.total() - MANY <= IN_FLIGHT
    # A browser that got it twice has put the second in the place of the first.
    assert len(pushing.topics()) == 1


def test_a_deploy_finishes_what_is_in_flight_and_gives_the_rest_back(
    installation: Installation, sink: PushSink
) -> None:
    pushing = make_pushing((sink, SLOW, MANY))
    worker = start_worker(installation)
    installation.start_beat()
    pushing.wait_until_begun()
    assert worker.stop(signal.SIGTERM) == 0
    assert 0 < pushing.states()[NoticeState.SENT] < MANY
    assert not Notice.objects.filter(message=pushing.message, lease_until__isnull=False).exists()

    start_worker(installation)
    pushing.wait_until_ended(installation.logs)
    assert pushing.states() == {NoticeState.SENT: MANY}
    assert pushing.came().total() == MANY


def test_what_is_stopped_in_the_middle_leaves_no_more(installation: Installation, sink: PushSink) -> None:
    pushing = make_pushing((sink, SLOW, MANY))
    start_worker(installation)
    installation.start_beat()
    pushing.wait_until_begun()
    Message.objects.filter(pk=pushing.message.pk).update(ended_at=timezone.now())
    pushing.wait_until_ended(installation.logs)
    states = pushing.states()
    assert set(states) == {NoticeState.SENT, NoticeState.SUPERSEDED}
    assert pushing.came().total() == states[NoticeState.SENT]


def test_several_workers_at_once_send_nothing_twice(installation: Installation, sink: PushSink) -> None:
    pushing = make_pushing((sink, "slow/10", MANY))
    for _ in range(2):
        start_worker(installation, count=2)
    installation.start_beat()
    installation.start_beat()
    pushing.wait_until_ended(installation.logs)
    assert pushing.states() == {NoticeState.SENT: MANY}
    assert pushing.came().total() == MANY


def test_a_restarted_database_forgets_nothing_that_was_sent(installation: Installation, sink: PushSink) -> None:
    pushing = make_pushing((sink, SLOW, MANY))
    start_worker(installation)
    installation.start_beat()
    pushing.wait_until_begun()
    installation.postgres.restart()
    pushing.wait_until_ended(installation.logs)
    assert pushing.states() == {NoticeState.SENT: MANY}
    assert pushing.came().total() == MANY


def test_each_push_service_fails_for_itself(installation: Installation, sink: PushSink, other_sink: PushSink) -> None:
    hanging = make_pushing((other_sink, "hang", 40))
    pushing = make_pushing((sink, "ok", 100), (sink, "gone", 20), (sink, "refuse/403", 20))
    start_worker(installation)
    installation.start_beat()
    pushing.wait_until_ended(installation.logs)
    assert pushing.states() == {NoticeState.SENT: 100, NoticeState.FAILED: 40}
    reasons = {(one.state, one.reason) for one in pushing.notices()}
    assert reasons == {("sent", ""), ("failed", NO_DEVICE), ("failed", "403 No. …")}
    assert PushSubscription.objects.filter(person__in=pushing.paths).count() == 120

    # The one that hangs is left alone for a while, and what is for it waits.
    wait_until(lambda: all(one.attempts == 1 for one in hanging.notices()), "each was tried once")
    assert hanging.states() == {NoticeState.WAITING: 40}
    assert all(one.due_at > one.message.made_at and one.reason for one in hanging.notices())
    assert hanging.came().total() <= IN_FLIGHT


def test_a_push_service_that_asks_for_rest_is_not_asked_again_before(
    installation: Installation, sink: PushSink, other_sink: PushSink
) -> None:
    busy = make_pushing((other_sink, "busy/900", 100))
    fine = make_pushing((sink, "ok", 100))
    start_worker(installation)
    installation.start_beat()
    fine.wait_until_ended(installation.logs)
    wait_until(lambda: all(one.attempts == 1 for one in busy.notices()), "each was tried once")
    assert fine.states() == {NoticeState.SENT: 100}
    assert busy.came().total() <= IN_FLIGHT
    assert busy.states() == {NoticeState.WAITING: 100}
    assert all((one.due_at - timezone.now()).total_seconds() > 600 for one in busy.notices())
