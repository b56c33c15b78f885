"""Which processes come from us, however they were started, and are they gone when we are?"""

import ctypes
import os
import signal
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """From now on whatever our children leave behind becomes our own child, and not a stranger."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def descendants() -> set[int]:
    """Everything that has us as parent or as parent's parent, at any distance."""
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").iterdir() if folder.name.isdecimal()}
    found: set[int] = set()
    generation = {os.getpid()}
    while generation := {pid for pid, parent in parents.items() if parent in generation} - found:
        found |= generation
    return found


def end_all(seconds: float) -> None:
    """Ask all of them to end, and after a while make them."""
    until = time.monotonic() + seconds
    _tell(signal.SIGTERM)
    while _reap() and descendants():
        if time.monotonic() > until:
            _tell(signal.SIGKILL)
        time.sleep(0.1)


def _parent(folder: Path) -> int | None:
    try:
        # The name in brackets may hold anything, a bracket too.
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _tell(how: signal.Signals) -> None:
    for pid in descendants():
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


def _reap() -> bool:
    """Take note of children that have ended. False: there are no more."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return False
    return True
