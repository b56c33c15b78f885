"""Are the static files collected under names that change with their content?"""

import hashlib

from ops.commands import run
from ops.environment import for_processes
from ops.place import PYTHON, ROOT
from ops.python import LOCK
from ops.say import step
from ops.stamps import done, fingerprint, is_done

COLLECTED = ROOT / "staticfiles"
STAMP = COLLECTED / ".collected"


def collect(values: dict[str, str]) -> None:
    """Collect them into `staticfiles/`, where nginx finds them, unless nothing has changed."""
    mark = fingerprint(LOCK) + _fingerprint_of_sources()
    if is_done(STAMP, mark):
        return
    with step("Collecting the static files"):
        run(
            [PYTHON, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
            env=for_processes(values),
            cwd=ROOT,
        )
        done(STAMP, mark)


def _fingerprint_of_sources() -> str:
    """By size and time: reading two megabytes at every start would cost more than it tells."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "static").rglob("*")):
        state = file.stat()
        digest.update(f"{file} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
