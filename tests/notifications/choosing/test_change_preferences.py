"""What holds once a person has chosen, and what of it that was under way does no longer leave?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.models import Digest, Notice, Preferences
from notifications.rules import DEFAULT_CHOICES, RANK_OF_CORRECTIONS, Channel, NoticeState, Pace, Source, Topic
from notifications.selectors import preferences_of
from notifications.services import change_preferences, unsubscribe
from notifications.services.preferences import CHOSE_OTHERWISE, PAUSED
from notifications.unsubscribing import ALL
from tests.notifications.sending.factories import make_message, make_notice

pytestmark = pytest.mark.django_db


def states(*notices: Notice) -> list[str]:
    return [Notice.objects.get(pk=notice.pk).state for notice in notices]


@pytest.fixture
def digest(resident: User, oak: Neighborhood, now: datetime) -> Digest:
    return Digest.objects.create(
        person=resident,
        pace=Pace.DAILY,
        day=date(2026, 11, 20),
        neighborhood=oak,
        after_number=0,
        upto_number=5,
        topics=[Topic.CRIME, Topic.TIPS],
        due_at=now,
    )


def test_whoever_never_chose_hears_what_holds_for_everybody(resident: User) -> None:
    chosen = preferences_of(resident.pk)
    assert {topic: chosen.choice(topic) for topic in Topic} == DEFAULT_CHOICES
    assert not Preferences.objects.exists()


def test_what_is_not_named_stays(resident: User, now: datetime) -> None:
    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.NEVER}, at=now)
    before = change_preferences(
        person_id=resident.pk, choices={"quiet_from": time(22), "quiet_until": time(7)}, at=now + timedelta(hours=1)
    )
    chosen = preferences_of(resident.pk)
    assert before == {"quiet_from": None, "quiet_until": None}
    assert (chosen.crime_email, chosen.quiet_from, chosen.changed_at) == (
        Pace.NEVER,
        time(22),
        now + timedelta(hours=1),
    )


def test_choosing_the_same_again_changes_nothing(resident: User, now: datetime) -> None:
    change_preferences(person_id=resident.pk, choices={"crime_push": True}, at=now)
    assert change_preferences(person_id=resident.pk, choices={"crime_push": True}, at=now + timedelta(days=1)) == {}
    assert preferences_of(resident.pk).changed_at == now


def test_notices_that_are_no_longer_wanted_do_not_leave(resident: User, neighbor: User, now: datetime) -> None:
    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.AT_ONCE, "crime_push": True}, at=now)
    crime, urgent = make_message(now), make_message(now, topic=Topic.URGENT)
    mail, push = make_notice(crime, resident, now), make_notice(crime, resident, now, channel=Channel.PUSH)
    other_topic, other_person = make_notice(urgent, resident, now), make_notice(crime, neighbor, now)

    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.DAILY}, at=now)

    assert states(mail, push, other_topic, other_person) == ["superseded", "waiting", "waiting", "waiting"]
    mail.refresh_from_db()
    assert (mail.reason, mail.ended_at) == (CHOSE_OTHERWISE, now)


def test_what_was_sent_stays_sent(resident: User, now: datetime) -> None:
    sent = make_notice(make_message(now), resident, now)
    Notice.objects.filter(pk=sent.pk).update(state=NoticeState.SENT, ended_at=now)
    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.NEVER}, at=now)
    assert states(sent) == ["sent"]


def test_a_notice_that_a_sender_has_in_hand_is_taken_from_it(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now), resident, now)
    lease_until = now + timedelta(seconds=30)
    Notice.objects.filter(pk=notice.pk).update(lease_until=lease_until)
    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.NEVER}, at=now)
    notice.refresh_from_db()
    # Should it have left, whoever got it hears of a correction: the lease tells.
    assert (notice.state, notice.lease_until) == (NoticeState.SUPERSEDED, lease_until)


def test_a_correction_leaves_unless_its_whole_channel_is_off(resident: User, now: datetime) -> None:
    """Whoever was told what was wrong is told what is right."""
    correction = make_notice(make_message(now), resident, now, rank=RANK_OF_CORRECTIONS)
    unsubscribe(person_id=resident.pk, scope=Topic.CRIME, channel=Channel.EMAIL, at=now)
    assert states(correction) == ["waiting"]
    unsubscribe(person_id=resident.pk, scope=ALL, channel=Channel.PUSH, at=now)
    assert states(correction) == ["waiting"]
    unsubscribe(person_id=resident.pk, scope=ALL, channel=Channel.EMAIL, at=now)
    assert states(correction) == ["superseded"]


def test_a_correction_waits_for_the_end_of_a_pause_and_of_the_night_after_it(resident: User, now: datetime) -> None:
    correction = make_notice(make_message(now), resident, now, rank=RANK_OF_CORRECTIONS)
    choices = {"paused_until": date(2026, 12, 1), "quiet_from": time(22), "quiet_until": time(7)}
    change_preferences(person_id=resident.pk, choices=choices, at=now)
    correction.refresh_from_db()
    # Seven in the morning in Sacramento.
    assert (correction.state, correction.due_at) == (NoticeState.WAITING, datetime(2026, 12, 1, 15, tzinfo=UTC))


def test_a_pause_ends_everything_that_waits_but_the_push_test(resident: User, digest: Digest, now: datetime) -> None:
    urgent = make_notice(make_message(now, topic=Topic.URGENT), resident, now)
    test_message = make_message(now, topic=Topic.URGENT)
    test_message.source = Source.PUSH_TEST
    test_message.save()
    test = make_notice(test_message, resident, now, channel=Channel.PUSH)

    change_preferences(person_id=resident.pk, choices={"paused_until": date(2026, 12, 1)}, at=now)

    digest.refresh_from_db()
    assert states(urgent, test) == ["superseded", "waiting"]
    assert (digest.state, digest.reason) == (NoticeState.SUPERSEDED, PAUSED)


def test_a_pause_that_is_over_ends_nothing(resident: User, now: datetime) -> None:
    notice = make_notice(make_message(now, topic=Topic.URGENT), resident, now)
    change_preferences(person_id=resident.pk, choices={"paused_until": date(2026, 11, 20)}, at=now)
    assert states(notice) == ["waiting"]


def test_a_waiting_digest_drops_what_moved_elsewhere(resident: User, digest: Digest, now: datetime) -> None:
    change_preferences(person_id=resident.pk, choices={"crime_email": Pace.WEEKLY}, at=now)
    digest.refresh_from_db()
    assert (digest.topics, digest.state) == ([Topic.TIPS], NoticeState.WAITING)

    change_preferences(person_id=resident.pk, choices={"tips_email": Pace.NEVER}, at=now)
    digest.refresh_from_db()
    assert (digest.state, digest.reason) == (NoticeState.SUPERSEDED, CHOSE_OTHERWISE)


class TestUnsubscribe:
    def test_from_a_topic(self, resident: User, now: datetime) -> None:
        before = unsubscribe(person_id=resident.pk, scope=Topic.CRIME, channel=Channel.EMAIL, at=now)
        chosen = preferences_of(resident.pk)
        assert before == {"crime_email": Pace.DAILY}
        assert (chosen.crime_email, chosen.tips_email, chosen.urgent_push) == (Pace.NEVER, Pace.DAILY, True)

    def test_from_a_digest(self, resident: User, digest: Digest, now: datetime) -> None:
        change_preferences(person_id=resident.pk, choices={"tips_email": Pace.WEEKLY}, at=now)
        unsubscribe(person_id=resident.pk, scope=Pace.DAILY, channel=Channel.EMAIL, at=now)
        chosen = preferences_of(resident.pk)
        assert [chosen.choice(topic).email for topic in Topic] == [
            Pace.AT_ONCE,
            Pace.NEVER,
            Pace.WEEKLY,
            Pace.NEVER,
            Pace.AT_ONCE,
            Pace.NEVER,
        ]
        digest.refresh_from_db()
        assert digest.state == NoticeState.SUPERSEDED

    @pytest.mark.parametrize("channel", Channel)
    def test_from_everything_of_one_channel(self, resident: User, now: datetime, channel: Channel) -> None:
        mail = make_notice(make_message(now), resident, now)
        push = make_notice(make_message(now, topic=Topic.URGENT), resident, now, channel=Channel.PUSH)
        change_preferences(person_id=resident.pk, choices={"crime_email": Pace.AT_ONCE}, at=now)
        unsubscribe(person_id=resident.pk, scope=ALL, channel=channel, at=now)
        chosen = preferences_of(resident.pk)
        hears_mail = {chosen.choice(topic).email for topic in Topic} != {Pace.NEVER}
        hears_push = any(chosen.choice(topic).push for topic in Topic)
        assert (hears_mail, hears_push) == ((False, True) if channel == Channel.EMAIL else (True, False))
        assert states(mail, push) == (["superseded", "waiting"] if channel == "email" else ["waiting", "superseded"])

    def test_twice_is_as_good_as_once(self, resident: User, now: datetime) -> None:
        unsubscribe(person_id=resident.pk, scope=Topic.CRIME, channel=Channel.EMAIL, at=now)
        assert unsubscribe(person_id=resident.pk, scope=Topic.CRIME, channel=Channel.EMAIL, at=now) == {}

    def test_is_undone_by_what_held_before(self, resident: User, now: datetime) -> None:
        change_preferences(person_id=resident.pk, choices={"tips_email": Pace.WEEKLY}, at=now)
        before = unsubscribe(person_id=resident.pk, scope=ALL, channel=Channel.EMAIL, at=now)
        change_preferences(person_id=resident.pk, choices=before, at=now)
        chosen = preferences_of(resident.pk)
        assert (chosen.tips_email, chosen.urgent_email) == (Pace.WEEKLY, Pace.AT_ONCE)
