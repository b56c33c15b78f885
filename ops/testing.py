"""What does `make test` do?"""

import os
import subprocess

from ops import environment
from ops.locks import alone
from ops.place import PYTHON, ROOT, TESTS
from ops.say import complain
from ops.setup import set_up, stop_servers

MOST_PROCESSES = 4


def main() -> int:
    """Run every test beside servers of its own, which end with it."""
    TESTS.prepare()
    with alone(TESTS.run / "lock") as is_alone:
        if not is_alone:
            complain("The tests of this checkout are running already.")
            return 1
        try:
            values = set_up(TESTS, with_browser=True)
            processes = min(os.cpu_count() or 1, MOST_PROCESSES)
            pytest = [PYTHON, "-m", "pytest", "-n", str(processes), "--dist", "loadgroup"]
            env = environment.for_processes(values)
            return subprocess.run(pytest, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
        finally:
            stop_servers(TESTS)
