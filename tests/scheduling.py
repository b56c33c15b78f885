"""Which tests of a run in several processes stay together? Those that share an installation or a demo city.

Everything else goes wherever a process is free. `make test` loads this as a plugin.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/journeys/",
    "tests/faults/",
    "tests/wall/",
    "tests/ops/test_backup.py",
    "tests/pages/test_demo_city.py",
)


class BesideTheirInstallation(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BesideTheirInstallation:
    return BesideTheirInstallation(config, log)
