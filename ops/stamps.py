"""Was a step of the set-up finished, and for the same input?"""

import hashlib
from pathlib import Path

from ops.place import ROOT


def fingerprint(*files: Path) -> str:
    """Changes with the content of the files and with the place of the checkout, which installed scripts contain."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_done(stamp: Path, mark: str) -> bool:
    try:
        return stamp.read_text() == mark
    except OSError:
        return False


def done(stamp: Path, mark: str) -> None:
    """Written last: without it the step starts over."""
    stamp.write_text(mark)
