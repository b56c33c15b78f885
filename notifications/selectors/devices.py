"""On which devices does a person see push messages?"""

from django.db.models import QuerySet

from notifications.models import PushSubscription


def devices_of(person_id: int) -> QuerySet[PushSubscription]:
    """The person's devices, the newest first. One query, however many."""
    return PushSubscription.objects.filter(person_id=person_id).order_by("-made_at", "-pk")
