"""What goes when a person leaves?"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from notifications.models import Digest, Preferences, PushSubscription, Suppression
from notifications.rules import NoticeState
from notifications.services.preferences import end_waiting_notices

LEFT = "The person left before it did."


@transaction.atomic
def forget_person(*, person_id: int, at: datetime) -> None:
    """Delete what a person chose and over what they were reached, and let nothing more leave to them.

    What was sent stays as a number among the counts; the account's row names nobody any more.
    """
    for kept in (Preferences, PushSubscription, Suppression):
        kept.objects.filter(person_id=person_id).delete()
    end_waiting_notices(person_id=person_id, which=Q(), reason=LEFT, at=at)
    Digest.objects.filter(person_id=person_id, state=NoticeState.WAITING).update(
        state=NoticeState.SUPERSEDED, ended_at=at, reason=LEFT
    )
