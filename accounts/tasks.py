"""Which background work belongs to `accounts`?"""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.forget_what_is_over")
def forget_what_is_over() -> None:
    """Once a night: sign-ins, sessions and unused accounts are kept as long as docs/privacy.md says, and no longer."""
    services.forget_what_is_over(at=timezone.now())
