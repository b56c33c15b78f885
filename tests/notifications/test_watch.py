"""Are those who run the site told once of each trouble, reminded, and told when it is over?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from core.lanes import ACCOUNT, MAIL, POSTS, URGENT
from neighborhoods.models import Neighborhood
from notifications import services
from notifications.models import Alert, Digest, Mail, Notice, Pulse, Tally
from notifications.rules import Channel, NoticeState, Pace, Way
from notifications.rules.alarms import WayState
from notifications.selectors.operation import lanes_now, left_between, way_states
from notifications.services.watch import watch
from posts.models import Delivery
from posts.rules import PostKind
from tests.notifications.sending.factories import make_message, make_notice
from tests.posts.factories import publish

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LANES = ("urgent", "posts", "mail", "account", "upkeep")


@dataclass
class Recorded:
    """Operators who keep what they are told; `is_away` is a transport that takes nothing."""

    mails: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    is_away: bool = False

    def mail(self, subject: str, text: str) -> bool:
        self.mails.append((subject, text))
        return not self.is_away

    def text(self, words: str) -> bool:
        self.texts.append(words)
        return False


@pytest.fixture
def operators() -> Recorded:
    return Recorded()


@pytest.fixture
def look(operators: Recorded, db: None) -> Callable[[datetime], list[str]]:
    """One look, with every worker and the clock alive until then."""

    def _look(at: datetime) -> list[str]:
        for lane in LANES:
            services.record_pulse(lane=lane, at=at)
        return watch(at=at, operators=operators)

    return _look


Look = Callable[[datetime], list[str]]


@pytest.fixture
def urgent(resident: User, oak: Neighborhood, now: datetime) -> Notice:
    return make_notice(make_message(now, lane=URGENT), resident, now, neighborhood=oak)


def make_mail(at: datetime, *, state: NoticeState = NoticeState.WAITING, attempts: int = 0) -> Mail:
    is_waiting = state == NoticeState.WAITING
    return Mail.objects.create(
        kind="code",
        sealed=b"sealed" if is_waiting else None,
        state=state,
        made_at=at,
        due_at=at,
        expires_at=at + HOUR,
        attempts=attempts,
        ended_at=None if is_waiting else at,
    )


def test_an_urgent_notice_that_waits_too_long_is_told_once_and_when_it_is_over(
    look: Look, operators: Recorded, urgent: Notice, now: datetime
) -> None:
    assert look(now + MINUTE) == []
    assert operators.mails == []

    assert look(now + 2 * MINUTE) == ["urgent_late"]
    assert look(now + 3 * MINUTE) == ["urgent_late"]
    assert [subject for subject, _ in operators.mails] == ["Needs you: Urgent messages have been waiting for 2 minutes"]
    assert len(operators.texts) == 1

    Notice.objects.update(state=NoticeState.SENT, ended_at=now + 3 * MINUTE)
    assert look(now + 4 * MINUTE) == []
    assert Alert.objects.get().closed_at is None  # it might come back at once
    look(now + 5 * MINUTE)
    assert operators.mails[-1][0].startswith("Over: Urgent messages")
    assert "It lasted 1 minute." in operators.mails[-1][1]
    assert Alert.objects.get().closed_at == now + 3 * MINUTE
    assert (len(operators.mails), len(operators.texts)) == (2, 1)


def test_trouble_that_goes_on_is_reminded_of_by_mail_alone(
    look: Look, operators: Recorded, urgent: Notice, now: datetime
) -> None:
    look(now + 2 * MINUTE)
    look(now + 4 * HOUR)
    assert len(operators.mails) == 1
    look(now + 4 * HOUR + 2 * MINUTE)
    assert operators.mails[-1][0].startswith("Still so after 4 hours: Urgent messages")
    assert len(operators.texts) == 1


def test_a_mail_that_nobody_took_is_tried_again(look: Look, operators: Recorded, urgent: Notice, now: datetime) -> None:
    operators.is_away = True
    look(now + 2 * MINUTE)
    assert Alert.objects.get().told_at is None
    operators.is_away = False
    look(now + 3 * MINUTE)
    look(now + 4 * MINUTE)
    assert Alert.objects.get().told_at == now + 3 * MINUTE
    assert len(operators.mails) == 2


def test_the_same_trouble_later_is_a_new_alert(look: Look, operators: Recorded, urgent: Notice, now: datetime) -> None:
    look(now + 2 * MINUTE)
    Notice.objects.update(due_at=now + HOUR)
    look(now + 5 * MINUTE)
    look(now + HOUR + 2 * MINUTE)
    assert [alert.closed_at is None for alert in Alert.objects.order_by("opened_at")] == [False, True]
    assert [subject.partition(":")[0] for subject, _ in operators.mails] == ["Needs you", "Over", "Needs you"]


def test_a_citywide_bulk_in_the_mail_lane_is_no_alert(
    look: Look, resident: User, neighbor: User, now: datetime
) -> None:
    message = make_message(now, lane=MAIL)
    make_notice(message, resident, now)
    sent = make_notice(message, neighbor, now)
    at = now + 40 * MINUTE
    Notice.objects.filter(pk=sent.pk).update(state=NoticeState.SENT, ended_at=at - SECOND)
    assert look(at) == []


def test_a_mail_lane_that_stands_still_is(look: Look, resident: User, now: datetime) -> None:
    make_notice(make_message(now, lane=MAIL), resident, now)
    assert look(now + 16 * MINUTE) == ["mail_late"]


def test_what_waits_for_the_morning_is_not_late(look: Look, resident: User, now: datetime) -> None:
    make_notice(make_message(now, lane=URGENT), resident, now + 8 * HOUR)
    assert look(now + HOUR) == []


def test_how_long_urgent_may_wait_is_a_setting(
    look: Look, urgent: Notice, now: datetime, settings: LazySettings
) -> None:
    settings.WATCH_URGENT_SECONDS = 600
    assert look(now + 9 * MINUTE) == []
    assert look(now + 11 * MINUTE) == ["urgent_late"]


def test_an_urgent_post_that_no_worker_hands_over_is_told(
    look: Look, officer: User, central: PoliceCommand, now: datetime
) -> None:
    publish(officer, central, now, kind=PostKind.MISSING_PERSON)
    assert look(now + 2 * MINUTE) == ["urgent_late"]
    Delivery.objects.update(done_at=now, notices_at=now)
    assert look(now + 3 * MINUTE) == []


def test_another_post_is_given_more_time(look: Look, officer: User, central: PoliceCommand, now: datetime) -> None:
    publish(officer, central, now)
    assert look(now + 2 * MINUTE) == []
    assert look(now + 6 * MINUTE) == ["posts_late"]


def test_mail_about_accounts_that_waits_is_told(look: Look, now: datetime) -> None:
    make_mail(now)
    assert look(now + MINUTE) == []
    assert look(now + 3 * MINUTE) == ["account_late"]


def test_mail_that_is_refused_again_and_again_is_told_unless_some_gets_through(look: Look, now: datetime) -> None:
    for _ in range(5):
        make_mail(now + HOUR, attempts=1)
    assert look(now) == ["account_late"]
    make_mail(now + MINUTE, state=NoticeState.SENT)
    assert look(now + MINUTE) == []


def test_a_silent_clock_is_told(operators: Recorded, db: None, now: datetime) -> None:
    services.record_pulse(lane=MAIL, at=now)
    assert watch(at=now + MINUTE, operators=operators) == []
    assert watch(at=now + 2 * MINUTE, operators=operators) == ["clock_silent"]
    assert operators.mails[0][0] == "Needs you: The clock (beat) has sent nothing for 2 minutes"


def test_what_never_showed_its_life_is_given_time_from_the_first_look(
    operators: Recorded, db: None, now: datetime
) -> None:
    assert watch(at=now, operators=operators) == []
    assert watch(at=now + 2 * MINUTE, operators=operators) == ["clock_silent"]


def test_a_silent_worker_is_told_while_work_waits(operators: Recorded, resident: User, now: datetime) -> None:
    make_notice(make_message(now, lane=MAIL), resident, now)
    at = now + 3 * MINUTE
    services.record_pulse(lane=MAIL, at=now)
    services.record_pulse(lane=POSTS, at=at)
    assert watch(at=at, operators=operators) == ["mail_silent"]


def test_one_looks_at_a_time_and_not_more_often_than_needed(operators: Recorded, urgent: Notice, now: datetime) -> None:
    at = now + 2 * MINUTE
    for lane in LANES:
        services.record_pulse(lane=lane, at=at)
    assert watch(at=at, operators=operators) == ["urgent_late"]
    assert watch(at=at + SECOND, operators=operators) == []
    assert watch(at=at + 30 * SECOND, operators=operators) == ["urgent_late"]
    # A clock that was set back keeps nobody from looking.
    assert watch(at=at - HOUR, operators=operators) == []
    assert Pulse.objects.get(name="watch").at == at - HOUR


def test_a_way_that_fails_more_than_usual_is_told(look: Look, resident: User, now: datetime) -> None:
    def end_notices(count: int, state: NoticeState, at: datetime) -> None:
        for _ in range(count):
            notice = make_notice(make_message(at), resident, at, channel=Channel.PUSH)
            Notice.objects.filter(pk=notice.pk).update(state=state, ended_at=at)

    end_notices(20, NoticeState.FAILED, now)
    end_notices(79, NoticeState.SENT, now)
    assert look(now + MINUTE) == ["push_failing"]

    Tally.objects.create(way=Way.PUSH, started_at=now - HOUR, sent_count=800, failed_count=200)
    assert look(now + 2 * MINUTE) == []


def test_quarters_of_an_hour_are_tallied_once_and_made_up_for(look: Look, resident: User, now: datetime) -> None:
    def end(at: datetime, state: NoticeState) -> None:
        notice = make_notice(make_message(at), resident, at)
        Notice.objects.filter(pk=notice.pk).update(state=state, ended_at=at)

    end(now, NoticeState.SENT)
    end(now + 14 * MINUTE, NoticeState.FAILED)
    end(now + 15 * MINUTE, NoticeState.SENT)
    make_mail(now + 5 * MINUTE, state=NoticeState.SENT)
    look(now + 16 * MINUTE)
    assert Tally.objects.count() == 0  # somebody may still write down what left
    for later in (20, 21, 70, 71):
        look(now + later * MINUTE)
    assert list(
        Tally.objects.order_by("started_at", "way").values_list("way", "started_at", "sent_count", "failed_count")
    ) == [
        ("account", now, 1, 0),
        ("email", now, 1, 1),
        ("email", now + 15 * MINUTE, 1, 0),
    ]
    assert way_states(now + 71 * MINUTE)[0] == WayState(
        Way.EMAIL, sent_count=0, failed_count=0, usual_sent_count=2, usual_failed_count=1
    )


def test_digests_are_seen_too(resident: User, oak: Neighborhood, now: datetime) -> None:
    digest = Digest.objects.create(
        person=resident, pace=Pace.DAILY, day=now.date(), neighborhood=oak, after_number=0, upto_number=1, topics=[],
        due_at=now,
    )  # fmt: skip
    assert lanes_now(now + MINUTE).lanes[MAIL].waiting_since == now
    Digest.objects.filter(pk=digest.pk).update(state=NoticeState.FAILED, ended_at=now)
    assert lanes_now(now + MINUTE).lanes[MAIL].waiting_since is None
    assert left_between(now, now + MINUTE) == {"digest": (0, 1)}


def test_the_number_of_queries_does_not_count_on_what_waits(resident: User, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            lanes_now(now + SECOND)
        return len(captured)

    before = queries()
    for _ in range(3):
        make_notice(make_message(now, lane=URGENT), resident, now)
        make_mail(now)
    assert queries() == before
    assert lanes_now(now + SECOND).lanes[ACCOUNT].waiting_since == now
