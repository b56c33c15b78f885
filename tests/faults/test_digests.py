"""Does every digest leave once, and say what is true, whatever breaks on the way?"""

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from commands.models import Assignment
from commands.rules import Role
from core.lanes import MAIL, POSTS, UPKEEP, URGENT
from neighborhoods.models import Residency
from notifications.models import Digest, Notice, Preferences, Pulse
from notifications.rules import NoticeState
from posts.models import Post
from posts.services import correct_post, schedule_digests
from tests.faults.city import EARLIER, City, make_city
from tests.faults.installation import Installation
from tests.servers import Process, wait_until
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.faults

# As a sender opens them by default (`SENDING_CONNECTIONS`).
CONNECTIONS = 2
# Long enough that a test can break something in the middle of a few hundred mails.
PAUSE_SECONDS = 0.02
PEOPLE = 300


@pytest.fixture
def sink(installation: Installation, tmp_path: Path) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path)
    sink.start()
    sink.set_mood(pause_seconds=PAUSE_SECONDS)
    yield sink
    installation.stop_processes()
    sink.stop()


@dataclass
class Evening:
    """A city's digests, due now, and the mail server they leave over."""

    city: City
    post: Post
    sink: SmtpSink

    @property
    def digests(self) -> list[Digest]:
        return list(Digest.objects.filter(neighborhood__in=self.city.neighborhood_ids))

    def states(self) -> Counter[str]:
        return Counter(digest.state for digest in self.digests)

    def came(self) -> Counter[str]:
        names = {f"<digest.{digest.pk}@city.test>" for digest in self.digests}
        return Counter(mail["message_id"] for mail in self.sink.received() if mail["message_id"] in names)

    def wait_until_begun(self, count: int = 10) -> None:
        wait_until(lambda: len(self.sink.received()) >= count, "digests have begun to leave")

    def wait_until_ended(self, installation: Installation) -> None:
        def is_over() -> bool:
            # A server that is being restarted is asked again.
            try:
                return not self.states()[NoticeState.WAITING]
            except Exception:
                connection.close()
                return False

        wait_until(is_over, f"every digest has ended; {installation.logs()}", seconds=120)

    def check_all_came(self, *, twice_at_most: int = 0) -> None:
        """Everybody's digest was sent and came, and none too often."""
        came = self.came()
        assert self.states() == {NoticeState.SENT: PEOPLE}
        assert len(came) == PEOPLE
        assert max(came.values()) <= 2
        assert came.total() - PEOPLE <= twice_at_most


@pytest.fixture
def evening(installation: Installation, sink: SmtpSink) -> Evening:
    city = make_city(neighborhood_count=2)
    places = sorted(city.neighborhood_ids)
    people = User.objects.bulk_create(
        User(email=f"person{number}-{city.command.pk}@example.test", full_name="Rosa Resident")
        for number in range(PEOPLE)
    )
    Residency.objects.bulk_create(
        Residency(person=person, neighborhood_id=places[number % 2], claimed_at=EARLIER)
        for number, person in enumerate(people)
    )
    Preferences.objects.bulk_create(Preferences(person=person, digest_hour=0, changed_at=EARLIER) for person in people)
    evening = Evening(city, city.publish("Closed on Sunday"), sink)
    Pulse.objects.all().delete()
    assert schedule_digests(at=timezone.now()) == PEOPLE
    return evening


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


def test_a_killed_worker_loses_no_digest_and_repeats_only_what_was_in_flight(
    installation: Installation, sink: SmtpSink, evening: Evening
) -> None:
    worker = start_worker(installation, sink)
    installation.start_beat()
    evening.wait_until_begun()
    worker.stop(signal.SIGKILL)
    assert 0 < evening.states()[NoticeState.SENT] < PEOPLE

    sink.set_mood()
    start_worker(installation, sink)
    past = timezone.now() - timedelta(seconds=1)
    Digest.objects.filter(lease_until__isnull=False).update(lease_until=past)
    evening.wait_until_ended(installation)
    evening.check_all_came(twice_at_most=CONNECTIONS)


def test_a_deploy_finishes_what_is_in_flight_and_gives_the_rest_back(
    installation: Installation, sink: SmtpSink, evening: Evening
) -> None:
    worker = start_worker(installation, sink)
    installation.start_beat()
    evening.wait_until_begun()
    assert worker.stop(signal.SIGTERM) == 0
    sent = evening.states()[NoticeState.SENT]
    assert 0 < sent == evening.came().total() < PEOPLE
    assert not Digest.objects.filter(lease_until__isnull=False).exists()

    start_worker(installation, sink)
    evening.wait_until_ended(installation)
    evening.check_all_came()


def test_redis_flushed_and_postgresql_restarted_neither_lose_nor_repeat_a_digest(
    installation: Installation, sink: SmtpSink, evening: Evening
) -> None:
    with installation.redis.client() as redis:
        redis.flushall()
    start_worker(installation, sink)
    installation.start_beat()
    evening.wait_until_begun()
    installation.redis.restart()
    evening.wait_until_begun(60)
    installation.postgres.restart()
    connection.close()
    evening.wait_until_ended(installation)
    evening.check_all_came()


def test_two_clocks_two_workers_and_the_same_tasks_three_times_send_each_once(
    installation: Installation, sink: SmtpSink, evening: Evening
) -> None:
    for _ in range(2):
        start_worker(installation, sink)
        installation.start_beat()
    Pulse.objects.all().delete()
    for _ in range(3):
        installation.send("posts.schedule_digests", lane=UPKEEP)
        installation.send("posts.send_digests", lane=MAIL)
    evening.wait_until_ended(installation)
    evening.check_all_came()


def test_whoever_read_what_was_wrong_is_told_and_the_others_read_what_is_right(
    installation: Installation, sink: SmtpSink, evening: Evening
) -> None:
    sink.set_mood(pause_seconds=5 * PAUSE_SECONDS)
    start_worker(installation, sink, MAIL, POSTS, URGENT, UPKEEP)
    start_worker(installation, sink, MAIL, URGENT)
    installation.start_beat()
    evening.wait_until_begun()
    Assignment.objects.filter(person=evening.city.officer).update(role=Role.MANAGER)
    correct_post(
        post_id=evening.post.pk,
        version=1,
        title="Closed on Monday",
        text="All day.",
        what_was_wrong="The day.",
        by=evening.city.officer,
        at=timezone.now(),
    )
    evening.wait_until_ended(installation)
    evening.check_all_came()
    corrections = Notice.objects.filter(message__source_id=evening.post.pk, message__version=2)
    wait_until(
        lambda: corrections.exists() and not corrections.filter(state=NoticeState.WAITING).exists(),
        f"the correction was told; {installation.logs()}",
    )
    names = {f"<digest.{digest.pk}@city.test>": digest.person_id for digest in evening.digests}
    read_wrong: set[int] = set()
    read_right: set[int] = set()
    for mail in sink.received():
        if mail["message_id"] in names:
            is_wrong = "Closed on Sunday" in mail["content"]
            (read_wrong if is_wrong else read_right).add(names[mail["message_id"]])
            assert is_wrong or "Closed on Monday" in mail["content"]
    told = set(corrections.values_list("person_id", flat=True))
    assert read_wrong <= told
    assert read_right
    assert read_right - told
