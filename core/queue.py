"""How does a service start background work without waiting for it, or failing with it?

The database row is the queue; a nudge only makes a worker look sooner. If the broker is away the nudge is lost and
the lane's next tick (`config/schedule.py`) finds the row a few seconds later.
"""

import logging
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.pools import producers

log = logging.getLogger(__name__)

# An older nudge is worth nothing: the sweeper has sent newer ones, and a worker that comes back after an hour must not
# wade through a thousand of them.
EXPIRES_SECONDS = 60


def nudge(
    task_name: str,
    *args: Any,
    lane: str,
    otherwise: Callable[[], None] | None = None,
) -> None:
    """Ask a worker of `lane` to run a task once the current transaction has committed.

    Args:
        task_name: Full name of the task, so that services need not import tasks.
        args: Ids only; never text or anything personal.
        lane: One of `core.lanes.LANES`.
        otherwise: What to do in this process where the broker is away, for what somebody waits for at this moment.
    """

    def send() -> None:
        try:
            with producers[_impatient_broker()].acquire(block=True) as producer:
                current_app.send_task(
                    task_name, args=args, queue=lane, expires=EXPIRES_SECONDS, producer=producer, ignore_result=True
                )
        except Exception as error:
            log.warning("No nudge for %s (%s).", task_name, type(error).__name__)
            if otherwise:
                otherwise()

    transaction.on_commit(send, robust=True)


def _impatient_broker() -> Connection:
    """The workers' broker, but whoever sends a nudge waits for neither a Redis that is away nor one that hangs."""
    return Connection(
        current_app.conf.broker_url,
        transport_options={
            **current_app.conf.broker_transport_options,
            "socket_timeout": settings.REDIS_TIMEOUT_SECONDS,
            "max_retries": 0,
        },
    )
