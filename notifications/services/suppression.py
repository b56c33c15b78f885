"""When does e-mail to an address end because it comes back, and when does it begin again?"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower

from accounts.models import User
from accounts.rules import Kind
from notifications.models import ProviderEvent, Suppression
from notifications.rules import Channel
from notifications.rules.retries import kept_words
from notifications.services.preferences import end_waiting_notices

CAME_BACK = "E-mail to your address came back before this one left."
CALLED_SPAM = "Your mail program told us that you do not want our e-mail before this one left."


@transaction.atomic
def record_mail_came_back(
    *, provider: str, event_id: str, kind: str, email: str, is_complaint: bool, words: str, at: datetime
) -> None:
    """Send nothing more to an address that a provider says is wrong, or whose owner called our mail spam.

    The same event told again changes nothing, and neither does one about an address that nobody has.

    Args:
        provider: As in the address it told us at.
        event_id: The provider's own, or a digest of what it told.
        words: What the other side said; kept without the address.
    """
    _, is_new = ProviderEvent.objects.get_or_create(
        provider=provider, event_id=event_id, defaults={"kind": kind, "at": at}
    )
    # As the index of addresses has them: a city's bounces must not each read all of its accounts.
    owners = User.objects.alias(written_small=Lower("email")).filter(written_small=Lower(Value(email)))
    person = owners.filter(kind=Kind.RESIDENT, is_active=True).first() if is_new else None
    if person is None:
        return
    Suppression.objects.update_or_create(
        person=person,
        defaults={
            "email": person.email,
            "is_complaint": is_complaint,
            "words": kept_words(words, address=email),
            "at": at,
        },
    )
    end_waiting_notices(
        person_id=person.pk,
        which=Q(channel=Channel.EMAIL),
        reason=CALLED_SPAM if is_complaint else CAME_BACK,
        at=at,
    )


@transaction.atomic
def try_address_again(*, person_id: int) -> None:
    """Send e-mail again, because the person says that their address works."""
    Suppression.objects.filter(person_id=person_id).delete()
