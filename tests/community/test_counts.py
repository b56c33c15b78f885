"""Which numbers do the triggers keep, and does a room's number rise with everything its readers can notice?"""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from community.models import WeekCount
from community.rules import RoomRule
from community.selectors.room import room_number
from community.services import (
    appeal,
    block,
    decide_appeal,
    delete_comment,
    delete_post,
    mute,
    remove,
    report,
    take_thanks_back,
    thank,
    unblock,
    unmute,
)
from neighborhoods.models import Neighborhood
from tests.community.factories import answer, home_of, make_lead, report_post, say


def raised(place: Neighborhood, act: Callable[[], object]) -> bool:
    before = room_number(place.pk)
    act()
    return room_number(place.pk) > before


def test_a_room_nobody_wrote_in_has_number_nought(oak: Neighborhood) -> None:
    assert room_number(oak.pk) == 0


def test_whatever_readers_can_notice_raises_the_number(
    side_by_side: None, oak: Neighborhood, resident: User, rosa: User, jun: User, moderator: User, now: datetime
) -> None:
    made: dict[str, int] = {}
    home = home_of(rosa)

    def keep(name: str, act: Callable[[], int]) -> Callable[[], None]:
        return lambda: made.update({name: act()})

    assert raised(oak, keep("post", lambda: say(resident, now)))
    assert raised(oak, keep("comment", lambda: answer(rosa, made["post"], now)))
    assert raised(oak, lambda: thank(residency=home, post_id=made["post"], at=now))
    assert raised(oak, lambda: take_thanks_back(residency=home, post_id=made["post"], at=now))
    assert raised(oak, lambda: mute(person_id=jun.pk, other_id=rosa.pk, at=now))
    assert raised(oak, lambda: unmute(person_id=jun.pk, other_id=rosa.pk, at=now))
    assert raised(oak, lambda: block(person_id=jun.pk, other_id=rosa.pk, at=now))
    assert raised(oak, lambda: unblock(person_id=jun.pk, other_id=rosa.pk, at=now))
    assert raised(oak, lambda: delete_comment(person_id=rosa.pk, comment_id=made["comment"], at=now))
    make_lead(jun, moderator, now)
    report_id = report_post(rosa, made["post"], now)
    assert raised(oak, keep("removal", lambda: remove(report_id=report_id, by=jun, rule=RoomRule.SPAM, at=now)))
    appeal(person_id=resident.pk, removal_id=made["removal"], text="Mine", at=now)
    assert raised(
        oak,
        lambda: decide_appeal(removal_id=made["removal"], by=moderator, overturn=True, reason="x", at=now),
    )
    assert raised(oak, lambda: delete_post(person_id=resident.pk, post_id=made["post"], at=now))


def test_what_changes_nothing_raises_nothing(
    oak: Neighborhood, resident: User, rosa: User, faraway: User, now: datetime
) -> None:
    post_id = say(resident, now)
    thank(residency=home_of(rosa), post_id=post_id, at=now)
    for act in (
        lambda: thank(residency=home_of(rosa), post_id=post_id, at=now),
        lambda: unmute(person_id=rosa.pk, other_id=resident.pk, at=now),
        lambda: report(person_id=rosa.pk, subject_kind="post", subject_id=post_id, rule="spam", note="", at=now),
        lambda: say(faraway, now),
    ):
        assert not raised(oak, act)


def test_adjoining_rooms_rise_too_and_others_do_not(
    side_by_side: None, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User, now: datetime
) -> None:
    assert raised(elm, lambda: say(resident, now, is_open_to_adjoining=True))
    assert not raised(pine, lambda: say(resident, now, is_open_to_adjoining=True))


def test_a_comment_is_noticed_around_the_post_even_when_its_author_moved_away(
    side_by_side: None,
    oak: Neighborhood,
    elm: Neighborhood,
    pine: Neighborhood,
    resident: User,
    neighbor: User,
    now: datetime,
) -> None:
    comment_id = answer(neighbor, say(resident, now, is_open_to_adjoining=True), now)
    residency = home_of(neighbor)
    residency.neighborhood = pine
    residency.save(update_fields=["neighborhood"])
    before = room_number(elm.pk)
    assert raised(oak, lambda: delete_comment(person_id=neighbor.pk, comment_id=comment_id, at=now))
    assert room_number(elm.pk) == before + 1


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        (datetime(2026, 11, 16, 0, 0, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 15, 23, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), date(2026, 11, 16)),
    ],
)
def test_a_week_begins_on_monday(resident: User, at: datetime, monday: date) -> None:
    say(resident, at)
    assert WeekCount.objects.get().week_on == monday


def test_a_week_counts_what_was_written_and_forgets_nothing_of_it(
    side_by_side: None, oak: Neighborhood, elm: Neighborhood, resident: User, neighbor: User, now: datetime
) -> None:
    posts = [say(resident, now, is_open_to_adjoining=True) for _ in range(2)]
    answer(neighbor, posts[0], now)
    answer(resident, posts[0], now)
    delete_post(person_id=resident.pk, post_id=posts[0], at=now)
    counts = WeekCount.objects.order_by("neighborhood__name").values_list(
        "neighborhood__name", "post_count", "comment_count"
    )
    assert list(counts) == [("Elm", 0, 1), ("Oak", 2, 1)]
