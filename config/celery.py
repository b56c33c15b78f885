"""Which Celery application do the workers and the scheduler run?"""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, task_prerun, worker_ready
from django.db import close_old_connections

from core.lanes import MAIL, UPKEEP

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("porchlight")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# By so much the workers of what can wait step back on a machine that they share with those of what cannot.
STEP_BACK = 10


@celeryd_init.connect
def _step_back(options: dict[str, Any], **kwargs: Any) -> None:
    """Before the worker makes its processes: a citywide mail takes what an urgent post leaves of the processors."""
    if options.get("queues") and set(options["queues"]) <= {MAIL, UPKEEP}:
        os.nice(STEP_BACK)


@task_prerun.connect
def _look_at_connections(**kwargs: Any) -> None:
    """Before each task, drop a connection that is too old, or that broke when the database was restarted.

    Celery would open a new one for every task (`CELERY_DB_REUSE_MAX` keeps it), which costs more than the task.
    """
    close_old_connections()


@worker_ready.connect
def _begin_to_watch(**kwargs: Any) -> None:
    """In the worker's own process, beside those that run the tasks: they may all be busy."""
    from notifications.watching import begin_to_watch

    begin_to_watch()
