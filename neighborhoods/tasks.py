"""Which background work belongs to `neighborhoods`?"""

from celery import shared_task

from neighborhoods import services


@shared_task(name="neighborhoods.reconcile_counts")
def reconcile_counts() -> None:
    """Once a night: the counts beside each neighborhood are right again whatever happened."""
    services.reconcile_counts()
