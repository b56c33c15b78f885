"""Does whoever asked for it hear of a post at once, exactly once, and first of what was wrong with it?"""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from core import lanes
from core.locks import one_at_a_time
from neighborhoods.models import Neighborhood
from neighborhoods.services import move_residency
from notifications.gateways import LiveEvent, LiveUnavailable, RecordingLiveGateway
from notifications.models import Message, Notice, Preferences
from notifications.rules import RANK_OF_CORRECTIONS, RANK_OF_NEWS, Act, NoticeState, Pace, Source, Topic
from notifications.services.messages import write_notices_of_correction
from posts.cards import render_post
from posts.models import Delivery, Post
from posts.rules import AudienceScope, PostKind
from posts.services import correct_post, fan_out_post, release_post, stop_post, sweep, telling, withdraw_post
from posts.services.telling import tell_of_post
from tests.posts.factories import publish

SOON = timedelta(seconds=5)
LATER = timedelta(minutes=10)


class AbsentLiveGateway(RecordingLiveGateway):
    """What a stopped Redis looks like."""

    def publish(self, events: Sequence[LiveEvent]) -> None:
        raise LiveUnavailable


@pytest.fixture
def missing(officer: User, central: PoliceCommand, now: datetime) -> Post:
    """An urgent post in Oak and Elm."""
    return publish(officer, central, now, kind=PostKind.MISSING_PERSON, title="Missing: Nora, 8 years")


def wants_crime_at_once(person: User, at: datetime) -> None:
    Preferences.objects.update_or_create(person=person, defaults={"crime_email": Pace.AT_ONCE, "changed_at": at})


def mark_sent(message: Message, at: datetime) -> None:
    message.notices.update(state=NoticeState.SENT, ended_at=at)


def test_an_urgent_post_is_told_to_everybody_in_its_neighborhoods_once(
    missing: Post, resident: User, newcomer: User, neighbor: User, faraway: User, now: datetime
) -> None:
    assert tell_of_post(post_id=missing.pk, at=now + SOON) == 3
    assert set(Notice.objects.values_list("person_id", flat=True)) == {resident.pk, newcomer.pk, neighbor.pk}
    assert Delivery.objects.filter(post=missing, notices_at=now + SOON).count() == 2
    assert tell_of_post(post_id=missing.pk, at=now + LATER) == 0
    assert Message.objects.count() == 1


def test_the_message_holds_what_a_mail_shows(missing: Post, central: PoliceCommand, now: datetime) -> None:
    tell_of_post(post_id=missing.pk, at=now + SOON)
    message = Message.objects.get()
    assert (message.source, message.source_id, message.version, message.act) == (Source.POST, missing.pk, 1, Act.NEWS)
    assert (message.topic, message.lane, message.label) == (Topic.URGENT, lanes.URGENT, "Missing person")
    assert (message.title, message.text) == (missing.title, missing.text)
    assert (message.path, message.sender) == (f"/posts/{missing.pk}/", "Central Command")
    assert (message.to_whom, message.approved_by) == ("all of Central Command", "")
    assert (message.said_at, message.made_at) == (now, now + SOON)


