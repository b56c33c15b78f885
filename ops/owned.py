"""Is the process behind a pid really one of ours?"""

import os
import signal
import time
from pathlib import Path


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_ours(pid: int, folder: Path) -> bool:
    """A number read from a file may by now belong to anybody: ours is whoever names our folder when it was started."""
    return pid > 1 and f"{folder}/" in command_line(pid) + "/"


def pid_in(file: Path) -> int | None:
    """The number in the first line, if there is one."""
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def stop(pid: int, folder: Path, how: signal.Signals = signal.SIGTERM, seconds: float = 20) -> bool:
    """Ask one of our processes to end and wait for it. False: it was not ours, or it is still there."""
    if not is_ours(pid, folder):
        return False
    os.kill(pid, how)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not is_ours(pid, folder):
            return True
        time.sleep(0.05)
    return False
