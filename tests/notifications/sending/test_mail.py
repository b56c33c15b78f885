"""Does each notice leave by e-mail once, and is what became of it kept?"""

import email
import email.policy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.lanes import MAIL, URGENT
from neighborhoods.models import Neighborhood
from notifications.gateways.dropping import NO_SERVER
from notifications.gateways.transport import DUMMY, mail_transport
from notifications.models import Message, Notice, Suppression
from notifications.rules import NoticeState
from notifications.rules.retries import MAX_ATTEMPTS
from notifications.services.sending import claims, mail
from notifications.services.sending.courier import Run
from tests.accounts.factories import make_resident_account
from tests.notifications.sending.factories import make_message, make_notice
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Bicycles taken from five garages"


@pytest.fixture
def at() -> datetime:
    """A moment ago: what is due then is due now."""
    return timezone.now() - timedelta(seconds=1)


@pytest.fixture
def tell(at: datetime) -> Callable[..., dict[str, Notice]]:
    """A message and a notice of it for each name, which is also how the address begins."""

    def _tell(*names: str, lane: str = MAIL) -> dict[str, Notice]:
        message = make_message(at, lane=lane)
        people = [make_resident_account(name, f"{name}@example.test") for name in names]
        return {person.full_name: make_notice(message, person, at) for person in people}

    return _tell


def send(*, lane: str = MAIL, seconds: float = 20) -> None:
    mail.send_mail(lane=lane, gateway=mail_transport(), clock=timezone.now, seconds=seconds)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def message_id(notice: Notice) -> str:
    return f"<notice.{notice.pk}@city.test>"


def test_a_mail_says_what_is_new_why_it_came_and_how_to_end_it(
    sink: SmtpSink, resident: User, oak: Neighborhood, at: datetime
) -> None:
    notice = make_notice(make_message(at), resident, at, neighborhood=oak)
    send()
    (received,) = sink.received()
    assert (received["message_id"], received["recipient"]) == (message_id(notice), resident.email)
    assert received["sender"] == "porchlight@city.test"
    parsed = email.message_from_string(received["content"], policy=email.policy.default)
    assert (parsed["To"], parsed["Subject"]) == (resident.email, TITLE)
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-Unsubscribe"].strip().startswith("<https://city.test/unsubscribe/")
    for kind in ("plain", "html"):
        part = parsed.get_body((kind,))
        assert part is not None
        assert "You get crime updates at once as a neighbor of Oak." in part.get_content()
        assert "https://city.test/accounts/hearing/" in part.get_content()
    kept = fresh(notice)
    assert (kept.state, kept.attempts, kept.reason, kept.lease_until) == (NoticeState.SENT, 1, "", None)
    assert kept.ended_at is not None


