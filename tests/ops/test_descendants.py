"""Does nothing that was started outlive a test run?"""

import subprocess
import sys

from ops import owned
from ops.place import ROOT

# A child that starts a grandchild of another session and leaves it behind, as a server that daemonizes does.
LEAVES_ONE_BEHIND = """
import subprocess, sys
left = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, start_new_session=True)
print(left.pid)
"""
STARTS_AND_ENDS = f"""
import subprocess, sys
from ops import descendants
descendants.adopt()
said = subprocess.run([sys.executable, "-c", {LEAVES_ONE_BEHIND!r}], stdout=subprocess.PIPE, text=True).stdout
assert int(said) in descendants.descendants()
descendants.end_all(seconds=10)
assert not descendants.descendants()
print(said)
"""


def test_what_a_child_left_behind_ends_too() -> None:
    done = subprocess.run([sys.executable, "-c", STARTS_AND_ENDS], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert owned.command_line(int(done.stdout)) == ""
