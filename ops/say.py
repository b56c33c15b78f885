"""What does the person at the terminal see while things are being set up?"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class CannotGoOn(Exception):
    """The set-up stops here; the text tells the person what to do about it."""


def say(text: str) -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """One line for one step: what is being done, then how long it took."""
    started = time.monotonic()
    say(f"{text} …")
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f"  done in {seconds:.0f} s")
