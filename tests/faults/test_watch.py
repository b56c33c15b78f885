"""Does whoever runs the site hear when something stands still, with the real workers, clock and mail server?"""

import signal
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from django.db.models import F

from core.lanes import ACCOUNT, LANES, MAIL, POSTS, UPKEEP, URGENT
from notifications.models import Alert, Pulse
from tests.faults.city import City
from tests.faults.installation import Installation
from tests.servers import wait_until
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.faults

OPERATOR = "operator@city.test"


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def watched(installation: Installation, mail_server: SmtpSink, tmp_path: Path) -> dict[str, str]:
    """What the processes of a watched installation are told besides."""
    Alert.objects.all().delete()
    Pulse.objects.all().delete()
    return {
        "EMAIL_URL": mail_server.url,
        "OPERATOR_EMAILS": OPERATOR,
        "OPERATOR_PHONES": "+19165550100",
        "SMS_URL": f"file://{tmp_path}/texts",
    }


def subjects(mail_server: SmtpSink) -> list[str]:
    return [
        str(message_from_string(mail["content"], policy=default)["Subject"])
        for mail in mail_server.received()
        if mail["recipient"] == OPERATOR
    ]


def pulses_are_known() -> bool:
    return {"clock", *LANES} <= set(Pulse.objects.values_list("name", flat=True))


def let_time_pass(name: str, *, minutes: int) -> None:
    """So long ago it showed its life for the last time."""
    Pulse.objects.filter(name=name).update(at=F("at") - timedelta(minutes=minutes))


def test_a_killed_clock_is_told_by_mail_and_text_and_its_return_too(
    installation: Installation, mail_server: SmtpSink, watched: dict[str, str], tmp_path: Path
) -> None:
    installation.start_worker(*LANES, environment=watched)
    beat = installation.start_beat(watched)
    wait_until(pulses_are_known, f"every pulse was seen; logs:\n{installation.logs()}")

    beat.stop(signal.SIGKILL)
    with installation.redis.client() as redis:
        redis.flushall()
    let_time_pass("clock", minutes=2)
    wait_until(lambda: len(subjects(mail_server)) > 0, f"the operator is told; logs:\n{installation.logs()}")
    assert [subject.partition(" has sent")[0] for subject in subjects(mail_server)] == [
        "Porchlight: Needs you: The clock (beat)"
    ]
    assert (tmp_path / "texts").read_text().count("The clock (beat) has sent nothing") == 1

    installation.start_beat(watched)
    clock = Pulse.objects.get(name="clock").at
    wait_until(lambda: Pulse.objects.get(name="clock").at > clock, "the clock is back")
    Alert.objects.filter(closed_at=None).update(seen_at=F("seen_at") - timedelta(minutes=3))
    wait_until(lambda: not Alert.objects.filter(closed_at=None).exists(), "the alert is over")
    wait_until(lambda: len(subjects(mail_server)) == 2, "the operator is told that it is over")
    assert subjects(mail_server)[1].startswith("Porchlight: Over: The clock (beat)")


def test_a_killed_worker_is_told_of_by_the_others_while_its_work_waits(
    installation: Installation, mail_server: SmtpSink, watched: dict[str, str], town: City
) -> None:
    posts = installation.start_worker(POSTS, environment=watched)
    installation.start_worker(URGENT, MAIL, ACCOUNT, UPKEEP, environment=watched)
    installation.start_beat(watched)
    wait_until(pulses_are_known, f"every pulse was seen; logs:\n{installation.logs()}")

    posts.stop(signal.SIGKILL)
    post = town.publish()
    let_time_pass(POSTS, minutes=3)
    wait_until(lambda: len(subjects(mail_server)) > 0, f"the operator is told; logs:\n{installation.logs()}")
    assert [subject.partition(" has shown")[0] for subject in subjects(mail_server)] == [
        "Porchlight: Needs you: The worker of the lane “posts”"
    ]

    installation.start_worker(POSTS, environment=watched)
    installation.wait_until_delivered(post)
