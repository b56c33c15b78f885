"""Since when do posts wait for a worker?"""

from datetime import datetime

from django.db.models import Count, Min, Q

from posts.models import Delivery
from posts.rules import lane_of


def deliveries_waiting_since() -> dict[str, datetime]:
    """By lane, since when the delivery that waits longest has been waiting. One query over the index of those that do.

    A post waits from its last change: publishing, correcting and withdrawing all set its deliveries going.
    """
    waiting = Delivery.objects.filter(Q(done_at=None) | Q(notices_at=None))
    found: dict[str, datetime] = {}
    for kind, since in waiting.values_list("post__kind").annotate(since=Min("post__changed_at")).order_by():
        lane = lane_of(kind)
        found[lane] = min(since, found.get(lane, since))
    return found


def count_waiting_deliveries() -> dict[str, int]:
    """By lane, how many deliveries wait for a worker. One query over the same index."""
    waiting = Delivery.objects.filter(Q(done_at=None) | Q(notices_at=None))
    found: dict[str, int] = {}
    for kind, count in waiting.values_list("post__kind").annotate(count=Count("pk")).order_by():
        found[lane_of(kind)] = found.get(lane_of(kind), 0) + count
    return found
