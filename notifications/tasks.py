"""Which background work do notifications have? Each task reads the clock and calls one service."""

from celery import shared_task
from django.utils import timezone

from notifications import services


@shared_task(name="notifications.pulse")
def pulse(lane: str) -> None:
    """Show that a lane's worker is alive."""
    services.record_pulse(lane=lane, at=timezone.now())
