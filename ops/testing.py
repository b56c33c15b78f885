"""What does `make test` do?"""

import os
import signal
import subprocess
from contextlib import suppress

from ops import descendants, environment
from ops.locks import alone
from ops.place import PYTHON, ROOT, TESTS
from ops.say import complain
from ops.setup import set_up, stop_servers

MOST_PROCESSES = 4
# Stories run every process of an installation; ending them in order takes a while.
PATIENCE_SECONDS = 30


def main() -> int:
    """Run every test beside servers of its own, which end with it."""
    TESTS.prepare()
    with alone(TESTS.run / "lock") as is_alone:
        if not is_alone:
            complain("The tests of this checkout are running already.")
            return 1
        descendants.adopt()
        try:
            return _pytest(set_up(TESTS, with_browser=True))
        finally:
            stop_servers(TESTS)
            descendants.end_all(seconds=10)


def _pytest(values: dict[str, str]) -> int:
    count = min(os.cpu_count() or 1, MOST_PROCESSES)
    # Of its own session, so that Ctrl-C comes to us alone and pytest hears it once.
    process = subprocess.Popen(
        [PYTHON, "-m", "pytest", "-p", "tests.scheduling", "-n", str(count)],
        cwd=ROOT,
        env=environment.for_processes(values),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
        raise
