"""Which notices may leave now, by whom, and what is kept of what became of them?"""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from core.lanes import MAIL, URGENT
from neighborhoods.models import Neighborhood
from notifications.models import Message, Preferences, Suppression
from notifications.rules import RANK_OF_CORRECTIONS, Channel, NoticeState, Source, Topic
from notifications.services.sending import claims
from tests.notifications.sending.factories import make_message, make_notice

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def claim(at: datetime, *, lane: str = MAIL, channel: Channel = Channel.EMAIL, limit: int = 10) -> claims.Batch:
    return claims.claim(lane=lane, channel=channel, at=at, limit=limit)


def ids(batch: claims.Batch) -> list[int]:
    return [notice.id for notice in batch.notices]


def test_a_claim_says_all_that_sending_needs(resident: User, oak: Neighborhood, now: datetime) -> None:
    message = make_message(now)
    notice = make_notice(message, resident, now, neighborhood=oak)
    (claimed,) = claim(now).notices
    assert claimed == claims.ClaimedNotice(
        id=notice.pk,
        message_id=message.pk,
        person_id=resident.pk,
        address=resident.email,
        place="Oak",
        topic="crime",
        attempts=0,
    )


def test_push_learns_no_address_and_an_answer_to_one_person_has_no_place(resident: User, now: datetime) -> None:
    make_notice(make_message(now), resident, now, channel=Channel.PUSH)
    assert claim(now).notices == []
    (claimed,) = claim(now, channel=Channel.PUSH).notices
    assert (claimed.address, claimed.place) == ("", "")


def test_each_lane_and_channel_claims_its_own_and_only_what_is_due(
    resident: User, neighbor: User, faraway: User, now: datetime
) -> None:
    urgent = make_notice(make_message(now, lane=URGENT), resident, now)
    bulk = make_message(now)
    first = make_notice(bulk, neighbor, now)
    tomorrow = make_notice(bulk, faraway, now + SECOND)
    assert ids(claim(now, lane=URGENT)) == [urgent.pk]
    assert ids(claim(now)) == [first.pk]
    assert ids(claim(now + SECOND)) == [tomorrow.pk]


def test_corrections_come_first_then_what_has_waited_longest(
    resident: User, neighbor: User, faraway: User, now: datetime
) -> None:
    message, correction = make_message(now), make_message(now)
    late = make_notice(message, resident, now)
    early = make_notice(message, neighbor, now - SECOND)
    first = make_notice(correction, faraway, now, rank=RANK_OF_CORRECTIONS)
    assert ids(claim(now, limit=2)) == [first.pk, early.pk]
    assert ids(claim(now)) == [late.pk]


def test_a_correction_for_everybody_leaves_room_for_the_news_behind_it(
    resident: User, neighbor: User, faraway: User, newcomer: User, now: datetime
) -> None:
    correction = make_message(now)
    corrections = [make_notice(correction, person, now, rank=RANK_OF_CORRECTIONS) for person in (resident, neighbor)]
    corrections += [make_notice(correction, faraway, now, rank=RANK_OF_CORRECTIONS)]
    alert = make_notice(make_message(now), newcomer, now)
    assert ids(claim(now, limit=2)) == [corrections[0].pk, alert.pk]
    assert ids(claim(now, limit=2)) == [corrections[1].pk, corrections[2].pk]


NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}


@pytest.mark.parametrize(
    ("topic", "breaks", "leaves"),
    [(Topic.CRIME, True, False), (Topic.URGENT, True, True), (Topic.URGENT, False, False)],
)
def test_what_did_not_leave_by_day_waits_for_the_end_of_quiet_hours(
    resident: User, now: datetime, topic: Topic, breaks: bool, leaves: bool
) -> None:
    Preferences.objects.create(person=resident, changed_at=now, urgent_breaks_quiet=breaks, **NIGHT)
    notice = make_notice(make_message(now, topic=topic), resident, now)
    at_eleven, at_seven = now + 11 * HOUR, now + 19 * HOUR
    batch = claim(at_eleven)
    assert (ids(batch) == [notice.pk], batch.looked_at_count) == (leaves, 1)
    if not leaves:
        notice.refresh_from_db()
        assert (notice.state, notice.due_at, notice.lease_until) == (NoticeState.WAITING, at_seven, None)
        assert claim(at_seven - SECOND).looked_at_count == 0
        assert ids(claim(at_seven)) == [notice.pk]


def test_the_test_of_ones_own_devices_keeps_no_quiet_hours(resident: User, now: datetime) -> None:
    Preferences.objects.create(person=resident, changed_at=now, **NIGHT)
    message = make_message(now)
    Message.objects.filter(pk=message.pk).update(source=Source.PUSH_TEST)
    notice = make_notice(message, resident, now, channel=Channel.PUSH)
    assert ids(claim(now + 11 * HOUR, channel=Channel.PUSH)) == [notice.pk]


