"""Does everybody get a digest at their hour, of what is new to them, and nobody one too many?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.services import claim_residency, move_residency
from notifications.models import Digest, Preferences, Pulse, Suppression
from notifications.rules import NoticeState, Pace
from posts.models import Delivery, Feed
from posts.rules import PostKind
from posts.services.corrections import stop_post, withdraw_post
from posts.services.digests import schedule_digests
from tests.accounts.factories import make_resident_account
from tests.community.factories import say
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Friday, 20 November 2026, 6 p.m. in Sacramento.
EVENING = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def choose(person: User, at: datetime = datetime(2026, 9, 1, tzinfo=UTC), **choices: object) -> Preferences:
    row, _ = Preferences.objects.update_or_create(person=person, defaults={**choices, "changed_at": at})
    return row


def end(digest: Digest, state: str = NoticeState.SENT) -> Digest:
    digest.state, digest.ended_at = state, digest.due_at
    digest.save()
    return digest


def digest_of(person: User, **where: object) -> Digest:
    return Digest.objects.get(person=person, **where)


@pytest.fixture
def tell(officer: User, central: PoliceCommand) -> Callable[..., int]:
    """A police post in every neighborhood of Central."""
    return lambda at, **changes: publish(officer, central, at, **changes).pk


def test_whoever_never_chose_gets_one_at_six_in_the_evening(
    resident: User, newcomer: User, faraway: User, tell: Callable[..., int]
) -> None:
    tell(EVENING - 3 * HOUR)
    assert schedule_digests(at=EVENING - timedelta(seconds=1)) == 0
    assert schedule_digests(at=EVENING) == 2
    digest = digest_of(resident)
    assert (digest.pace, str(digest.day), digest.state) == (Pace.DAILY, "2026-11-20", NoticeState.WAITING)
    assert (digest.after_number, digest.upto_number) == (0, 1)
    assert digest.topics == ["crime", "tips", "events", "neighbors"]
    assert digest_of(newcomer).topics == ["crime", "tips", "events"]
    assert not Digest.objects.filter(person=faraway).exists()


def test_one_a_day_however_often_it_is_looked(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR)
    assert schedule_digests(at=EVENING) == 1
    tell(EVENING + HOUR)
    assert schedule_digests(at=EVENING + timedelta(seconds=30)) == 0
    Pulse.objects.all().delete()
    assert schedule_digests(at=EVENING + 2 * HOUR) == 0


def test_nothing_new_makes_no_row(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - 2 * DAY)
    assert schedule_digests(at=EVENING) == 0
    # What comes after the hour waits for the next day.
    tell(EVENING + HOUR)
    assert schedule_digests(at=EVENING + 2 * HOUR) == 0
    assert schedule_digests(at=EVENING + DAY) == 1


def test_a_post_of_a_topic_that_comes_at_once_makes_no_row(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR, kind=PostKind.MISSING_PERSON)
    assert schedule_digests(at=EVENING) == 0


def test_taken_back_or_stopped_posts_make_no_row(
    resident: User, officer: User, tell: Callable[..., int], central: PoliceCommand
) -> None:
    taken_back, stopped = tell(EVENING - 3 * HOUR), tell(EVENING - 3 * HOUR)
    withdraw_post(
        post_id=taken_back, version=1, reason="Wrong street", takes_text_off=False, by=officer, at=EVENING - HOUR
    )
    stop_post(post_id=stopped, version=1, by=officer, at=EVENING - HOUR)
    assert schedule_digests(at=EVENING) == 0


def test_each_hour_is_its_readers_own(resident: User, newcomer: User, tell: Callable[..., int]) -> None:
    choose(newcomer, digest_hour=7)
    tell(EVENING - 12 * HOUR)
    assert schedule_digests(at=EVENING - 11 * HOUR) == 1
    assert digest_of(newcomer).due_at == EVENING - 11 * HOUR
    assert schedule_digests(at=EVENING) == 1
    assert digest_of(resident).due_at == EVENING


def test_missed_hours_are_made_up_on_the_same_day(resident: User, tell: Callable[..., int]) -> None:
    schedule_digests(at=EVENING - 2 * HOUR)
    tell(EVENING - HOUR)
    assert schedule_digests(at=EVENING + 4 * HOUR) == 1
    assert str(digest_of(resident).day) == "2026-11-20"


def test_a_day_that_was_missed_is_in_the_next_days_range(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR)
    schedule_digests(at=EVENING)
    end(digest_of(resident))
    tell(EVENING + HOUR)
    tell(EVENING + 2 * DAY)
    assert schedule_digests(at=EVENING + 3 * DAY) == 1
    digest = digest_of(resident, state=NoticeState.WAITING)
    assert (digest.after_number, digest.upto_number) == (1, 3)


def test_what_did_not_arrive_is_in_the_next_ones_range(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR)
    schedule_digests(at=EVENING)
    end(digest_of(resident), NoticeState.FAILED)
    assert schedule_digests(at=EVENING + DAY) == 1
    digest = digest_of(resident, state=NoticeState.WAITING)
    assert (digest.after_number, digest.upto_number) == (0, 1)


def test_while_one_waits_there_is_no_second(resident: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR)
    schedule_digests(at=EVENING)
    tell(EVENING + HOUR)
    assert schedule_digests(at=EVENING + DAY) == 0


def test_weekly_comes_on_its_weekday_with_the_whole_week(resident: User, tell: Callable[..., int]) -> None:
    choose(resident, crime_email=Pace.WEEKLY, tips_email=Pace.WEEKLY, events_email=Pace.NEVER, digest_weekday=4)
    tell(EVENING - 8 * DAY)
    tell(EVENING - 6 * DAY)
    assert schedule_digests(at=EVENING - DAY) == 0
    assert schedule_digests(at=EVENING) == 1
    digest = digest_of(resident)
    assert (digest.pace, digest.topics) == (Pace.WEEKLY, ["crime", "tips"])
    assert (digest.after_number, digest.upto_number) == (1, 2)


def test_who_paused_left_closed_or_gets_no_mail_has_none(
    resident: User, newcomer: User, neighbor: User, oak: Neighborhood, tell: Callable[..., int]
) -> None:
    choose(resident, paused_until="2026-11-21")
    Suppression.objects.create(person=newcomer, email=newcomer.email.upper(), at=EVENING - DAY)
    User.objects.filter(pk=neighbor.pk).update(is_active=False)
    left = settle(make_resident_account("Lena Gone"), oak, is_verified=False)
    Residency.objects.filter(person=left).update(standing="ended", ended_at=EVENING - DAY)
    tell(EVENING - HOUR)
    assert schedule_digests(at=EVENING) == 0
    # The day on which the pause ends is one without it.
    Pulse.objects.all().delete()
    assert schedule_digests(at=EVENING + 7 * HOUR) == 0
    tell(EVENING + DAY - HOUR)
    assert schedule_digests(at=EVENING + DAY) == 1
    assert digest_of(resident).upto_number == 2


def test_who_joined_today_hears_what_came_since(
    oak: Neighborhood, central: PoliceCommand, tell: Callable[..., int]
) -> None:
    tell(EVENING - 5 * HOUR)
    person = make_resident_account("Nora New")
    center = oak.boundaries.get().center
    claim_residency(person=person, latitude=center.y, longitude=center.x, at=EVENING - 4 * HOUR)
    tell(EVENING - 3 * HOUR)
    assert schedule_digests(at=EVENING) == 1
    assert (digest_of(person).after_number, digest_of(person).upto_number) == (1, 2)


def test_who_moved_this_morning_hears_of_the_new_place_since_the_last_digest(
    resident: User,
    officer: User,
    stranger_officer: User,
    central: PoliceCommand,
    south: PoliceCommand,
    pine: Neighborhood,
) -> None:
    publish(officer, central, EVENING - DAY - HOUR)
    for hours in (30, 26, 20):
        publish(stranger_officer, south, EVENING - hours * HOUR)
    schedule_digests(at=EVENING - DAY)
    end(digest_of(resident))
    center = pine.boundaries.get().center
    move_residency(person=resident, latitude=center.y, longitude=center.x, at=EVENING - 9 * HOUR)
    assert schedule_digests(at=EVENING) == 1
    digest = digest_of(resident, state=NoticeState.WAITING)
    assert digest.neighborhood_id == pine.pk
    # Of the three posts there, two are older than what the last digest told until.
    assert (digest.after_number, digest.upto_number) == (2, 3)


def test_who_moved_where_nothing_is_new_has_none(
    resident: User, officer: User, central: PoliceCommand, south: PoliceCommand, pine: Neighborhood
) -> None:
    publish(officer, central, EVENING - DAY - HOUR)
    schedule_digests(at=EVENING - DAY)
    end(digest_of(resident))
    center = pine.boundaries.get().center
    move_residency(person=resident, latitude=center.y, longitude=center.x, at=EVENING - 9 * HOUR)
    publish(officer, central, EVENING - HOUR)
    assert schedule_digests(at=EVENING) == 0


@pytest.mark.parametrize(
    ("night", "hour"),
    [
        # 1 November 2026: 1 a.m. comes twice. 8 March 2026: 2 a.m. does not come.
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 2),
    ],
)
def test_a_night_when_clocks_are_set_brings_exactly_one(
    night: datetime, hour: int, resident: User, tell: Callable[..., int]
) -> None:
    Residency.objects.update(claimed_at=night - 90 * DAY)
    choose(resident, night - 60 * DAY, digest_hour=hour)
    schedule_digests(at=night - 3 * HOUR)
    written = 0
    for quarter in range(-8, 24):
        at = night + quarter * HOUR / 4
        tell(at - timedelta(minutes=1))
        written += schedule_digests(at=at)
    assert written == 1
    due_at = digest_of(resident).due_at
    # The first 1 a.m. is at 8 h UTC, and what would be 2 a.m. in March is 3 a.m., at 10 h UTC.
    assert due_at == night.replace(hour=8 if hour == 1 else 10)


def test_a_clock_that_goes_back_doubles_nothing(resident: User, newcomer: User, tell: Callable[..., int]) -> None:
    tell(EVENING - HOUR)
    choose(newcomer, digest_hour=17)
    assert schedule_digests(at=EVENING) == 2
    assert schedule_digests(at=EVENING - HOUR) == 0
    assert schedule_digests(at=EVENING - DAY) == 0
    tell(EVENING + HOUR)
    for digest in Digest.objects.all():
        end(digest)
    assert schedule_digests(at=EVENING + timedelta(minutes=1)) == 0
    assert schedule_digests(at=EVENING + DAY) == 2


def test_an_hour_chosen_today_counts_today_even_if_it_is_over(resident: User, tell: Callable[..., int]) -> None:
    noon = EVENING - 6 * HOUR
    tell(noon - HOUR)
    assert schedule_digests(at=noon) == 0
    choose(resident, noon, digest_hour=9)
    assert schedule_digests(at=noon + timedelta(minutes=1)) == 1
    assert schedule_digests(at=noon + timedelta(minutes=2)) == 0


def test_from_weekly_to_daily_nothing_falls_between(resident: User, tell: Callable[..., int]) -> None:
    choose(resident, crime_email=Pace.WEEKLY, digest_weekday=4)
    schedule_digests(at=EVENING - 7 * DAY)
    tell(EVENING - 6 * DAY, kind=PostKind.SAFETY_TIP)
    tell(EVENING - 6 * DAY)
    for day in range(6, 0, -1):
        if day == 3:
            tell(EVENING - day * DAY)
            tell(EVENING - day * DAY, kind=PostKind.SAFETY_TIP)
        schedule_digests(at=EVENING - day * DAY + timedelta(minutes=1))
        for digest in Digest.objects.filter(state=NoticeState.WAITING):
            end(digest)
    assert not Digest.objects.filter(pace=Pace.WEEKLY).exists()
    schedule_digests(at=EVENING)
    weekly = end(digest_of(resident, pace=Pace.WEEKLY))
    assert (weekly.after_number, weekly.upto_number) == (0, 4)
    tell(EVENING + DAY)
    choose(resident, EVENING + DAY + HOUR, crime_email=Pace.DAILY)
    assert schedule_digests(at=EVENING + 2 * DAY) == 1
    daily = digest_of(resident, state=NoticeState.WAITING)
    assert (daily.pace, daily.after_number, daily.upto_number) == (Pace.DAILY, 4, 5)


def test_word_of_neighbors_alone_makes_one_for_the_verified(
    resident: User, newcomer: User, neighbor: User, now: datetime
) -> None:
    say(resident, EVENING - HOUR)
    assert schedule_digests(at=EVENING) == 1
    digest = end(digest_of(resident), NoticeState.SUPERSEDED)
    assert digest.room_number > 0
    # Nothing has changed there since.
    assert schedule_digests(at=EVENING + DAY) == 0
    say(resident, EVENING + DAY + HOUR)
    assert schedule_digests(at=EVENING + 2 * DAY) == 1


def test_a_corrected_post_is_not_news_to_whoever_comes_later(
    resident: User, tell: Callable[..., int], oak: Neighborhood
) -> None:
    post_id = tell(EVENING - HOUR)
    schedule_digests(at=EVENING)
    end(digest_of(resident))
    # As a correction leaves it.
    Feed.objects.filter(neighborhood=oak).update(number=2)
    Delivery.objects.filter(post_id=post_id, neighborhood=oak).update(feed_number=2, earlier_numbers=[1], version=2)
    assert schedule_digests(at=EVENING + DAY) == 0


def test_chunks_leave_nobody_out(oak: Neighborhood, tell: Callable[..., int]) -> None:
    people = [settle(make_resident_account(f"Person Number{n}"), oak, is_verified=False) for n in range(7)]
    tell(EVENING - HOUR)
    assert schedule_digests(at=EVENING, chunk_size=3) == 7
    assert set(Digest.objects.values_list("person_id", flat=True)) == {person.pk for person in people}
