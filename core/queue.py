"""How does a service start background work without waiting for it, or failing with it?

The database row is the queue; a nudge only makes a worker look sooner. If the broker is away the nudge is lost and
the sweeper (`posts.tasks.sweep`) finds the row a few seconds later.
"""

import logging
from typing import Any

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

# An older nudge is worth nothing: the sweeper has sent newer ones, and a worker that comes back after an hour must not
# wade through a thousand of them.
EXPIRES_SECONDS = 60


def nudge(task_name: str, *args: Any, lane: str) -> None:
    """Ask a worker of `lane` to run a task once the current transaction has committed.

    Args:
        task_name: Full name of the task, so that services need not import tasks.
        args: Ids only; never text or anything personal.
        lane: One of `core.lanes.LANES`.
    """

    def send() -> None:
        try:
            current_app.send_task(
                task_name, args=args, queue=lane, expires=EXPIRES_SECONDS, retry=False, ignore_result=True
            )
        except Exception as error:  # noqa: BLE001  whatever the broker does, the person's work is committed
            log.warning("No nudge for %s (%s); the sweeper will find it.", task_name, type(error).__name__)

    transaction.on_commit(send, robust=True)
