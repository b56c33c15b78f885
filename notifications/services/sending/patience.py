"""How is something written down although the database is being restarted just now?"""

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from notifications.services.sending.claims import commit_fast

log = logging.getLogger(__name__)

Answered = TypeVar("Answered")

PATIENCE_SECONDS = 30.0


def patiently(ask: Callable[[], Answered]) -> Answered:
    """Ask the database until it answers: what has happened to a mail must be written down.

    Raises:
        OperationalError: It did not come back in time. What was claimed is free again when its lease has run out, and
            a mail that left and could not be written down leaves twice.
    """
    ends_at = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            if monotonic() >= ends_at:
                raise
        sleep(0.2)
        connection.close()
        try:
            commit_fast()
        except OperationalError:
            log.info("The database is away; what was sent is written down when it is back.")
