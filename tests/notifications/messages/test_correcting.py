"""Does whoever was told hear of the correction, first, and wherever they live now?"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import User
from core import lanes
from neighborhoods.models import Neighborhood
from neighborhoods.services import end_residency, move_residency
from notifications.models import Digest, Message, Notice, Preferences, Suppression
from notifications.rules import (
    RANK_OF_CORRECTIONS,
    RANK_OF_NEWS,
    Act,
    Channel,
    NoticeState,
    Pace,
    Topic,
)
from notifications.services.messages import make_message, write_notices, write_notices_of_correction
from tests.notifications.messages.conftest import MakeNews, give_device

pytestmark = pytest.mark.django_db

Choose = Callable[..., Preferences]

NEVER_BY_MAIL = {f"{topic.value}_email": Pace.NEVER for topic in Topic}
NEVER_BY_PUSH = {f"{topic.value}_push": False for topic in Topic}


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(minutes=10)


@pytest.fixture
def correct(news: MakeNews, later: datetime) -> Callable[..., Message]:
    """Make the correction of a crime update and tell whoever was told before."""

    def _correct(*, at: datetime = later, **changes: object) -> Message:
        fields: dict[str, object] = {
            "topic": Topic.CRIME,
            "lane": lanes.MAIL,
            "version": 2,
            "act": Act.CORRECTION,
        }
        places = changes.pop("earlier_places", ())
        message = make_message(news=news(**fields | changes), at=at)
        write_notices_of_correction(message=message, at=at, earlier_places=places)  # type: ignore[arg-type]
        return message

    return _correct


@pytest.fixture
def tell(news: MakeNews, choose: Choose, oak: Neighborhood, now: datetime) -> Callable[..., Notice]:
    """Tell one person of a crime update by a channel, with what became of it."""

    def _tell(person: User, channel: Channel = Channel.EMAIL, **outcome: object) -> Notice:
        if channel == Channel.EMAIL:
            choose(person, crime_email=Pace.AT_ONCE)
        else:
            choose(person, crime_push=True)
            give_device(person, now)
        message = make_message(news=news(topic=Topic.CRIME, lane=lanes.MAIL), at=now)
        write_notices(message=message, neighborhood_ids=[oak.pk], at=now)
        Notice.objects.filter(message=message, person=person).update(**outcome)
        return Notice.objects.get(message=message, person=person)

    return _tell


def sent(now: datetime) -> dict[str, object]:
    return {"state": NoticeState.SENT, "ended_at": now}


def test_whoever_was_told_hears_first_and_in_the_urgent_lane(
    tell: Callable[..., Notice], correct: Callable[..., Message], resident: User, now: datetime, later: datetime
) -> None:
    tell(resident, **sent(now))
    notice = correct().notices.get()
    assert (notice.person_id, notice.channel, notice.lane, notice.rank, notice.due_at) == (
        resident.pk,
        Channel.EMAIL,
        lanes.URGENT,
        RANK_OF_CORRECTIONS,
        later,
    )


@pytest.mark.parametrize(
    ("state", "has_lease", "attempts", "hears"),
    [
        (NoticeState.SENT, False, 1, True),
        (NoticeState.WAITING, True, 0, True),
        (NoticeState.SUPERSEDED, True, 0, True),
        (NoticeState.WAITING, False, 1, True),
        (NoticeState.WAITING, False, 0, False),
        (NoticeState.SUPERSEDED, False, 0, False),
        (NoticeState.FAILED, False, 3, False),
    ],
)
def test_what_may_have_left_counts_as_told_and_what_cannot_have_does_not(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    resident: User,
    now: datetime,
    state: NoticeState,
    has_lease: bool,
    attempts: int,
    hears: bool,
) -> None:
    tell(
        resident,
        state=state,
        ended_at=None if state == NoticeState.WAITING else now,
        lease_until=now if has_lease else None,
        attempts=attempts,
    )
    assert correct().notices.exists() is hears


def test_whoever_moved_out_of_the_audience_hears_too(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    resident: User,
    pine: Neighborhood,
    now: datetime,
) -> None:
    tell(resident, **sent(now))
    move_residency(person=resident, latitude=0.5, longitude=10.5, at=now)
    assert correct().notices.get().neighborhood_id == pine.pk


def test_whoever_has_no_home_any_more_hears_too(
    tell: Callable[..., Notice], correct: Callable[..., Message], resident: User, now: datetime
) -> None:
    tell(resident, **sent(now))
    end_residency(residency_id=resident.residencies.get().pk, at=now)
    assert correct().notices.get().neighborhood_id is None


@pytest.mark.parametrize(
    ("channel", "choices", "hears"),
    [
        (Channel.EMAIL, {"crime_email": Pace.NEVER}, True),
        (Channel.EMAIL, NEVER_BY_MAIL, False),
        (Channel.EMAIL, NEVER_BY_PUSH, True),
        (Channel.PUSH, {"crime_push": False}, True),
        (Channel.PUSH, NEVER_BY_PUSH, False),
        (Channel.PUSH, NEVER_BY_MAIL, True),
    ],
)
def test_only_whoever_wants_nothing_at_all_over_the_channel_is_left_alone(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    choose: Choose,
    resident: User,
    now: datetime,
    channel: Channel,
    choices: dict[str, object],
    hears: bool,
) -> None:
    tell(resident, channel, **sent(now))
    choose(resident, **choices)
    assert set(correct().notices.values_list("channel", flat=True)) == ({channel.value} if hears else set())


def test_nobody_is_written_to_at_a_closed_account_or_an_address_that_came_back(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    resident: User,
    newcomer: User,
    now: datetime,
) -> None:
    tell(resident, **sent(now))
    tell(newcomer, **sent(now))
    User.objects.filter(pk=resident.pk).update(is_active=False)
    Suppression.objects.create(person=newcomer, email=newcomer.email, at=now)
    assert not correct().notices.exists()


def test_a_pause_and_quiet_hours_put_a_correction_off(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    choose: Choose,
    resident: User,
    newcomer: User,
    now: datetime,
) -> None:
    tell(resident, **sent(now))
    tell(newcomer, **sent(now))
    choose(resident, paused_until=date(2026, 11, 30))
    choose(newcomer, paused_until=date(2026, 11, 30), quiet_from=time(22), quiet_until=time(7))
    notices = correct().notices
    assert notices.get(person=resident).due_at == datetime.fromisoformat("2026-11-30T08:00:00Z")
    assert notices.get(person=newcomer).due_at == datetime.fromisoformat("2026-11-30T15:00:00Z")


@pytest.mark.parametrize(
    ("number", "topics", "state", "hears"),
    [
        (10, [Topic.CRIME], NoticeState.SENT, False),
        (11, [Topic.CRIME], NoticeState.SENT, True),
        (20, [Topic.TIPS, Topic.CRIME], NoticeState.SENT, True),
        (21, [Topic.CRIME], NoticeState.SENT, False),
        (15, [Topic.TIPS], NoticeState.SENT, False),
        (15, [Topic.CRIME], NoticeState.WAITING, False),
        (15, [Topic.CRIME], NoticeState.FAILED, False),
    ],
)
def test_whose_digest_carried_it_hears_by_mail(
    correct: Callable[..., Message],
    oak: Neighborhood,
    resident: User,
    now: datetime,
    number: int,
    topics: list[Topic],
    state: NoticeState,
    hears: bool,
) -> None:
    Digest.objects.create(
        person=resident,
        pace=Pace.DAILY,
        day=date(2026, 11, 19),
        neighborhood=oak,
        after_number=10,
        upto_number=20,
        topics=topics,
        state=state,
        due_at=now,
        ended_at=None if state == NoticeState.WAITING else now,
    )
    notices = correct(earlier_places=[(oak.pk, number)]).notices
    assert list(notices.values_list("channel", "rank")) == ([(Channel.EMAIL, RANK_OF_CORRECTIONS)] if hears else [])


def test_a_digest_of_another_neighborhood_did_not_carry_it(
    correct: Callable[..., Message], oak: Neighborhood, elm: Neighborhood, neighbor: User, now: datetime
) -> None:
    Digest.objects.create(
        person=neighbor,
        pace=Pace.DAILY,
        day=date(2026, 11, 19),
        neighborhood=elm,
        after_number=0,
        upto_number=20,
        topics=[Topic.CRIME],
        state=NoticeState.SENT,
        due_at=now,
        ended_at=now,
    )
    assert not correct(earlier_places=[(oak.pk, 15)]).notices.exists()


def test_the_kind_may_change_and_the_digest_is_found_by_the_earlier_one(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    oak: Neighborhood,
    resident: User,
    newcomer: User,
    now: datetime,
) -> None:
    tell(newcomer)
    Digest.objects.create(
        person=resident,
        pace=Pace.WEEKLY,
        day=date(2026, 11, 19),
        neighborhood=oak,
        after_number=10,
        upto_number=20,
        topics=[Topic.CRIME],
        state=NoticeState.SENT,
        due_at=now,
        ended_at=now,
    )
    assert correct(topic=Topic.TIPS, earlier_places=[(oak.pk, 15)]).notices.get().person_id == resident.pk


def test_whoever_was_told_and_asks_for_it_at_once_gets_one_notice(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    oak: Neighborhood,
    resident: User,
    newcomer: User,
    choose: Choose,
    now: datetime,
    later: datetime,
) -> None:
    tell(resident, **sent(now))
    choose(newcomer, crime_email=Pace.AT_ONCE)
    message = correct()
    assert write_notices(message=message, neighborhood_ids=[oak.pk], at=later) == 1
    assert write_notices_of_correction(message=message, at=later) == 0
    assert dict(message.notices.values_list("person_id", "rank")) == {
        resident.pk: RANK_OF_CORRECTIONS,
        newcomer.pk: RANK_OF_NEWS,
    }


def test_a_second_correction_reaches_whoever_heard_any_version(
    tell: Callable[..., Notice],
    correct: Callable[..., Message],
    resident: User,
    now: datetime,
    later: datetime,
) -> None:
    tell(resident, **sent(now))
    assert correct().notices.count() == 1
    assert correct(version=3, act=Act.WITHDRAWAL, at=later).notices.get().person_id == resident.pk
