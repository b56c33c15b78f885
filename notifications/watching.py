"""Who looks whether everything runs? A thread of every worker: what the clock sends could not tell of its own end."""

import logging
import threading
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.shutdown import is_shutting_down
from notifications.gateways.texting import gateway_of
from notifications.gateways.transport import mail_transport
from notifications.operators import OperatorsOfSettings
from notifications.services.watch import LOOK_EVERY, watch

log = logging.getLogger(__name__)


def begin_to_watch() -> None:
    """Look now and then, in a thread of this process, until the process is told to stop."""
    threading.Thread(target=_keep_looking, name="watch", daemon=True).start()


def _keep_looking() -> None:
    # Not at once: what starts together is given time to come up. Nothing here is told of the end by a lock: the
    # signal comes in the midst of whatever the process does, and may come twice.
    while True:
        time.sleep(LOOK_EVERY.total_seconds())
        if is_shutting_down():
            return
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
