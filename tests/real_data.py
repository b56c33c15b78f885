"""Where are the real public files that some tests run on? They are not part of the project."""

import os
from pathlib import Path

import pytest

REAL_DATA = Path(os.environ.get("PORCHLIGHT_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

needs_real_data = pytest.mark.skipif(not REAL_DATA.is_dir(), reason="PORCHLIGHT_DATA names no folder with real files")
