"""Which subscriptions are taken, and which are refused before anything is sent there?"""

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.rules.devices import (
    BrokenSubscription,
    UnknownPushService,
    check_endpoint,
    check_keys,
    device_name,
    origin_of,
)

SERVICES = ["https://fcm.googleapis.com", "https://*.push.apple.com", "http://127.0.0.1:8999"]


def to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def point() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://fcm.googleapis.com:443/fcm/send/abc",
        "https://web.push.apple.com/QGuQ",
        "http://127.0.0.1:8999/ok/1",
    ],
)
def test_a_known_push_service_is_taken(endpoint: str) -> None:
    check_endpoint(endpoint, SERVICES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com.evil.example/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com/x",
        "https://web.push.apple.com:22/x",
        "http://fcm.googleapis.com/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "http://127.0.0.1:5432/x",
    ],
)
def test_anywhere_else_is_refused(endpoint: str) -> None:
    with pytest.raises(UnknownPushService, match="take e-mail"):
        check_endpoint(endpoint, SERVICES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "fcm.googleapis.com",
        "file:///etc/passwd",
        "https:///x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example\\.push.apple.com/x",
        "https://[::1]/x",
        "https://fcm.googleapis.com:port/x",
        "https://fcm.googleapis.com/\r\nHost: evil.example",
        "https://fcm.googleapis.com/ x",
        "https://fcm.googleapis.com/é",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_what_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(BrokenSubscription, match="again"):
        check_endpoint(endpoint, SERVICES)


def test_an_origin_has_a_port_only_where_it_is_unusual() -> None:
    assert origin_of("https://FCM.googleapis.com:443/x") == "https://fcm.googleapis.com"
    assert origin_of("http://127.0.0.1:8999/x") == "http://127.0.0.1:8999"


def test_sound_keys_are_taken_with_and_without_padding() -> None:
    auth = os.urandom(16)
    check_keys(p256dh=to_base64(point()), auth=to_base64(auth))
    check_keys(p256dh=to_base64(point()) + "=", auth=to_base64(auth) + "==")


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        pytest.param("", to_base64(os.urandom(16)), id="no key"),
        pytest.param("not base64!", to_base64(os.urandom(16)), id="no base64"),
        pytest.param("é" * 20, to_base64(os.urandom(16)), id="no ASCII"),
        pytest.param(to_base64(os.urandom(65)), to_base64(os.urandom(16)), id="no point"),
        pytest.param(to_base64(b"\x04" + bytes(64)), to_base64(os.urandom(16)), id="no point of the curve"),
        pytest.param(to_base64(point()[:-1]), to_base64(os.urandom(16)), id="a point cut short"),
        pytest.param(to_base64(point()), "", id="no secret"),
        pytest.param(to_base64(point()), to_base64(os.urandom(15)), id="a short secret"),
        pytest.param(to_base64(point()), to_base64(os.urandom(32)), id="a long secret"),
    ],
)
def test_keys_that_nothing_can_be_encrypted_with_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BrokenSubscription):
        check_keys(p256dh=p256dh, auth=auth)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "Browser"),
        ("", "Browser"),
    ],
)
def test_a_device_has_a_name_its_owner_knows(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
