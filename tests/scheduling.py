"""Which tests of a run in several processes stay together? Those of a folder that starts one installation for all.

Everything else goes wherever a process is free. `make test` loads this as a plugin.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/journeys/", "tests/faults/", "tests/wall/")


class BesideTheirInstallation(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BesideTheirInstallation:
    return BesideTheirInstallation(config, log)
