"""How long is it kept what somebody was told, and what does a legal hold keep of it?"""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from accounts.holds import lift_hold, place_hold
from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.models import Alert, Digest, Mail, Message, Notice, ProviderEvent
from notifications.rules import NoticeState, Source
from notifications.services import purge_old
from tests.accounts.factories import make_staff
from tests.notifications.digests.factories import make_digest
from tests.notifications.sending.factories import make_message, make_notice

pytestmark = pytest.mark.django_db

LONG = timedelta(days=100)


@pytest.fixture
def clerk(db: None) -> User:
    person = make_staff("Rae Clerk", "")
    person.groups.add(Group.objects.get(name="Records clerks"))
    return person


def told(person: User, at: datetime, message: Message | None = None) -> Notice:
    """Something that was sent at that moment."""
    notice = make_notice(message or make_message(at), person, at)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, ended_at=at)
    return notice


def collected(person: User, place: Neighborhood, at: datetime) -> Digest:
    digest = make_digest(person, place, at)
    Digest.objects.filter(pk=digest.pk).update(state=NoticeState.SENT, ended_at=at)
    return digest


def test_old_notices_go_with_their_messages_and_young_ones_stay(resident: User, neighbor: User, now: datetime) -> None:
    told(resident, now - LONG)
    young = told(resident, now - timedelta(days=80))
    both = make_message(now - LONG)
    told(resident, now - LONG, both)
    late = told(neighbor, now, both)
    waiting = make_notice(make_message(now - LONG), resident, now - LONG)
    gone = purge_old(at=now)
    assert (gone["notices"], gone["messages"]) == (2, 1)
    assert set(Notice.objects.all()) == {young, late, waiting}
    assert set(Message.objects.all()) == {young.message, both, waiting.message}
    assert sum(purge_old(at=now).values()) == 0


def test_a_hold_of_a_person_keeps_theirs_alone(clerk: User, resident: User, neighbor: User, now: datetime) -> None:
    message = make_message(now - LONG)
    mine, _ = told(resident, now - LONG, message), told(neighbor, now - LONG, message)
    placed = place_hold(person_id=resident.pk, post_id=None, reason="Case 1", by=clerk, at=now)
    assert purge_old(at=now)["notices"] == 1
    assert list(Notice.objects.all()) == [mine]
    lift_hold(hold_id=placed.pk, by=clerk, at=now)
    assert (purge_old(at=now)["notices"], Message.objects.count()) == (1, 0)


def test_a_hold_of_a_post_keeps_what_tells_of_it_or_may(
    clerk: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    kept, other, answer = (make_message(now - LONG) for _ in range(3))
    Message.objects.filter(pk=answer.pk).update(source=Source.REPLY)
    for message in (kept, other, answer):
        told(resident, now - LONG, message)
    for days in (0, 1):
        collected(resident, oak, now - LONG + timedelta(days=days))
    place_hold(person_id=None, post_id=kept.source_id, reason="Case 2", by=clerk, at=now)
    gone = purge_old(at=now)
    assert (gone["notices"], gone["messages"], gone["digests"]) == (1, 1, 0)
    assert set(Message.objects.all()) == {kept, answer}


def test_of_digests_the_newest_of_everybody_stays(
    resident: User, neighbor: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    collected(resident, oak, now - LONG)
    newest = collected(resident, oak, now - LONG + timedelta(days=1))
    only = collected(neighbor, elm, now - LONG)
    assert purge_old(at=now)["digests"] == 1
    assert set(Digest.objects.all()) == {newest, only}


def test_what_names_nobody_goes_too_unless_everything_is_held(clerk: User, now: datetime) -> None:
    old = now - LONG
    Mail.objects.create(
        kind="account_gone", state=NoticeState.SENT, made_at=old, due_at=old, expires_at=old, ended_at=old
    )
    Alert.objects.create(kind="clock", words="x", opened_at=old, seen_at=old, closed_at=old)
    is_open = Alert.objects.create(kind="mail", words="x", opened_at=old, seen_at=now)
    ProviderEvent.objects.create(provider="postmark", event_id="1", kind="bounce", at=old)
    placed = place_hold(person_id=None, post_id=None, reason="Case 3", by=clerk, at=now)
    assert sum(purge_old(at=now).values()) == 0
    lift_hold(hold_id=placed.pk, by=clerk, at=now)
    gone = purge_old(at=now)
    assert (gone["mails"], gone["alerts"], gone["provider_events"]) == (1, 1, 1)
    assert list(Alert.objects.all()) == [is_open]
