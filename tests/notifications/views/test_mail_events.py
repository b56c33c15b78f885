"""What does a mail provider tell, how does it prove itself, and what of it counts?"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from notifications.models import ProviderEvent, Suppression

pytestmark = pytest.mark.django_db

SECRET, KEY = "porch:light", "signing-key"
Tell = Callable[..., int]


@pytest.fixture(autouse=True)
def _provider(settings: LazySettings) -> None:
    settings.MAIL_EVENTS_PROVIDER = "mailgun"
    settings.MAIL_EVENTS_SECRET = SECRET
    settings.MAIL_EVENTS_KEY = KEY


def post(provider: str, told: object, *, secret: str = SECRET, client: Client | None = None) -> int:
    """What a provider sends, without cookies or tokens of ours."""
    basic = base64.b64encode(secret.encode()).decode()
    client = client or Client(enforce_csrf_checks=True)
    body = told if isinstance(told, str) else json.dumps(told)
    return client.post(
        f"/mail/events/{provider}/", body, content_type="application/json", headers={"Authorization": f"Basic {basic}"}
    ).status_code


def mailgun(email: str, *, token: str = "t1", key: str = KEY, **changes: Any) -> dict[str, Any]:
    """As Mailgun writes a permanent failure."""
    signature = hmac.new(key.encode(), f"1795000000{token}".encode(), hashlib.sha256).hexdigest()
    event = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": email,
        "timestamp": 1795000000.5,
        "message": {"headers": {"message-id": "notice.1@localhost"}},
        "delivery-status": {"code": 550, "message": f"5.1.1 <{email}> no such user"},
    }
    return {
        "signature": {"token": token, "timestamp": "1795000000", "signature": signature},
        "event-data": event | changes,
    }


def test_mail_that_came_back_for_good_ends_mail_to_its_address(resident: User) -> None:
    assert post("mailgun", mailgun(resident.email)) == 200
    found = Suppression.objects.get()
    assert (found.person, found.is_complaint, found.words) == (resident, False, "5.1.1 … no such user")


def test_a_complaint_does_too(resident: User) -> None:
    assert post("mailgun", mailgun(resident.email, event="complained", severity=None)) == 200
    assert Suppression.objects.get().is_complaint


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": "temporary", "reason": "generic"},
        {"event": "delivered", "severity": None},
        {"event": "opened", "severity": None},
        # What is wrong with the mail is not wrong with the address.
        {"reason": "generic"},
    ],
)
def test_what_may_yet_arrive_changes_nothing(resident: User, changes: dict[str, Any]) -> None:
    assert post("mailgun", mailgun(resident.email, **changes)) == 200
    assert not Suppression.objects.exists()


def test_the_same_event_again_is_taken_and_changes_nothing(resident: User) -> None:
    assert post("mailgun", mailgun(resident.email)) == 200
    Suppression.objects.all().delete()
    assert post("mailgun", mailgun(resident.email)) == 200
    # The signature covers the token alone: with another address in it, it is still the event that was told.
    assert post("mailgun", mailgun("dev.wolde@example.test")) == 200
    assert not Suppression.objects.exists()
    assert ProviderEvent.objects.count() == 1


def test_an_address_that_nobody_has_is_taken_and_changes_nothing(resident: User) -> None:
    assert post("mailgun", mailgun("nobody@example.test")) == 200
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("secret", ["", "porch:dark", "porch"])
def test_a_wrong_secret_is_refused(resident: User, secret: str) -> None:
    assert post("mailgun", mailgun(resident.email), secret=secret) == 400
    assert not ProviderEvent.objects.exists()


def test_a_wrong_signature_is_refused(resident: User) -> None:
    assert post("mailgun", mailgun(resident.email, key="another")) == 400
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"signature": {}}', '"x"'])
def test_what_is_no_event_is_refused(body: str) -> None:
    assert post("mailgun", body) == 400


def test_a_signed_event_without_its_parts_is_refused(resident: User) -> None:
    told = mailgun(resident.email)
    told["event-data"] = {"severity": "permanent"}
    assert post("mailgun", told) == 400


def test_only_the_provider_of_this_installation_is_listened_to(resident: User, settings: LazySettings) -> None:
    assert post("postmark", {}) == 404
    assert post("nobody", {}) == 404
    settings.MAIL_EVENTS_KEY = ""
    assert post("mailgun", mailgun(resident.email)) == 404
    settings.MAIL_EVENTS_KEY, settings.MAIL_EVENTS_SECRET = KEY, ""
    assert post("mailgun", mailgun(resident.email)) == 404


def test_whoever_guesses_on_and_on_is_asked_to_wait(resident: User) -> None:
    client = Client()
    statuses = [post("mailgun", mailgun(resident.email, key="x"), client=client) for _ in range(30)]
    assert statuses[0] == 400
    assert statuses[-1] == 429
    assert post("mailgun", mailgun(resident.email)) == 200


@pytest.mark.parametrize(
    ("provider", "hard", "soft"),
    [
        (
            "postmark",
            {"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "BouncedAt": "2026-11-20T20:00:00Z"},
            {"RecordType": "Bounce", "Type": "SoftBounce", "ID": 2, "BouncedAt": "2026-11-20T20:00:00Z"},
        ),
        (
            "brevo",
            {"event": "hard_bounce", "ts_epoch": 1795000000000},
            {"event": "soft_bounce", "ts_epoch": 1795000000000},
        ),
    ],
)
def test_providers_that_sign_nothing_prove_themselves_by_the_secret(
    resident: User, settings: LazySettings, provider: str, hard: dict[str, Any], soft: dict[str, Any]
) -> None:
    settings.MAIL_EVENTS_PROVIDER, settings.MAIL_EVENTS_KEY = provider, ""
    address = {"Email": resident.email, "email": resident.email}
    assert post(provider, hard | address, secret="porch:dark") == 400
    assert post(provider, soft | address) == 200
    assert not Suppression.objects.exists()
    assert post(provider, hard | address) == 200
    assert Suppression.objects.get().person == resident


def test_mailersend_signs_the_whole(resident: User, settings: LazySettings) -> None:
    settings.MAIL_EVENTS_PROVIDER = "mailersend"
    basic = base64.b64encode(SECRET.encode()).decode()

    def tell(kind: str, event_id: str, key: str = KEY) -> int:
        told = {
            "type": f"activity.{kind}",
            "data": {
                "id": event_id,
                "type": kind,
                "created_at": "2026-11-20T20:00:00Z",
                "email": {"message": {"id": "1"}, "recipient": {"email": resident.email}},
                "morph": {"object": "recipient_bounce", "reason": "no such user"},
            },
        }
        body = json.dumps(told)
        signature = hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers = {"Authorization": f"Basic {basic}", "Signature": signature}
        answer = Client().post("/mail/events/mailersend/", body, content_type="application/json", headers=headers)
        return answer.status_code

    assert tell("hard_bounced", "1", key="another") == 400
    assert tell("soft_bounced", "2") == 200
    assert not Suppression.objects.exists()
    assert tell("hard_bounced", "3") == 200
    assert Suppression.objects.get().words == "no such user"


def test_looking_whether_somebody_is_there_is_answered(client: Client) -> None:
    assert client.head("/mail/events/mailgun/").status_code == 200
    assert client.head("/mail/events/postmark/").status_code == 404
    assert client.get("/mail/events/mailgun/").status_code == 405