def test_a_run_sends_all_that_is_due_in_its_lane_and_a_second_one_nothing(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notices = tell(*(f"person{number}" for number in range(60))).values()
    urgent = tell("urgent", lane=URGENT)["urgent"]
    send()
    send()
    assert sink.counts() == {(message_id(notice), notice.person.email): 1 for notice in notices}
    assert fresh(urgent).state == NoticeState.WAITING
    send(lane=URGENT)
    assert fresh(urgent).state == NoticeState.SENT


def test_each_refusal_ends_or_waits_as_it_says_and_nobody_elses_mail_suffers(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notices = tell("gone-1", "full-1", "spam-1", "later-1", "drop-1", "there")
    before = timezone.now()
    send()
    kept = {name: fresh(notice) for name, notice in notices.items()}
    assert {name: notice.state for name, notice in kept.items()} == {
        "gone-1": NoticeState.FAILED,
        "spam-1": NoticeState.FAILED,
        "full-1": NoticeState.WAITING,
        "later-1": NoticeState.WAITING,
        "drop-1": NoticeState.WAITING,
        "there": NoticeState.SENT,
    }
    assert kept["gone-1"].reason == "550 5.1.1 …: no such mailbox"
    assert kept["spam-1"].reason == "554 5.7.1 Mail for … looks like spam"
    assert kept["full-1"].reason == "452 4.2.2 …: mailbox full"
    assert kept["drop-1"].reason == "The mail server hung up."
    assert {notice.attempts for notice in kept.values()} == {1}
    for name in ("full-1", "later-1", "drop-1"):
        assert before + timedelta(seconds=40) < kept[name].due_at < timezone.now() + timedelta(seconds=80)

    Notice.objects.filter(state=NoticeState.WAITING).update(due_at=before)
    send()
    # Nobody could tell whether the mail was kept when the connection was cut: it was, so this one came twice.
    assert {recipient: count for (_, recipient), count in sink.counts().items()} == {
        "there@example.test": 1,
        "later-1@example.test": 1,
        "drop-1@example.test": 2,
    }
    assert fresh(notices["later-1"]).state == NoticeState.SENT
    assert fresh(notices["full-1"]).attempts == 2


def test_an_address_that_is_gone_gets_no_more_mail_and_one_called_spam_does(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notices = tell("gone-1", "spam-1")
    send()
    (suppression,) = Suppression.objects.all()
    assert suppression.person_id == notices["gone-1"].person_id
    assert suppression.words == "550 5.1.1 …: no such mailbox"


def test_what_is_refused_for_now_fails_after_the_last_try(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notice = tell("full-1")["full-1"]
    Notice.objects.update(attempts=MAX_ATTEMPTS - 1)
    send()
    kept = fresh(notice)
    assert (kept.state, kept.attempts) == (NoticeState.FAILED, MAX_ATTEMPTS)
    assert kept.reason == "452 4.2.2 …: mailbox full"


def test_a_server_that_is_away_costs_no_attempt_and_what_waited_leaves_when_it_is_back(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notices = tell("one", "two").values()
    sink.stop()
    send(seconds=0.5)
    for notice in map(fresh, notices):
        assert (notice.state, notice.attempts, notice.lease_until) == (NoticeState.WAITING, 0, None)
    sink.start()
    send()
    assert {fresh(notice).state for notice in notices} == {NoticeState.SENT}


def test_a_server_that_refuses_the_sender_fails_nobodys_notice(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]], caplog: pytest.LogCaptureFixture
) -> None:
    notice = tell("one")["one"]
    sink.set_mood(mail="550 5.7.1 <porchlight@city.test> may not send")
    send(seconds=0.5)
    kept = fresh(notice)
    assert (kept.state, kept.attempts, kept.lease_until) == (NoticeState.WAITING, 0, None)
    assert "The mail server takes nothing: 550 5.7.1 … may not send" in caplog.text
    sink.set_mood()
    send()
    assert fresh(notice).state == NoticeState.SENT


def test_refusals_for_now_in_a_row_are_the_servers_state_and_give_it_a_rest(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]], settings: Any
) -> None:
    settings.SENDING_CONNECTIONS = 1
    notices = tell(*(f"full{number}" for number in range(30))).values()
    send(seconds=0.5)
    kept = [fresh(notice) for notice in notices]
    assert sorted(notice.attempts for notice in kept) == [0] * 10 + [1] * 20
    assert [notice.pk for notice in kept if notice.lease_until is not None] == []


def test_a_mail_that_cannot_be_written_stands_in_nobodys_way(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]], caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = tell("one")["one"], tell("two")["two"]
    # No version of this software knows such a topic.
    Message.objects.filter(pk=broken.message_id).update(topic="weather")
    send()
    kept = fresh(broken)
    assert (kept.state, kept.attempts, kept.reason) == (NoticeState.WAITING, 1, mail.NOT_WRITTEN)
    assert fresh(whole).state == NoticeState.SENT
    assert f"Notice {broken.pk} could not be written" in caplog.text
    assert "example.test" not in caplog.text


def test_what_is_stopped_while_it_goes_out_ends_superseded(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]], settings: Any, at: datetime
) -> None:
    settings.SENDING_CONNECTIONS = 1
    notices = list(tell(*(f"person{number}" for number in range(50))).values())

    class StoppingGateway:
        """The real one; after the first mail somebody stops the message."""

        def open(self) -> Any:
            connection = mail_transport().open()
            send_it = connection.send

            def send_and_stop(**mail: Any) -> str:
                words = send_it(**mail)
                Message.objects.filter(ended_at=None).update(ended_at=at)
                return words

            connection.send = send_and_stop  # type: ignore[method-assign]
            return connection

    mail.send_mail(lane=MAIL, gateway=StoppingGateway(), clock=timezone.now)
    states = [fresh(notice) for notice in notices]
    sent = [notice for notice in states if notice.state == NoticeState.SENT]
    superseded = [notice for notice in states if notice.state == NoticeState.SUPERSEDED]
    assert len(sent) == mail.LOOK_EVERY_COUNT
    assert len(superseded) == 50 - mail.LOOK_EVERY_COUNT
    assert {notice.reason for notice in superseded} == {claims.ENDED}
    assert len(sink.received()) == len(sent)


def test_a_run_that_is_over_gives_back_what_it_did_not_send(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]]
) -> None:
    notices = tell("one", "two").values()
    run = Run(seconds=20)
    run.stop()
    mail.send_all(lane=MAIL, gateway=mail_transport(), clock=timezone.now, run=run)
    assert {fresh(notice).lease_until for notice in notices} == {None}
    assert sink.received() == []


def test_without_a_mail_server_a_notice_fails_and_says_why(
    tell: Callable[..., dict[str, Notice]], settings: Any
) -> None:
    settings.MAIL_TRANSPORT = DUMMY
    notice = tell("one")["one"]
    send()
    kept = fresh(notice)
    assert (kept.state, kept.reason) == (NoticeState.FAILED, NO_SERVER)


def test_nothing_that_is_logged_names_whom_a_mail_was_for(
    sink: SmtpSink, tell: Callable[..., dict[str, Notice]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tell("gone-1", "full-1", "drop-1", "there")
    send()
    assert "example.test" not in caplog.text
    assert TITLE not in caplog.text
