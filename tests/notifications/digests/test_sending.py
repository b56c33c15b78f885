"""Does each digest leave once, and is what became of it kept?"""

import email
import email.policy
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.gateways.transport import mail_transport
from notifications.models import Digest, Preferences, Suppression
from notifications.rules import NoticeState, Pace
from notifications.services.digests import claims, send_digests
from notifications.services.sending.mail import NOT_WRITTEN
from notifications.unsubscribing import read
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle
from tests.notifications.digests.factories import SameForAll, make_digest
from tests.servers import wait_until
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    """A moment ago: what is due then is due now."""
    return timezone.now() - timedelta(seconds=1)


@pytest.fixture
def due(oak: Neighborhood, at: datetime) -> Callable[..., dict[str, Digest]]:
    """A digest for each name, which is also how the address begins."""

    def _due(*names: str) -> dict[str, Digest]:
        people = [settle(make_resident_account(name, f"{name}@example.test"), oak, is_verified=False) for name in names]
        return {person.full_name: make_digest(person, oak, at) for person in people}

    return _due


def send(*, nothing_for: tuple[int, ...] = (), seconds: float = 20) -> None:
    send_digests(
        make_writer=lambda: SameForAll(nothing_for), gateway=mail_transport(), clock=timezone.now, seconds=seconds
    )


def fresh(digest: Digest) -> Digest:
    return Digest.objects.get(pk=digest.pk)


def message_id(digest: Digest) -> str:
    return f"<digest.{digest.pk}@city.test>"


def test_a_digest_says_why_it_came_and_how_to_end_it(
    sink: SmtpSink, resident: User, oak: Neighborhood, at: datetime
) -> None:
    Preferences.objects.create(person=resident, crime_email=Pace.WEEKLY, digest_weekday=0, digest_hour=0, changed_at=at)
    digest = make_digest(resident, oak, at, pace=Pace.WEEKLY)
    send()
    (received,) = sink.received()
    assert (received["message_id"], received["recipient"]) == (message_id(digest), resident.email)
    parsed = email.message_from_string(received["content"], policy=email.policy.default)
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = parsed["List-Unsubscribe"].strip()
    assert url.startswith("<https://city.test/unsubscribe/")
    asked = read(url.rpartition("unsubscribe/")[2].removesuffix("/>"))
    assert (asked.person_id, asked.scope, asked.channel) == (resident.pk, Pace.WEEKLY, "email")
    for kind in ("plain", "html"):
        part = parsed.get_body((kind,))
        assert part is not None
        assert "You get this every Monday at midnight. Nothing new, no e-mail." in part.get_content()
        assert "https://city.test/accounts/hearing/" in part.get_content()
    kept = fresh(digest)
    assert (kept.state, kept.post_count, kept.attempts, kept.lease_until) == (NoticeState.SENT, 3, 1, None)


def test_a_run_sends_all_that_is_due_and_a_second_one_nothing(
    sink: SmtpSink, due: Callable[..., dict[str, Digest]]
) -> None:
    digests = due(*(f"person{number}" for number in range(130))).values()
    send()
    send()
    assert sink.counts() == {(message_id(digest), digest.person.email): 1 for digest in digests}
    assert {fresh(digest).state for digest in digests} == {NoticeState.SENT}


def test_each_refusal_ends_or_waits_as_it_says(sink: SmtpSink, due: Callable[..., dict[str, Digest]]) -> None:
    digests = due("gone-1", "full-1", "spam-1", "later-1", "drop-1", "there")
    before = timezone.now()
    send()
    kept = {name: fresh(digest) for name, digest in digests.items()}
    assert {name: digest.state for name, digest in kept.items()} == {
        "gone-1": NoticeState.FAILED,
        "spam-1": NoticeState.FAILED,
        "full-1": NoticeState.WAITING,
        "later-1": NoticeState.WAITING,
        "drop-1": NoticeState.WAITING,
        "there": NoticeState.SENT,
    }
    assert kept["gone-1"].reason == "550 5.1.1 …: no such mailbox"
    assert Suppression.objects.get().person.full_name == "gone-1"
    assert all("@" not in digest.reason for digest in kept.values())
    assert {digest.attempts for digest in kept.values()} == {1}

    Digest.objects.filter(state=NoticeState.WAITING).update(due_at=before)
    send()
    counts = sink.counts()
    assert fresh(digests["later-1"]).state == fresh(digests["drop-1"]).state == NoticeState.SENT
    # Nobody can tell whether a server that hung up has the mail: it leaves again under the same name.
    assert counts[message_id(digests["drop-1"]), "drop-1@example.test"] == 2
    assert counts[message_id(digests["there"]), "there@example.test"] == 1


def test_where_there_is_nothing_to_say_nothing_leaves(sink: SmtpSink, due: Callable[..., dict[str, Digest]]) -> None:
    digests = due("one", "two")
    send(nothing_for=(digests["one"].person_id,))
    kept = fresh(digests["one"])
    assert (kept.state, kept.reason) == (NoticeState.SUPERSEDED, claims.NOTHING_NEW)
    assert [mail["recipient"] for mail in sink.received()] == ["two@example.test"]


def test_one_that_cannot_be_written_waits_and_the_others_leave(
    sink: SmtpSink, due: Callable[..., dict[str, Digest]]
) -> None:
    digests = due("one", "two")
    # No such address gets past the form; it would end the head of the mail.
    User.objects.filter(pk=digests["one"].person_id).update(email="one\nbcc@example.test")
    send()
    kept = fresh(digests["one"])
    assert (kept.state, kept.attempts, kept.reason) == (NoticeState.WAITING, 1, NOT_WRITTEN)
    assert [mail["recipient"] for mail in sink.received()] == ["two@example.test"]


def test_a_server_that_takes_nothing_costs_no_try(sink: SmtpSink, due: Callable[..., dict[str, Digest]]) -> None:
    digests = due("one", "two").values()
    sink.set_mood(mail="451 4.3.2 Not now")
    send(seconds=2)
    assert {(fresh(digest).state, fresh(digest).attempts) for digest in digests} == {(NoticeState.WAITING, 0)}
    assert {fresh(digest).lease_until for digest in digests} == {None}
    sink.set_mood()
    send()
    assert {fresh(digest).state for digest in digests} == {NoticeState.SENT}


def test_a_run_that_is_over_leaves_the_rest_free(sink: SmtpSink, due: Callable[..., dict[str, Digest]]) -> None:
    digests = due(*(f"person{number}" for number in range(30))).values()
    sink.set_mood(pause_seconds=0.3)
    send(seconds=1)
    states = [fresh(digest).state for digest in digests]
    assert 0 < states.count(NoticeState.SENT) < 30
    assert not Digest.objects.filter(lease_until__isnull=False).exists()
    sink.set_mood()
    send()
    assert set(sink.counts().values()) == {1}
    assert len(sink.counts()) == 30


def test_what_ends_while_it_waits_does_not_leave(sink: SmtpSink, due: Callable[..., dict[str, Digest]]) -> None:
    digests = list(due(*(f"person{number}" for number in range(60))).values())
    sink.set_mood(pause_seconds=0.1)
    last = Digest.objects.filter(pk__in=[digest.pk for digest in digests[40:]])

    def end_the_last() -> None:
        wait_until(lambda: len(sink.received()) > 2, "it has begun")
        last.update(state=NoticeState.SUPERSEDED, ended_at=timezone.now(), lease_until=None)
        connection.close()

    ending = threading.Thread(target=end_the_last)
    ending.start()
    send()
    ending.join()
    assert len(sink.received()) == 40
