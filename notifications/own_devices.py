"""What becomes of a person's devices when they sign out, and what do they read about them in their own data?"""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from accounts.models import User
from accounts.own_data import moment
from accounts.signals import OwnDataSection, own_data_asked
from notifications.selectors.devices import devices_of
from notifications.services.push import THIS_DEVICE, unsubscribe_device


def connect() -> None:
    user_logged_out.connect(_signed_out, dispatch_uid="notifications.device_signed_out")
    own_data_asked.connect(_own_devices, dispatch_uid="notifications.own_devices")


def _signed_out(*, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Push ends on a device where its owner signs out. Where the session ended by itself it goes on."""
    if request is None or user is None:
        return
    subscription_id = request.session.get(THIS_DEVICE)
    if subscription_id is not None:
        unsubscribe_device(person_id=user.pk, subscription_id=subscription_id)


def _own_devices(*, person: User, **kwargs: Any) -> list[OwnDataSection]:
    rows = [
        {
            "Device": one.device,
            "Push turned on": moment(one.made_at),
            "Last sent, to the day": moment(one.last_sent_at)[:10],
            "Address at its push service": one.endpoint,
            "Its keys": f"{one.p256dh} {one.auth}",
        }
        for one in devices_of(person.pk)
    ]
    return [OwnDataSection("Devices with push messages", rows)] if rows else []
