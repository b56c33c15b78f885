"""Who is told at once, over what, and when?"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import User
from core import lanes
from neighborhoods.models import Neighborhood
from neighborhoods.services import move_residency
from notifications.models import Notice, Preferences, Suppression
from notifications.rules import RANK_OF_NEWS, Channel, Pace, Source, Topic
from notifications.services.messages import end_message, make_message, tell_people, write_notices
from tests.notifications.messages.conftest import MakeNews, give_device

pytestmark = pytest.mark.django_db

Choose = Callable[..., Preferences]


@pytest.fixture
def tell(news: MakeNews, now: datetime) -> Callable[..., int]:
    def _tell(*neighborhoods: Neighborhood, at: datetime = now, **changes: object) -> int:
        message = make_message(news=news(**changes), at=at)
        return write_notices(message=message, neighborhood_ids=[place.pk for place in neighborhoods], at=at)

    return _tell


def told() -> set[tuple[int, str]]:
    return set(Notice.objects.values_list("person_id", "channel"))


def test_urgent_news_goes_to_everybody_who_lives_there_unless_they_chose(
    tell: Callable[..., int],
    oak: Neighborhood,
    resident: User,
    newcomer: User,
    neighbor: User,
    homeless_account: User,
    now: datetime,
) -> None:
    assert tell(oak) == 2
    assert told() == {(resident.pk, Channel.EMAIL), (newcomer.pk, Channel.EMAIL)}
    notice = Notice.objects.get(person=resident)
    assert (notice.state, notice.lane, notice.rank, notice.due_at, notice.neighborhood_id) == (
        "waiting",
        lanes.URGENT,
        RANK_OF_NEWS,
        now,
        oak.pk,
    )


def test_only_whoever_is_verified_where_that_is_asked(
    news: MakeNews, oak: Neighborhood, resident: User, newcomer: User, now: datetime
) -> None:
    message = make_message(news=news(), at=now)
    assert write_notices(message=message, neighborhood_ids=[oak.pk], at=now, only_verified=True) == 1
    assert told() == {(resident.pk, Channel.EMAIL)}


def test_news_for_the_digest_goes_at_once_to_whoever_chose_so(
    tell: Callable[..., int], choose: Choose, oak: Neighborhood, resident: User, newcomer: User
) -> None:
    choose(resident, crime_email=Pace.AT_ONCE)
    choose(newcomer, tips_email=Pace.AT_ONCE)
    assert tell(oak, topic=Topic.CRIME, lane=lanes.MAIL) == 1
    assert told() == {(resident.pk, Channel.EMAIL)}


def test_push_goes_to_whoever_wants_it_and_has_a_device(
    tell: Callable[..., int], choose: Choose, oak: Neighborhood, resident: User, newcomer: User, now: datetime
) -> None:
    give_device(resident, now)
    give_device(resident, now, number=2)
    choose(newcomer, urgent_email=Pace.NEVER)
    assert tell(oak) == 2
    assert told() == {(resident.pk, Channel.EMAIL), (resident.pk, Channel.PUSH)}


def test_no_push_for_what_nobody_chose(
    tell: Callable[..., int], choose: Choose, oak: Neighborhood, resident: User, newcomer: User, now: datetime
) -> None:
    give_device(resident, now)
    give_device(newcomer, now)
    choose(newcomer, events_push=True)
    assert tell(oak, topic=Topic.EVENTS, lane=lanes.MAIL) == 1
    assert told() == {(newcomer.pk, Channel.PUSH)}


def test_nothing_for_a_closed_account(tell: Callable[..., int], oak: Neighborhood, resident: User) -> None:
    User.objects.filter(pk=resident.pk).update(is_active=False)
    assert tell(oak) == 0


def test_no_mail_to_an_address_that_came_back_but_to_a_new_one(
    tell: Callable[..., int], oak: Neighborhood, resident: User, now: datetime
) -> None:
    Suppression.objects.create(person=resident, email=resident.email.upper(), at=now)
    give_device(resident, now)
    assert tell(oak) == 1
    assert told() == {(resident.pk, Channel.PUSH)}
    User.objects.filter(pk=resident.pk).update(email="new@example.test")
    assert tell(oak, source_id=2) == 2


def test_nothing_before_the_pause_ends_and_everything_from_that_day_on(
    tell: Callable[..., int], choose: Choose, oak: Neighborhood, resident: User, now: datetime
) -> None:
    choose(resident, paused_until=date(2026, 11, 21))
    assert tell(oak) == 0
    # Midnight in the city is eight hours later in UTC.
    assert tell(oak, source_id=2, at=datetime.fromisoformat("2026-11-21T07:59:59Z")) == 0
    assert tell(oak, source_id=3, at=datetime.fromisoformat("2026-11-21T08:00:00Z")) == 1


def test_quiet_hours_hold_back_what_may_not_break_them(
    tell: Callable[..., int], choose: Choose, oak: Neighborhood, resident: User, newcomer: User, now: datetime
) -> None:
    night = now + timedelta(hours=11)  # 11 p.m. in the city
    morning = datetime.fromisoformat("2026-11-21T15:00:00Z")
    quiet = {"quiet_from": time(22), "quiet_until": time(7)}
    choose(resident, crime_email=Pace.AT_ONCE, **quiet)
    choose(newcomer, crime_email=Pace.AT_ONCE, urgent_breaks_quiet=False, **quiet)
    tell(oak, topic=Topic.CRIME, lane=lanes.MAIL, at=night)
    assert {notice.due_at for notice in Notice.objects.all()} == {morning}
    tell(oak, source_id=2, at=night)
    urgent = Notice.objects.filter(message__source_id=2)
    assert (urgent.get(person=resident).due_at, urgent.get(person=newcomer).due_at) == (night, morning)


def test_a_person_gets_one_notice_though_two_neighborhoods_and_a_move_match(
    news: MakeNews, oak: Neighborhood, elm: Neighborhood, resident: User, now: datetime
) -> None:
    message = make_message(news=news(), at=now)
    assert write_notices(message=message, neighborhood_ids=[oak.pk, elm.pk], at=now) == 1
    assert write_notices(message=message, neighborhood_ids=[oak.pk], at=now) == 0
    move_residency(person=resident, latitude=0.5, longitude=1.5, at=now)
    assert write_notices(message=message, neighborhood_ids=[elm.pk], at=now) == 0
    assert Notice.objects.get().neighborhood_id == oak.pk


def test_whoever_is_left_out_hears_nothing(
    news: MakeNews, oak: Neighborhood, resident: User, newcomer: User, now: datetime
) -> None:
    message = make_message(news=news(), at=now)
    write_notices(message=message, neighborhood_ids=[oak.pk], at=now, except_person_ids=[resident.pk])
    assert told() == {(newcomer.pk, Channel.EMAIL)}


def test_nobody_is_told_of_what_has_ended(news: MakeNews, oak: Neighborhood, resident: User, now: datetime) -> None:
    message = make_message(news=news(), at=now)
    end_message(source=Source.POST, source_id=1, before_version=2, at=now)
    assert write_notices(message=message, neighborhood_ids=[oak.pk], at=now) == 0


def test_an_answer_goes_to_these_people_alone_and_once(
    news: MakeNews, choose: Choose, resident: User, newcomer: User, neighbor: User, now: datetime
) -> None:
    choose(newcomer, replies_email=Pace.NEVER)
    answer = news(source=Source.REPLY, topic=Topic.REPLIES, lane=lanes.MAIL)
    assert tell_people(news=answer, person_ids=[resident.pk, newcomer.pk, resident.pk], at=now) == 1
    assert tell_people(news=answer, person_ids=[resident.pk], at=now) == 0
    assert told() == {(resident.pk, Channel.EMAIL)}
    assert Notice.objects.get().neighborhood_id is None
    assert tell_people(news=news(source_id=9), person_ids=[], at=now) == 0
