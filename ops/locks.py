"""Is somebody else in this checkout at the same thing?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.say import say


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Hold a lock that ends with this process, however it ends. The answer is False when somebody has it already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def in_turn(file: Path) -> Iterator[None]:
    """Wait until nobody else has the lock, then hold it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is at work; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
