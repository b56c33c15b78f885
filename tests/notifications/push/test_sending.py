"""Does a push notice reach every device of its person once, and does each refusal end as it should?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from accounts.models import User
from core.lanes import MAIL, URGENT
from neighborhoods.models import Neighborhood
from notifications.gateways.web_push import WebPushGateway
from notifications.models import Message, Notice, PushSubscription
from notifications.push_messages import topic_of
from notifications.rules import Act, Channel, NoticeState, Topic
from notifications.rules.retries import MAX_ATTEMPTS
from notifications.services.sending.push import NO_DEVICE, PushSender
from tests.notifications.sending.factories import make_message, make_notice
from tests.sinks.push import PushSink

Subscribed = Callable[..., tuple[PushSubscription, str]]
Send = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings: LazySettings) -> WebPushGateway:
    """One that knows nothing yet of any push service."""
    return WebPushGateway(private_key=settings.VAPID_PRIVATE_KEY, contact="mailto:it@city.example")


@pytest.fixture
def send(gateway: WebPushGateway, now: datetime) -> Send:
    def _send(lane: str = MAIL, at: datetime = now, seconds: float = 50) -> None:
        PushSender(lane=lane, gateway=gateway, clock=lambda: at).run(seconds=seconds)

    return _send


def push(message: Message, person: User, at: datetime, neighborhood: Neighborhood | None = None) -> Notice:
    return make_notice(message, person, at, channel=Channel.PUSH, neighborhood=neighborhood)


def test_a_browser_shows_what_it_is_where_and_from_whom(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, oak: Neighborhood, now: datetime
) -> None:
    subscription, path = subscribed(resident)
    message = make_message(now, title="Missing child near the park", lane=URGENT, topic=Topic.URGENT)
    notice = push(message, resident, now, oak)
    send(URGENT)
    (received,) = [one for one in sink.received() if one["path"] == path]
    assert received["shown"] == {
        "title": "Urgent: Missing child near the park",
        "body": "Last night · Oak · Central Command",
        "path": message.path,
        "tag": received["topic"],
        "renotify": False,
    }
    assert (received["ttl"], received["urgency"]) == (24 * 3600, "high")
    assert received["contact"] == "mailto:it@city.example"
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.lease_until, notice.reason) == (NoticeState.SENT, 1, None, "")
    subscription.refresh_from_db()
    assert subscription.last_sent_at == now


def test_what_is_not_urgent_is_kept_for_half_a_day_and_wakes_no_phone(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    _, path = subscribed(resident)
    push(make_message(now), resident, now)
    send()
    (received,) = [one for one in sink.received() if one["path"] == path]
    assert (received["ttl"], received["urgency"]) == (12 * 3600, "normal")
    assert not received["shown"]["title"].startswith("Urgent")


def test_a_correction_takes_the_place_of_what_it_corrects_and_rings_again(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    _, path = subscribed(resident)
    news, other = make_message(now), make_message(now)
    correction = make_message(now)
    Message.objects.filter(pk=correction.pk).update(source_id=news.source_id, version=2, act=Act.CORRECTION)
    for message in (news, correction, other):
        push(message, resident, now)
        send()
    first, second, third = (one for one in sink.received() if one["path"] == path)
    assert first["topic"] == second["topic"] == topic_of(news.source, news.source_id) != third["topic"]
    assert len(first["topic"]) == 32
    assert second["shown"]["renotify"] is True
    assert second["shown"]["body"].startswith("Correction · ")


def test_all_devices_of_a_person_are_told_and_one_is_enough(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    paths = [subscribed(resident, kind)[1] for kind in ("gone", "refuse/403", "ok", "ok")]
    notice = push(make_message(now), resident, now)
    send()
    assert [sink.counts()[path] for path in paths] == [1, 1, 1, 1]
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert PushSubscription.objects.filter(person=resident).count() == 3


def test_a_browser_that_went_away_is_forgotten_and_the_notice_says_so(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, neighbor: User, now: datetime
) -> None:
    subscribed(resident, "gone")
    message = make_message(now)
    notices = [push(message, resident, now), push(message, neighbor, now)]
    send()
    assert not PushSubscription.objects.exists()
    for notice in notices:
        notice.refresh_from_db()
        assert (notice.state, notice.reason) == (NoticeState.FAILED, NO_DEVICE)


def test_keys_that_nothing_can_be_encrypted_with_are_forgotten(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    broken, path = subscribed(resident)
    PushSubscription.objects.filter(pk=broken.pk).update(p256dh="BAAA")
    notice = push(make_message(now), resident, now)
    send()
    notice.refresh_from_db()
    assert notice.state == NoticeState.FAILED
    assert sink.counts()[path] == 0


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_refusal_is_final_and_its_words_are_kept_without_an_address(
    status: int, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    subscribed(resident, f"refuse/{status}")
    notice = push(make_message(now), resident, now)
    send()
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.FAILED, f"{status} No. …")
    assert PushSubscription.objects.count() == 1


def test_a_service_that_asks_for_rest_gets_it_and_the_others_go_on(
    sink: PushSink,
    sinks: tuple[PushSink, PushSink],
    subscribed: Subscribed,
    send: Send,
    resident: User,
    neighbor: User,
    now: datetime,
) -> None:
    _, busy = subscribed(resident, "busy/600")
    _, fine = subscribed(neighbor, "ok", sinks[1])
    message = make_message(now)
    waiting, sent = push(message, resident, now), push(message, neighbor, now)
    send()
    for notice in (waiting, sent):
        notice.refresh_from_db()
    assert (waiting.state, waiting.reason) == (NoticeState.WAITING, "429 Too many requests.")
    assert now + timedelta(seconds=590) <= waiting.due_at <= now + timedelta(seconds=750)
    assert (sent.state, sinks[1].counts()[fine]) == (NoticeState.SENT, 1)

    # The next one for the service that rests waits as well, without being tried.
    later = push(make_message(now), resident, now)
    send()
    later.refresh_from_db()
    assert later.state == NoticeState.WAITING
    assert sink.counts()[busy] == 1


def test_a_service_that_hangs_keeps_only_its_own_messages(
    sink: PushSink,
    sinks: tuple[PushSink, PushSink],
    subscribed: Subscribed,
    send: Send,
    resident: User,
    neighbor: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("notifications.gateways.web_push.ANSWER_SECONDS", 1)
    subscribed(resident, "hang")
    subscribed(neighbor, "ok", sinks[1])
    message = make_message(now)
    hung, sent = push(message, resident, now), push(message, neighbor, now)
    send()
    for notice in (hung, sent):
        notice.refresh_from_db()
    assert (hung.state, hung.reason) == (NoticeState.WAITING, "The push service did not answer in time.")
    assert hung.due_at > now
    assert sent.state == NoticeState.SENT


def test_the_last_try_keeps_the_words(subscribed: Subscribed, send: Send, resident: User, now: datetime) -> None:
    subscribed(resident, "refuse/503")
    notice = push(make_message(now), resident, now)
    Notice.objects.filter(pk=notice.pk).update(attempts=MAX_ATTEMPTS - 1)
    send()
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.FAILED, "503 No. …")


def test_what_was_stopped_does_not_leave(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    _, path = subscribed(resident)
    message = make_message(now)
    notice = push(message, resident, now)
    Message.objects.filter(pk=message.pk).update(ended_at=now)
    send()
    notice.refresh_from_db()
    assert notice.state == NoticeState.SUPERSEDED
    assert sink.counts()[path] == 0


def test_when_the_time_is_up_the_rest_goes_back_untouched(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    _, path = subscribed(resident)
    notices = [push(make_message(now), resident, now) for _ in range(3)]
    send(seconds=-1)
    assert sink.counts()[path] == 0
    send()
    assert sink.counts()[path] == 3
    for notice in notices:
        notice.refresh_from_db()
        assert (notice.state, notice.attempts) == (NoticeState.SENT, 1)


def test_each_of_many_is_sent_once(
    sink: PushSink, subscribed: Subscribed, send: Send, resident: User, now: datetime
) -> None:
    _, path = subscribed(resident)
    for _ in range(300):
        push(make_message(now), resident, now)
    send()
    assert sink.counts()[path] == 300
    assert len({one["topic"] for one in sink.received() if one["path"] == path}) == 300
    assert set(Notice.objects.values_list("state", "attempts")) == {(NoticeState.SENT, 1)}