def test_an_address_that_changed_since_the_claim_gets_nothing_more(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    batch = claim(now)
    User.objects.filter(pk=resident.pk).update(email="new@example.test")
    assert claims.held(batch, notice_ids=[notice.pk], at=now) == frozenset()
    (again,) = claim(now + claims.LEASE + SECOND).notices
    assert again.address == "new@example.test"


def test_a_claimed_notice_is_nobody_elses_until_its_lease_runs_out(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    first = claim(now)
    assert claim(now + claims.LEASE).looked_at_count == 0
    second = claim(now + claims.LEASE + SECOND)
    assert ids(second) == [notice.pk]
    # The first one slept through its lease and sends nothing of it.
    assert claims.held(first, notice_ids=ids(first), at=now) == frozenset()
    assert claims.held(second, notice_ids=ids(second), at=now) == {notice.pk}


def test_a_lease_that_ran_out_counts_as_a_try(resident: User, now: datetime) -> None:
    """Whoever had it may have sent it, so a correction is for that person, too."""
    notice = make_notice(make_message(now), resident, now)
    claims.give_back(claim(now), notice_ids=[notice.pk])
    claim(now)
    (again,) = claim(now + claims.LEASE + SECOND).notices
    assert again.attempts == 1
    notice.refresh_from_db()
    assert notice.attempts == 1


def test_a_clock_that_goes_back_neither_loses_nor_doubles(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    before = now - timedelta(hours=1)
    assert claim(before).looked_at_count == 0
    batch = claim(now)
    assert claim(before).looked_at_count == 0
    claims.retry_later(notice_ids=ids(batch), due_at=before, reason="later")
    assert ids(claim(before)) == [notice.pk]


def test_progress_keeps_a_lease_and_silence_loses_it(resident: User, neighbor: User, now: datetime) -> None:
    message = make_message(now)
    notices = [make_notice(message, person, now).pk for person in (resident, neighbor)]
    batch = claim(now)
    later = now + timedelta(seconds=40)
    claims.renew(batch, notice_ids=notices[1:], at=later)
    assert batch.lease_until == later + claims.LEASE
    assert claims.held(batch, notice_ids=notices, at=later) == {notices[1]}
    assert ids(claim(now + claims.LEASE + SECOND)) == [notices[0]]


def test_who_lost_a_lease_cannot_renew_or_give_back_what_another_has(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    slow = claim(now)
    later = now + claims.LEASE + SECOND
    quick = claim(later)
    claims.give_back(slow, notice_ids=[notice.pk])
    claims.renew(slow, notice_ids=[notice.pk], at=later)
    assert claims.held(quick, notice_ids=[notice.pk], at=later) == {notice.pk}
    claims.give_back(quick, notice_ids=[notice.pk])
    assert ids(claim(later)) == [notice.pk]


def test_what_was_stopped_ends_superseded_before_and_after_a_claim(
    resident: User, neighbor: User, now: datetime
) -> None:
    stopped, other = make_message(now), make_message(now)
    first = make_notice(stopped, resident, now)
    stopped.ended_at = now
    stopped.save()
    batch = claim(now)
    assert (batch.notices, batch.looked_at_count) == ([], 1)

    second = make_notice(other, neighbor, now)
    batch = claim(now)
    other.ended_at = now
    other.save()
    assert claims.held(batch, notice_ids=[second.pk], at=now) == frozenset()
    for notice in (first, second):
        notice.refresh_from_db()
        assert (notice.state, notice.reason, notice.ended_at) == (NoticeState.SUPERSEDED, claims.ENDED, now)
        assert notice.lease_until is None


def test_a_closed_account_is_told_nothing(resident: User, neighbor: User, now: datetime) -> None:
    message = make_message(now)
    closed, open_one = make_notice(message, resident, now), make_notice(message, neighbor, now)
    resident.is_active = False
    resident.save()
    assert ids(claim(now)) == [open_one.pk]
    closed.refresh_from_db()
    assert (closed.state, closed.reason) == (NoticeState.SUPERSEDED, claims.CLOSED)


def test_an_address_that_mail_came_back_from_gets_none_until_it_changes(
    resident: User, neighbor: User, now: datetime
) -> None:
    message = make_message(now)
    Suppression.objects.create(person=resident, email=resident.email.upper(), at=now)
    Suppression.objects.create(person=neighbor, email="old@example.test", at=now)
    suppressed, changed = make_notice(message, resident, now), make_notice(message, neighbor, now)
    push = make_notice(message, resident, now, channel=Channel.PUSH)
    assert ids(claim(now)) == [changed.pk]
    suppressed.refresh_from_db()
    assert (suppressed.state, suppressed.reason) == (NoticeState.FAILED, claims.SUPPRESSED)
    assert ids(claim(now, channel=Channel.PUSH)) == [push.pk]


def test_sent_is_sent_even_if_it_was_stopped_on_its_way(resident: User, neighbor: User, now: datetime) -> None:
    message = make_message(now)
    notices = [make_notice(message, person, now) for person in (resident, neighbor)]
    both = ids(claim(now))
    claims.mark_superseded(notice_ids=both[:1], at=now, reason="The person unsubscribed.")
    claims.mark_sent(notice_ids=both, at=now + SECOND)
    for notice in notices:
        notice.refresh_from_db()
        assert (notice.state, notice.reason, notice.ended_at) == (NoticeState.SENT, "", now + SECOND)
        assert (notice.attempts, notice.lease_until) == (1, None)


def test_what_has_ended_is_neither_failed_nor_tried_again(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    claims.mark_sent(notice_ids=[notice.pk], at=now)
    claims.mark_failed(notice_ids=[notice.pk], at=now + SECOND, reason="refused")
    claims.retry_later(notice_ids=[notice.pk], due_at=now, reason="refused")
    claims.mark_superseded(notice_ids=[notice.pk], at=now, reason="late")
    notice.refresh_from_db()
    assert (notice.state, notice.reason, notice.ended_at, notice.attempts) == (NoticeState.SENT, "", now, 1)


def test_a_refusal_for_now_waits_with_its_words_and_one_for_good_ends(
    resident: User, neighbor: User, now: datetime
) -> None:
    message = make_message(now)
    later, never = make_notice(message, resident, now), make_notice(message, neighbor, now)
    claim(now)
    claims.retry_later(notice_ids=[later.pk], due_at=now + SECOND, reason="450 come back")
    claims.mark_failed(notice_ids=[never.pk], at=now, reason="550 unknown")
    later.refresh_from_db()
    never.refresh_from_db()
    assert (later.state, later.attempts, later.reason) == (NoticeState.WAITING, 1, "450 come back")
    assert (never.state, never.attempts, never.reason) == (NoticeState.FAILED, 1, "550 unknown")
    assert not claims.is_anything_due(lane=MAIL, channel=Channel.EMAIL, at=now)
    assert claims.is_anything_due(lane=MAIL, channel=Channel.EMAIL, at=now + SECOND)
    (again,) = claim(now + SECOND).notices
    assert again.attempts == 1


def test_a_claim_costs_two_statements_however_many_wait(
    resident: User, neighbor: User, faraway: User, now: datetime, django_assert_num_queries: Any
) -> None:
    message = make_message(now)
    with django_assert_num_queries(2):
        claim(now)
    for person in (resident, neighbor, faraway):
        make_notice(message, person, now)
    with django_assert_num_queries(2):
        assert len(claim(now).notices) == 3


def elsewhere(what: Callable[[], None]) -> None:
    """Do something over another database connection, as another worker would."""

    def run() -> None:
        try:
            what()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    errors: list[BaseException] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_share_the_queue(now: datetime, resident: User, neighbor: User) -> None:
    message = make_message(now)
    mine, theirs = make_notice(message, resident, now), make_notice(message, neighbor, now)
    with transaction.atomic():
        assert ids(claim(now, limit=1)) == [mine.pk]

        def other_worker() -> None:
            assert ids(claim(now)) == [theirs.pk]

        elsewhere(other_worker)


@pytest.mark.django_db(transaction=True)
def test_one_sender_of_a_lane_and_channel_at_a_time() -> None:
    def is_free(lane: str, channel: str) -> bool:
        answers: list[bool] = []

        def try_it() -> None:
            with claims.sender_slot(lane, channel) as is_ours:
                answers.append(is_ours)

        elsewhere(try_it)
        return answers[0]

    with claims.sender_slot(MAIL, "email") as is_ours:
        assert is_ours
        assert not is_free(MAIL, "email")
        assert is_free(MAIL, "push")
        assert is_free(URGENT, "email")
    assert is_free(MAIL, "email")


@pytest.mark.django_db(transaction=True)
def test_a_slot_goes_with_the_connection_that_held_it() -> None:
    with claims.sender_slot(MAIL, "email"):
        # As a database that is restarted does.
        connection.connection.close()

    def look() -> None:
        with claims.sender_slot(MAIL, "email") as is_ours:
            assert is_ours

    elsewhere(look)
