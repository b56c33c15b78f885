"""How are the processes started, kept up and stopped together?"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.place import PYTHON, ROOT, shown
from ops.processes import Addresses, Process
from ops.say import say

STOP_SECONDS = 10
# A process that stayed up this long has recovered: its next fall is a first one again.
STEADY_SECONDS = 30
LONGEST_PAUSE_SECONDS = 30
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


def _die_with_supervisor() -> None:
    # Even when the supervisor is killed outright nothing of it stays behind.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the list, and how often it has fallen."""

    process: Process
    arguments: list[str]
    env: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_again_at: float = 0
    falls: int = 0

    def start(self) -> None:
        if self.started_at == 0 and self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as output:
            self.running = subprocess.Popen(
                [PYTHON, *self.arguments],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_supervisor,
            )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Start it again when it has ended, each time after a longer pause."""
        now = time.monotonic()
        if self.running is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.running.poll()
        if code is None:
            return
        # Helpers it left behind would still hold its port.
        self.kill_all_of_it()
        self.running = None
        self.falls = 1 if now - self.started_at > STEADY_SECONDS else self.falls + 1
        pause = min(2 ** (self.falls - 1), LONGEST_PAUSE_SECONDS)
        self.start_again_at = now + pause
        say(f"{self.process.name} ended ({_reason(code)}); starting it again in {pause} s. See {shown(self.log)}")

    def end(self, how: signal.Signals) -> None:
        """Signal the process itself: it knows how to end its own helpers in order."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(how)

    def is_up(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def kill_all_of_it(self) -> None:
        if self.running is not None:
            try:
                os.killpg(self.running.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


class Supervisor:
    def __init__(self, processes: list[Process], addresses: Addresses, env: Mapping[str, str], log: Path) -> None:
        self.children = [
            Child(process, process.arguments(addresses), env, log / f"{process.name}.log") for process in processes
        ]

    def start(self) -> None:
        for child in self.children:
            child.start()

    def look_after(self) -> None:
        for child in self.children:
            child.look_after()

    def stop(self) -> None:
        """Ask all at once, wait, and end whatever did not listen."""
        for child in self.children:
            child.end(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while any(child.is_up() for child in self.children) and time.monotonic() < until:
            time.sleep(0.05)
        for child in self.children:
            child.kill_all_of_it()


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
