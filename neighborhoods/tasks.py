"""Which background work belongs to `neighborhoods`?"""

from celery import shared_task
from django.utils import timezone

from core.lanes import UPKEEP
from core.queue import nudge
from neighborhoods import services
from neighborhoods.selectors import moved_residency_ids, served_waiting_ids

# So many mails, then other upkeep has its turn.
MAILS_AT_ONCE = 50


@shared_task(name="neighborhoods.reconcile_counts")
def reconcile_counts() -> None:
    """Once a night: the counts beside each neighborhood are right again whatever happened."""
    services.reconcile_counts()


@shared_task(name="neighborhoods.tell_moved")
def tell_moved() -> None:
    """After a load: residents whose boundary moved hear of it by mail."""
    ids = moved_residency_ids(MAILS_AT_ONCE)
    for residency_id in ids:
        services.tell_moved(residency_id=residency_id, at=timezone.now())
    if len(ids) == MAILS_AT_ONCE:
        nudge("neighborhoods.tell_moved", lane=UPKEEP)


@shared_task(name="neighborhoods.tell_waiting")
def tell_waiting() -> None:
    """After a load: who waited for a neighborhood at their home hears that there is one."""
    ids = served_waiting_ids(MAILS_AT_ONCE)
    for waiting_id in ids:
        services.tell_waiting(waiting_id=waiting_id, at=timezone.now())
    if len(ids) == MAILS_AT_ONCE:
        nudge("neighborhoods.tell_waiting", lane=UPKEEP)


@shared_task(name="neighborhoods.forget_what_is_over")
def forget_what_is_over() -> None:
    """Once a day: homes that nobody confirmed are kept as long as docs/privacy.md says, and no longer."""
    services.forget_what_is_over(at=timezone.now())