def test_the_message_names_the_reader_s_own_neighborhood_and_who_approved(
    officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save(update_fields=["second_person"])
    post = publish(officer, central, now, [oak, elm])
    release_post(post_id=post.pk, version=1, by=sergeant, at=now)
    tell_of_post(post_id=post.pk, at=now)
    message = Message.objects.get()
    assert (message.to_whom, message.approved_by) == ("{place} and 1 more", "Sgt. N. Abara")


def test_other_posts_wait_for_the_digest_unless_somebody_wants_them_at_once(
    officer: User, central: PoliceCommand, resident: User, neighbor: User, now: datetime
) -> None:
    wants_crime_at_once(neighbor, now)
    post = publish(officer, central, now)
    assert tell_of_post(post_id=post.pk, at=now) == 1
    notice = Notice.objects.get()
    assert (notice.person_id, notice.lane) == (neighbor.pk, lanes.MAIL)


def test_nobody_is_told_of_a_post_that_waits_for_a_second_person(
    officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save(update_fields=["second_person"])
    post = publish(officer, central, now, kind=PostKind.MISSING_PERSON)
    assert tell_of_post(post_id=post.pk, at=now) == 0
    assert not Message.objects.exists()


def test_chunks_follow_one_another_and_a_crowded_neighborhood_is_one_of_its_own(
    missing: Post, resident: User, neighbor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PEOPLE_AT_A_TIME", 1)
    Delivery.objects.filter(post=missing).update(claimed_count=0, verified_count=5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert tell_of_post(post_id=missing.pk, at=now) == 2
    inserts = [query for query in queries if "INSERT INTO notifications_notice" in query["sql"]]
    assert len(inserts) == 2


def test_more_neighborhoods_cost_no_more_statements(
    pio: User,
    headquarters: PoliceCommand,
    officer: User,
    central: PoliceCommand,
    resident: User,
    pine: Neighborhood,
    oak: Neighborhood,
    now: datetime,
) -> None:
    one = publish(officer, central, now, [oak])
    three = publish(pio, headquarters, now, scope=AudienceScope.CITY)
    with CaptureQueriesContext(connection) as few:
        tell_of_post(post_id=one.pk, at=now)
    with CaptureQueriesContext(connection) as many:
        tell_of_post(post_id=three.pk, at=now)
    assert len(few) == len(many)


def test_somebody_who_moves_while_it_goes_out_gets_one_notice(
    missing: Post, resident: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    Delivery.objects.filter(post=missing, neighborhood=elm).update(notices_at=now)
    tell_of_post(post_id=missing.pk, at=now)
    move_residency(person=resident, latitude=0.5, longitude=1.5, at=now)
    Delivery.objects.filter(post=missing, neighborhood=elm).update(notices_at=None)
    assert tell_of_post(post_id=missing.pk, at=now) == 0
    assert Notice.objects.get().neighborhood_id == oak.pk


def test_fanning_out_tells_too(missing: Post, resident: User, now: datetime) -> None:
    live = RecordingLiveGateway()
    fan_out_post(post_id=missing.pk, at=now, live=live, render_card=render_post)
    assert Notice.objects.get().person_id == resident.pk


def test_without_redis_people_are_told_all_the_same(missing: Post, resident: User, now: datetime) -> None:
    with pytest.raises(LiveUnavailable):
        fan_out_post(post_id=missing.pk, at=now, live=AbsentLiveGateway(), render_card=render_post)
    assert Notice.objects.get().person_id == resident.pk


def test_sweep_finds_a_post_nobody_was_told_of(missing: Post, resident: User, now: datetime) -> None:
    Delivery.objects.update(done_at=now)
    assert sweep(lane=lanes.URGENT, at=now + SOON) == [missing.pk]
    tell_of_post(post_id=missing.pk, at=now + SOON)
    assert sweep(lane=lanes.URGENT, at=now + SOON) == []


def test_a_correction_goes_first_to_whoever_was_told_and_then_to_the_others(
    officer: User, central: PoliceCommand, resident: User, neighbor: User, now: datetime
) -> None:
    wants_crime_at_once(resident, now)
    post = publish(officer, central, now)
    tell_of_post(post_id=post.pk, at=now)
    mark_sent(Message.objects.get(), now)
    wants_crime_at_once(neighbor, now)
    correct_post(
        post_id=post.pk,
        version=1,
        title=post.title,
        text="Four garages.",
        what_was_wrong="It was four garages.",
        by=officer,
        at=now + LATER,
    )
    assert tell_of_post(post_id=post.pk, at=now + LATER) == 2
    correction = Message.objects.get(version=2)
    assert (correction.act, correction.text) == (
        Act.CORRECTION,
        "What was wrong: It was four garages.\n\nFour garages.",
    )
    assert correction.said_at == now + LATER
    assert {(n.person_id, n.rank, n.lane) for n in correction.notices.all()} == {
        (resident.pk, RANK_OF_CORRECTIONS, lanes.URGENT),
        (neighbor.pk, RANK_OF_NEWS, lanes.MAIL),
    }


def test_a_withdrawal_is_told_to_whoever_was_told_before_and_to_nobody_else(
    missing: Post, officer: User, resident: User, neighbor: User, now: datetime
) -> None:
    tell_of_post(post_id=missing.pk, at=now)
    mark_sent(Message.objects.get(), now)
    Notice.objects.filter(person=neighbor).update(state=NoticeState.WAITING, ended_at=None)
    withdraw_post(post_id=missing.pk, version=1, reason="She is home.", takes_text_off=True, by=officer, at=now + LATER)
    assert tell_of_post(post_id=missing.pk, at=now + LATER) == 1
    withdrawal = Message.objects.get(version=2)
    assert (withdrawal.act, withdrawal.text) == (Act.WITHDRAWAL, "She is home.")
    assert "Nora" not in withdrawal.title
    assert withdrawal.notices.get().person_id == resident.pk
    assert not Delivery.objects.filter(notices_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_stop_while_a_correction_becomes_a_message_ends_that_message_too(
    missing: Post, officer: User, resident: User, now: datetime
) -> None:
    tell_of_post(post_id=missing.pk, at=now)
    mark_sent(Message.objects.get(), now)
    correct_post(
        post_id=missing.pk,
        version=1,
        title=missing.title,
        text="Green hoodie.",
        what_was_wrong="It is not red.",
        by=officer,
        at=now + SOON,
    )
    is_stopped = threading.Event()

    def stop() -> None:
        stop_post(post_id=missing.pk, version=2, by=officer, at=now + LATER)
        is_stopped.set()
        connection.close()

    other = threading.Thread(target=stop)
    with transaction.atomic():
        untold = telling.take_untold(post_id=missing.pk, at=now + SOON)
        other.start()
        assert not is_stopped.wait(0.5)
    other.join()
    assert untold is not None
    _, message = untold
    message.refresh_from_db()
    assert message.ended_at == now + LATER
    assert write_notices_of_correction(message=message, at=now + LATER) == 0


@pytest.mark.django_db(transaction=True)
def test_a_correction_is_written_by_one_worker_at_a_time(
    missing: Post, officer: User, resident: User, now: datetime
) -> None:
    tell_of_post(post_id=missing.pk, at=now)
    mark_sent(Message.objects.get(), now)
    withdraw_post(post_id=missing.pk, version=1, reason="She is home.", takes_text_off=False, by=officer, at=now + SOON)
    written: list[int] = []

    def other_worker() -> None:
        written.append(tell_of_post(post_id=missing.pk, at=now + LATER))
        connection.close()

    def run_other_worker() -> None:
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join()

    with one_at_a_time(f"porchlight correction of post {missing.pk}, version 2"):
        run_other_worker()
    run_other_worker()
    assert written == [0, 1]


def test_nothing_is_written_of_a_post_that_was_stopped_before_anybody_was_told(
    missing: Post, officer: User, resident: User, now: datetime
) -> None:
    stop_post(post_id=missing.pk, version=1, by=officer, at=now)
    assert tell_of_post(post_id=missing.pk, at=now) == 0
    assert not Notice.objects.exists()
