"""How do the front-end packages get here, and from there into `static/vendor/`?"""

import re
import shutil
import subprocess
from pathlib import Path

from ops import vendor
from ops.commands import run
from ops.place import PYTHON, ROOT
from ops.say import step
from ops.stamps import done, fingerprint, is_done

LOCK = ROOT / "package-lock.json"
NODE_LOCK = ROOT / "requirements-node.txt"
STAMP = vendor.PACKAGES / ".installed"
VENDOR_STAMP = vendor.VENDOR / ".copied"
OLDEST_NODE = 20


def install() -> None:
    """Install what the lock file names, then copy what the pages use."""
    mark = fingerprint(LOCK)
    if not is_done(STAMP, mark):
        with step("Installing the front-end packages"):
            run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT)
            done(STAMP, mark)
    mark = fingerprint(LOCK, Path(vendor.__file__))
    if not is_done(VENDOR_STAMP, mark):
        vendor.copy()
        done(VENDOR_STAMP, mark)


def _npm() -> list[str | Path]:
    """The machine's npm when its Node is new enough, else one that comes as a Python package."""
    if _is_new_enough("node") and shutil.which("npm"):
        return ["npm"]
    run([PYTHON, "-m", "pip", "--no-input", "--quiet", "install", "--require-hashes", "-r", NODE_LOCK])
    return [Path(PYTHON).with_name("npm")]


def _is_new_enough(node: str) -> bool:
    try:
        said = subprocess.run([node, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    except OSError:
        return False
    version = re.match(r"v(\d+)\.", said)
    return version is not None and int(version[1]) >= OLDEST_NODE
