"""Which background work do police commands have?"""

from celery import shared_task
from django.utils import timezone

from commands import services


@shared_task(name="commands.forget_expired_invitations")
def forget_expired_invitations() -> None:
    """Once a day: addresses of invitations that nobody accepted are forgotten."""
    services.forget_expired_invitations(at=timezone.now())
