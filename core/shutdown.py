"""Was this worker told to stop, as it is at every deploy? Work that goes on for long asks, and ends in good order."""

import mmap
from typing import Any

from celery.signals import worker_shutting_down

# A byte of memory that a worker shares with the processes it forks: only the first of them hears the signal.
_flag = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def _tell(**kwargs: Any) -> None:
    _flag[0] = 1


def is_shutting_down() -> bool:
    """True from the moment on at which the worker got SIGTERM; never outside of a worker."""
    return _flag[0] == 1
