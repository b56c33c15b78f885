"""Which digests may leave, to whom, and which end before they do?"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from neighborhoods.models import Neighborhood, Residency
from notifications.models import Digest, Preferences, Suppression
from notifications.rules import NoticeState, Pace, Topic
from notifications.services.digests import claims
from notifications.services.preferences import CHOSE_OTHERWISE, PAUSED
from notifications.services.sending.claims import CLOSED, SUPPRESSED
from tests.notifications.digests.factories import make_digest

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
# Friday, 20 November 2026, 6 p.m. in Sacramento.
EVENING = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_a_claimed_digest_knows_its_reader(resident: User, oak: Neighborhood) -> None:
    Preferences.objects.create(person=resident, digest_hour=7, digest_weekday=2, changed_at=EVENING - 60 * DAY)
    row = make_digest(resident, oak, EVENING)
    batch = claims.claim(at=EVENING)
    (digest,) = batch.digests
    assert (digest.id, digest.person_id, digest.address, digest.place) == (row.pk, resident.pk, resident.email, "Oak")
    assert (digest.pace, digest.topics) == (Pace.DAILY, (Topic.CRIME, Topic.TIPS))
    assert (digest.after_number, digest.upto_number, digest.attempts) == (0, 3, 0)
    assert (digest.hour, digest.weekday) == (7, 2)
    assert digest.since == EVENING - DAY
    assert digest.may_repeat is False
    row.refresh_from_db()
    assert (row.state, row.lease_until) == (NoticeState.WAITING, batch.lease_until)


def test_only_what_is_due_and_free_is_claimed_oldest_first(
    resident: User, newcomer: User, neighbor: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    later = make_digest(resident, oak, EVENING)
    earlier = make_digest(newcomer, oak, EVENING - SECOND)
    make_digest(neighbor, elm, EVENING + SECOND)
    assert [digest.id for digest in claims.claim(at=EVENING).digests] == [earlier.pk, later.pk]
    assert claims.claim(at=EVENING).looked_at_count == 0
    after_lease = EVENING + timedelta(seconds=61)
    assert claims.claim(at=after_lease).looked_at_count == 3


def test_since_is_when_the_one_before_it_left(resident: User, oak: Neighborhood) -> None:
    earlier = make_digest(resident, oak, EVENING - 3 * DAY)
    claims.claim(at=EVENING - 3 * DAY)
    claims.mark_sent(digest_id=earlier.pk, post_count=1, at=EVENING - 3 * DAY + SECOND)
    make_digest(resident, oak, EVENING)
    (digest,) = claims.claim(at=EVENING).digests
    assert digest.since == EVENING - 3 * DAY + SECOND


def close(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def suppress(person: User) -> None:
    Suppression.objects.create(person=person, email=person.email.title(), at=EVENING)


def leave(person: User) -> None:
    Residency.objects.filter(person=person).update(standing="ended", ended_at=EVENING)


def choose(**choices: object) -> Callable[[User], None]:
    def change(person: User) -> None:
        Preferences.objects.create(person=person, changed_at=EVENING, **choices)

    return change


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        (close, NoticeState.SUPERSEDED, CLOSED),
        (suppress, NoticeState.FAILED, SUPPRESSED),
        (leave, NoticeState.SUPERSEDED, claims.MOVED),
        (choose(paused_until="2026-11-21"), NoticeState.SUPERSEDED, PAUSED),
        (choose(crime_email="never", tips_email="weekly"), NoticeState.SUPERSEDED, CHOSE_OTHERWISE),
        (choose(paused_until="2026-11-20"), NoticeState.WAITING, ""),
        (choose(digest_hour=9), NoticeState.WAITING, ""),
    ],
)
def test_what_must_not_leave_ends_as_it_is_claimed(
    resident: User, oak: Neighborhood, change: Callable[[User], None], state: str, reason: str
) -> None:
    row = make_digest(resident, oak, EVENING)
    change(resident)
    batch = claims.claim(at=EVENING)
    row.refresh_from_db()
    assert (row.state, row.reason) == (state, reason)
    assert batch.looked_at_count == 1
    assert [digest.id for digest in batch.digests] == ([row.pk] if state == NoticeState.WAITING else [])
    assert (row.ended_at is None) == (state == NoticeState.WAITING)


def test_a_topic_that_is_wanted_no_more_is_left_out(resident: User, newcomer: User, oak: Neighborhood) -> None:
    for person in (resident, newcomer):
        make_digest(person, oak, EVENING, topics=(Topic.CRIME, Topic.EVENTS, Topic.NEIGHBORS))
    Preferences.objects.create(person=resident, crime_email=Pace.AT_ONCE, changed_at=EVENING)
    topics = {digest.person_id: digest.topics for digest in claims.claim(at=EVENING).digests}
    assert topics[resident.pk] == (Topic.EVENTS, Topic.NEIGHBORS)
    # Not verified, so that nothing is told of neighbors.
    assert topics[newcomer.pk] == (Topic.CRIME, Topic.EVENTS)
    assert Digest.objects.get(person=resident).topics == ["events", "neighbors"]


@pytest.mark.parametrize(("days_ago", "may_repeat"), [(30, True), (32, False)])
def test_whoever_chose_otherwise_lately_may_know_some_of_it(
    resident: User, oak: Neighborhood, days_ago: int, may_repeat: bool
) -> None:
    make_digest(resident, oak, EVENING)
    Preferences.objects.create(person=resident, changed_at=EVENING - days_ago * DAY)
    (digest,) = claims.claim(at=EVENING).digests
    assert digest.may_repeat is may_repeat


def test_what_a_boundary_moved_may_be_known_from_the_old_place(
    resident: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    earlier = make_digest(resident, oak, EVENING - DAY)
    claims.mark_sent(digest_id=earlier.pk, post_count=1, at=EVENING - DAY)
    Residency.objects.filter(person=resident).update(neighborhood=elm)
    make_digest(resident, elm, EVENING)
    (digest,) = claims.claim(at=EVENING).digests
    assert digest.may_repeat is True


def test_only_who_holds_the_lease_may_send_and_renew(resident: User, oak: Neighborhood) -> None:
    row = make_digest(resident, oak, EVENING)
    first = claims.claim(at=EVENING)
    claims.renew(first, digest_ids=[row.pk], at=EVENING + 30 * SECOND)
    assert claims.held(first, digest_ids=[row.pk]) == {row.pk}
    assert claims.claim(at=EVENING + 61 * SECOND).looked_at_count == 0
    second = claims.claim(at=EVENING + 91 * SECOND)
    assert claims.held(first, digest_ids=[row.pk]) == frozenset()
    # Whoever held it may have sent it.
    assert [digest.attempts for digest in second.digests] == [1]
    claims.renew(first, digest_ids=[row.pk], at=EVENING + 95 * SECOND)
    claims.give_back(first, digest_ids=[row.pk])
    assert claims.held(second, digest_ids=[row.pk]) == {row.pk}
    claims.give_back(second, digest_ids=[row.pk])
    assert claims.is_anything_due(at=EVENING + 91 * SECOND)


def test_outcomes_are_kept(
    resident: User, newcomer: User, neighbor: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    sent, failed = make_digest(resident, oak, EVENING), make_digest(newcomer, oak, EVENING)
    again = make_digest(neighbor, elm, EVENING)
    claims.claim(at=EVENING)
    claims.mark_sent(digest_id=sent.pk, post_count=3, at=EVENING + SECOND)
    claims.mark_failed(digest_id=failed.pk, reason="550 no", at=EVENING + SECOND)
    claims.retry_later(digest_id=again.pk, reason="451 later", due_at=EVENING + 60 * SECOND)
    # What has ended stays as it is.
    claims.mark_superseded(digest_ids=[sent.pk, failed.pk], reason="late", at=EVENING + 2 * SECOND)
    for row in (sent, failed, again):
        row.refresh_from_db()
    assert (sent.state, sent.post_count, sent.reason, sent.attempts) == (NoticeState.SENT, 3, "", 1)
    assert (failed.state, failed.reason, failed.ended_at) == (NoticeState.FAILED, "550 no", EVENING + SECOND)
    assert (again.state, again.reason, again.attempts) == (NoticeState.WAITING, "451 later", 1)
    assert (again.due_at, again.lease_until) == (EVENING + 60 * SECOND, None)


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_share_what_waits(resident: User, newcomer: User, oak: Neighborhood) -> None:
    for person in (resident, newcomer):
        make_digest(person, oak, EVENING)
    taken: list[int] = []
    barrier = threading.Barrier(2)

    def claim() -> None:
        barrier.wait()
        taken.extend(digest.person_id for digest in claims.claim(at=EVENING).digests)
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted([resident.pk, newcomer.pk])
