"""How does a browser begin and cease to show a person push messages?"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core.errors import DomainError
from core.lanes import URGENT
from core.queue import nudge
from notifications.models import Message, Notice, PushSubscription
from notifications.rules import Channel, Source, Topic
from notifications.rules.devices import check_endpoint, check_keys, digest_of

DEVICES_PER_PERSON = 20
HEARING_PATH = "/accounts/hearing/"
# In a session: which of the person's devices its browser is, so that signing out ends push there.
THIS_DEVICE = "push_device"


class TooManyDevices(DomainError):
    """So many that nobody knows any more which is which."""

    def __init__(self) -> None:
        super().__init__(f"You have {DEVICES_PER_PERSON} devices with push. Turn it off on one of them first.")


class NoDevice(DomainError):
    """There is nothing to show a push message on."""

    def __init__(self) -> None:
        super().__init__("Push is not on anywhere. Turn it on, then send a test.")


@transaction.atomic
def subscribe_device(
    *, person: User, endpoint: str, p256dh: str, auth: str, device: str, at: datetime, replaces: str = ""
) -> PushSubscription:
    """Show this person's push messages in a browser; it shows those of whoever had it before no more.

    Args:
        endpoint: Where the browser's push service takes messages for it.
        device: What its owner will know it by.
        replaces: The endpoint that this one takes the place of, if its browser says so; only one of this person goes.

    Raises:
        BrokenSubscription: The browser sent something that nothing can be sent with.
        UnknownPushService: It leads to a push service that this site does not ask.
        TooManyDevices: Another one would be one too many.
    """
    check_endpoint(endpoint, settings.PUSH_SERVICES)
    check_keys(p256dh=p256dh, auth=auth)
    # One at a time for a person, so that nobody's devices are counted while others are added.
    User.objects.select_for_update().get(pk=person.pk)
    own = PushSubscription.objects.filter(person=person)
    if replaces and replaces != endpoint:
        own.filter(endpoint_digest=digest_of(replaces)).delete()
    if own.exclude(endpoint_digest=digest_of(endpoint)).count() >= DEVICES_PER_PERSON:
        raise TooManyDevices
    subscription, _ = PushSubscription.objects.update_or_create(
        endpoint_digest=digest_of(endpoint),
        defaults={
            "person": person,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "device": device,
            "made_at": at,
            "last_sent_at": None,
        },
    )
    return subscription


@transaction.atomic
def unsubscribe_device(*, person_id: int, subscription_id: int) -> bool:
    """Show push messages there no more; whether that device was this person's."""
    deleted, _ = PushSubscription.objects.filter(pk=subscription_id, person_id=person_id).delete()
    return deleted > 0


@transaction.atomic
def send_test_message(*, person: User, at: datetime) -> None:
    """Show the person on all their devices that push works. It keeps no quiet hours: they are asking for it.

    Raises:
        NoDevice: There is none.
    """
    # One test at a time: each is the next version of the same message, and takes the place of the one before.
    User.objects.select_for_update().get(pk=person.pk)
    if not PushSubscription.objects.filter(person=person).exists():
        raise NoDevice
    earlier = Message.objects.filter(source=Source.PUSH_TEST, source_id=person.pk)
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    message = Message.objects.create(
        source=Source.PUSH_TEST,
        source_id=person.pk,
        version=version,
        topic=Topic.REPLIES,
        lane=URGENT,
        label="Test message",
        title="Push works here",
        path=HEARING_PATH,
        said_at=at,
        made_at=at,
    )
    Notice.objects.create(message=message, person=person, channel=Channel.PUSH, lane=URGENT, due_at=at)
    nudge("notifications.send_push", URGENT, lane=URGENT)
