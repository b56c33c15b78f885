"""Who looks whether everything runs? A thread of every worker: what the clock sends could not tell of its own end."""

import logging
import threading

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.gateways.texting import gateway_of
from notifications.gateways.transport import mail_transport
from notifications.operators import OperatorsOfSettings
from notifications.services.watch import LOOK_EVERY, watch

log = logging.getLogger(__name__)


class Watcher:
    """Looks now and then until it is told to stop."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()

    def _keep_looking(self) -> None:
        # Not at once: what starts together is given time to come up.
        while not self._is_over.wait(LOOK_EVERY.total_seconds()):
            look()


def look() -> None:
    """One look, over a connection of its own; whatever goes wrong, there is a next one."""
    try:
        operators = OperatorsOfSettings(mail_transport(), gateway_of(settings.SMS_URL))
        watch(at=timezone.now(), operators=operators)
    except Exception as error:
        # Without the database nobody can look; /healthz says so to whoever asks from outside.
        log.warning("Could not look whether everything runs (%s).", type(error).__name__)
    finally:
        connection.close()
