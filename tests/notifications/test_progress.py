"""Are notices and digests counted by what became of each row?"""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.models import Digest, Message, Notice, Preferences, Suppression
from notifications.rules import Channel, NoticeState, Pace, Source, Topic
from notifications.rules.retries import MAX_ATTEMPTS
from notifications.selectors.progress import (
    DigestCount,
    Moments,
    NoticeCount,
    count_digests,
    count_notices,
    moments_of,
    troubles_of,
)
from tests.notifications.sending.factories import make_message, make_notice

MINUTE = timedelta(minutes=1)


@pytest.fixture
def message(now: datetime, db: None) -> Message:
    return make_message(now)


def standings(message: Message, at: datetime) -> dict[str, int]:
    return {row.standing: row.count for row in count_notices(Source.POST, message.source_id, at=at)}


def end(notice: Notice, state: NoticeState, at: datetime, **changes: object) -> None:
    Notice.objects.filter(pk=notice.pk).update(state=state, ended_at=at, lease_until=None, **changes)


def test_each_notice_counts_once_where_it_stands(
    message: Message, resident: User, newcomer: User, neighbor: User, oak: Neighborhood, now: datetime
) -> None:
    waits = make_notice(message, resident, now, neighborhood=oak)
    pushed = make_notice(message, resident, now, neighborhood=oak, channel=Channel.PUSH)
    assert count_notices(Source.POST, message.source_id, at=now) == [
        NoticeCount(1, oak.pk, Channel.EMAIL, "waiting", 1, 0),
        NoticeCount(1, oak.pk, Channel.PUSH, "waiting", 1, 0),
    ]
    Notice.objects.filter(pk=pushed.pk).update(lease_until=now + MINUTE)
    end(make_notice(message, newcomer, now), NoticeState.FAILED, now)
    end(make_notice(message, neighbor, now), NoticeState.SUPERSEDED, now)
    assert standings(message, now) == {"waiting": 1, "going": 1, "failed": 1, "superseded": 1}
    # The lease ran out: nobody has it.
    after = [row.count for row in count_notices(Source.POST, message.source_id, at=now + 2 * MINUTE)]
    assert sum(after) == 4
    assert "going" not in standings(message, now + 2 * MINUTE)
    end(waits, NoticeState.SENT, now)
    assert standings(message, now)["sent"] == 1


def test_what_an_ended_message_leaves_behind_is_superseded_at_once(
    message: Message, resident: User, newcomer: User, now: datetime
) -> None:
    make_notice(message, resident, now)
    on_its_way = make_notice(message, newcomer, now)
    Notice.objects.filter(pk=on_its_way.pk).update(lease_until=now + MINUTE)
    Message.objects.filter(pk=message.pk).update(ended_at=now)
    assert standings(message, now) == {"superseded": 1, "going": 1}


def test_moments_tell_when_half_and_all_had_ended(
    message: Message, resident: User, newcomer: User, neighbor: User, now: datetime
) -> None:
    first = make_notice(message, resident, now)
    second = make_notice(message, newcomer, now)
    end(make_notice(message, neighbor, now), NoticeState.SUPERSEDED, now)
    assert moments_of(Source.POST, message.source_id, at=now) == {1: Moments(None, None, None, None, None)}
    end(first, NoticeState.SENT, now + MINUTE)
    half = moments_of(Source.POST, message.source_id, at=now)[1]
    assert half == Moments(None, now + MINUTE, now + MINUTE, None, None)
    end(second, NoticeState.FAILED, now + 2 * MINUTE)
    assert moments_of(Source.POST, message.source_id, at=now)[1].all == now + 2 * MINUTE


def test_troubles_tell_what_will_be_tried_again_and_what_never(
    message: Message, resident: User, newcomer: User, neighbor: User, oak: Neighborhood, now: datetime
) -> None:
    gone, ran_out, again = (
        make_notice(message, person, now, neighborhood=oak) for person in (resident, newcomer, neighbor)
    )
    end(gone, NoticeState.FAILED, now, attempts=1, reason="550 gone")
    end(ran_out, NoticeState.FAILED, now, attempts=MAX_ATTEMPTS, reason="452 full")
    Notice.objects.filter(pk=again.pk).update(attempts=2, reason="451 later", due_at=now + MINUTE)
    found = {t.reason: t for t in troubles_of(Source.POST, message.source_id, version=1)}
    assert {reason: t.is_permanent for reason, t in found.items()} == {
        "550 gone": True,
        "452 full": False,
        "451 later": False,
    }
    assert {reason: t.next_at for reason, t in found.items()} == {
        "550 gone": None,
        "452 full": None,
        "451 later": now + MINUTE,
    }
    assert all((t.neighborhood_id, t.count) == (oak.pk, 1) for t in found.values())
    assert troubles_of(Source.POST, message.source_id, version=2) == []


def test_digest_readers_are_those_who_want_it_and_can_get_it(
    resident: User, newcomer: User, neighbor: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    places = {oak.pk: 7, elm.pk: 3}
    assert count_digests(Topic.CRIME, places) == {oak.pk: DigestCount(0, 2), elm.pk: DigestCount(0, 1)}
    # Whoever never chose is told of urgent posts at once.
    assert count_digests(Topic.URGENT, places)[oak.pk] == DigestCount(0, 0)
    Preferences.objects.create(person=resident, crime_email=Pace.AT_ONCE, urgent_email=Pace.WEEKLY, changed_at=now)
    assert count_digests(Topic.CRIME, places)[oak.pk] == DigestCount(0, 1)
    assert count_digests(Topic.URGENT, places)[oak.pk] == DigestCount(0, 1)
    Suppression.objects.create(person=newcomer, email=newcomer.email, at=now)
    assert count_digests(Topic.CRIME, places)[oak.pk] == DigestCount(0, 0)


@pytest.mark.parametrize(
    ("after", "upto", "topics", "state", "count"),
    [
        (6, 7, ["crime", "tips"], NoticeState.SENT, DigestCount(1, 1)),
        (7, 9, ["crime"], NoticeState.SENT, DigestCount(0, 2)),
        (0, 6, ["crime"], NoticeState.SENT, DigestCount(0, 2)),
        (0, 9, ["tips"], NoticeState.SENT, DigestCount(0, 2)),
        (0, 9, ["crime"], NoticeState.FAILED, DigestCount(0, 2)),
    ],
)
def test_digest_that_went_out_carried_what_lies_in_its_range(
    after: int,
    upto: int,
    topics: list[str],
    state: NoticeState,
    count: DigestCount,
    resident: User,
    newcomer: User,
    oak: Neighborhood,
    now: datetime,
) -> None:
    Digest.objects.create(
        person=resident,
        pace=Pace.DAILY,
        day=now.date(),
        neighborhood=oak,
        after_number=after,
        upto_number=upto,
        topics=topics,
        state=state,
        due_at=now,
        ended_at=now,
    )
    assert count_digests(Topic.CRIME, {oak.pk: 7})[oak.pk] == count
