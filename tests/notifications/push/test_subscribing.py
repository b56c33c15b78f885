"""Does push begin and end where a resident wants it, and nowhere else?"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts import services as accounts
from accounts.models import User
from accounts.own_data import own_data
from core.lanes import URGENT
from notifications.models import Message, Notice, PushSubscription
from notifications.rules import Channel, Source
from notifications.services.push import DEVICES_PER_PERSON, TooManyDevices, send_test_message, subscribe_device
from notifications.views.push import CHANGES_AN_HOUR, TESTS_AN_HOUR, public_key
from tests.sinks.push import PushSink

pytestmark = pytest.mark.django_db

SUBSCRIPTIONS, TEST, KEY = "/push/subscriptions/", "/push/test/", "/push/key/"
CHROME = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"}
SignIn = Callable[[User], Client]


def subscribe(client: Client, sink: PushSink, path: str = "/ok/here", **more: str) -> Any:
    return client.post(SUBSCRIPTIONS, sink.subscription(path) | more, headers=CHROME)


def test_a_browser_that_subscribes_is_kept_and_gets_a_test(
    sink: PushSink, resident: User, sign_in: SignIn, now: datetime
) -> None:
    assert subscribe(sign_in(resident), sink).status_code == 201
    kept = PushSubscription.objects.get()
    assert (kept.person, kept.device, kept.endpoint) == (resident, "Chrome on Android", f"{sink.origin}/ok/here")
    notice = Notice.objects.select_related("message").get()
    assert (notice.person, notice.channel, notice.lane) == (resident, Channel.PUSH, URGENT)
    assert notice.message.source == Source.PUSH_TEST
    assert notice.due_at <= notice.message.made_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "nonsense"},
        {"p256dh": "BAAA"},
        {"auth": "AAAA"},
    ],
)
def test_a_broken_subscription_is_refused_with_words(
    wrong: dict[str, str], sink: PushSink, resident: User, sign_in: SignIn
) -> None:
    answer = subscribe(sign_in(resident), sink, **wrong)
    assert answer.status_code == 422
    assert "push" in answer.json()["problem"]
    assert not PushSubscription.objects.exists()
    assert not Notice.objects.exists()


def test_a_browser_belongs_to_whoever_subscribed_last(
    sink: PushSink, resident: User, neighbor: User, sign_in: SignIn
) -> None:
    subscribe(sign_in(resident), sink)
    subscribe(sign_in(neighbor), sink)
    assert PushSubscription.objects.get().person == neighbor


def test_a_renewed_subscription_takes_the_place_of_the_one_before_without_a_test(
    sink: PushSink, resident: User, neighbor: User, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    subscribe(browser, sink, "/ok/old")
    subscribe(sign_in(neighbor), sink, "/ok/neighbors")
    Notice.objects.all().delete()
    token = browser.get(KEY).json()
    assert token["key"] == public_key()
    assert token["token"]
    assert subscribe(browser, sink, "/ok/new", replaces=f"{sink.origin}/ok/old").status_code == 201
    # Somebody else's cannot be replaced.
    assert subscribe(browser, sink, "/ok/new", replaces=f"{sink.origin}/ok/neighbors").status_code == 201
    kept = PushSubscription.objects.order_by("pk").values_list("person", "endpoint")
    assert list(kept) == [(neighbor.pk, f"{sink.origin}/ok/neighbors"), (resident.pk, f"{sink.origin}/ok/new")]
    assert not Notice.objects.exists()


def test_there_is_an_end_to_the_devices_of_one_person(sink: PushSink, resident: User, now: datetime) -> None:
    def add(number: int) -> None:
        subscribe_device(person=resident, device="Browser", at=now, **sink.subscription(f"/ok/many-{number}"))

    for number in range(DEVICES_PER_PERSON):
        add(number)
    with pytest.raises(TooManyDevices, match="Turn it off"):
        add(DEVICES_PER_PERSON)
    # One that is there already is no new one.
    add(0)
    assert PushSubscription.objects.count() == DEVICES_PER_PERSON


def test_turning_off_takes_ones_own_device_and_nobody_elses(
    sink: PushSink, resident: User, neighbor: User, sign_in: SignIn
) -> None:
    browser, stranger = sign_in(resident), sign_in(neighbor)
    subscribe(browser, sink)
    address = f"{SUBSCRIPTIONS}{PushSubscription.objects.get().pk}/delete/"
    assert stranger.post(address).status_code == 404
    assert PushSubscription.objects.exists()
    assert browser.post(address).status_code == 302
    assert not PushSubscription.objects.exists()
    assert browser.post(address).status_code == 404


def test_a_test_goes_to_whoever_asks_and_each_takes_the_place_of_the_one_before(
    sink: PushSink, resident: User, neighbor: User, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    subscribe(browser, sink)
    assert browser.post(TEST).status_code == 302
    assert list(Notice.objects.values_list("person", flat=True)) == [resident.pk] * 2
    assert list(Message.objects.order_by("version").values_list("version", flat=True)) == [1, 2]

    without = sign_in(neighbor)
    assert without.post(TEST).status_code == 302
    assert Notice.objects.count() == 2


def test_who_asks_on_and_on_is_asked_to_wait(sink: PushSink, resident: User, sign_in: SignIn) -> None:
    browser = sign_in(resident)
    assert {browser.post(TEST).status_code for _ in range(TESTS_AN_HOUR)} == {302}
    assert browser.post(TEST).status_code == 429
    assert {browser.post(SUBSCRIPTIONS).status_code for _ in range(CHANGES_AN_HOUR)} == {422}
    refused = browser.post(SUBSCRIPTIONS)
    assert refused.status_code == 429
    assert "Wait" in refused.json()["problem"]


def test_push_ends_where_its_owner_signs_out_and_goes_on_elsewhere(
    sink: PushSink, resident: User, sign_in: SignIn
) -> None:
    phone, laptop = sign_in(resident), sign_in(resident)
    subscribe(phone, sink, "/ok/phone")
    subscribe(laptop, sink, "/ok/laptop")
    answer = phone.post("/accounts/logout/")
    assert '"storage"' in answer["Clear-Site-Data"]
    assert PushSubscription.objects.get().endpoint == f"{sink.origin}/ok/laptop"


def test_push_ends_when_the_person_leaves(sink: PushSink, resident: User, now: datetime) -> None:
    subscribe_device(person=resident, device="Browser", at=now, **sink.subscription("/ok/leaving"))
    accounts.leave(person=resident, at=now)
    assert not PushSubscription.objects.exists()


def test_own_data_lists_the_devices(sink: PushSink, resident: User, neighbor: User, now: datetime) -> None:
    subscribe_device(person=resident, device="Chrome on Android", at=now, **sink.subscription("/ok/own"))
    (section,) = [one for one in own_data(resident) if one.title == "Devices with push messages"]
    assert section.rows[0]["Device"] == "Chrome on Android"
    assert not [one for one in own_data(neighbor) if one.title == "Devices with push messages"]


def test_a_test_holds_nothing_but_itself(resident: User, sink: PushSink, now: datetime) -> None:
    subscribe_device(person=resident, device="Browser", at=now, **sink.subscription("/ok/holds"))
    send_test_message(person=resident, at=now)
    message = Message.objects.get()
    assert resident.full_name not in json.dumps([message.title, message.text, message.label, message.to_whom])


def test_the_service_worker_serves_the_whole_site_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert (answer["Cache-Control"], answer["Service-Worker-Allowed"]) == ("no-cache", "/")
    assert "{%" not in answer.text


def test_the_site_can_be_put_on_a_home_screen(client: Client) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert 'rel="manifest"' in client.get("/").text
