"""How do the Python packages get into `.venv`?"""

import shutil
import sys
from pathlib import Path

from ops.commands import run
from ops.place import PYTHON, ROOT
from ops.say import step
from ops.stamps import done, fingerprint, is_done

LOCK = ROOT / "requirements-dev.txt"
VENV = ROOT / ".venv"
STAMP = VENV / "installed"


def install() -> None:
    """Install exactly what the lock file names, checked by its hashes; a `.venv` that was never finished goes first."""
    mark = f"{sys.version_info[:2]} {fingerprint(LOCK)}"
    if is_done(STAMP, mark) and Path(PYTHON).exists():
        return
    with step("Installing the Python packages"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV])
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
        run([*pip, "install", "--require-hashes", "-r", str(LOCK)])
        done(STAMP, mark)
