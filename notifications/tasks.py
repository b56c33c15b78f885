"""Which background work do notifications have? Each task reads the clock and calls one service."""

import logging

from celery import shared_task
from django.utils import timezone

from notifications import services
from notifications.gateways.transport import mail_transport
from notifications.services import messages
from notifications.services.sending import mail, push

log = logging.getLogger(__name__)


@shared_task(name="notifications.pulse")
def pulse(lane: str) -> None:
    """Show that a lane's worker is alive."""
    services.record_pulse(lane=lane, at=timezone.now())


@shared_task(name="notifications.finish_ended")
def finish_ended() -> None:
    """Mark what was left of messages that were corrected, withdrawn or stopped."""
    messages.finish_ended(at=timezone.now())


@shared_task(name="notifications.send_mail")
def send_mail(lane: str) -> None:
    """Send what waits in a lane by e-mail."""
    mail.send_mail(lane=lane, gateway=mail_transport(), clock=timezone.now)


@shared_task(name="notifications.send_push")
def send_push(lane: str) -> None:
    """Send what waits in a lane to people's browsers."""
    push.send_push(lane=lane, clock=timezone.now)


@shared_task(name="notifications.send_account_mail")
def send_account_mail() -> None:
    """Hand over the mails that concern accounts."""
    services.send_account_mail(clock=timezone.now)


@shared_task(name="notifications.purge_old")
def purge_old() -> None:
    """Delete for good what was told too long ago."""
    log.info("Deleted what was told long ago: %s.", services.purge_old(at=timezone.now()))
