"""Which installation do the tests of pooled connections start? As ever, but all requests share two connections."""

from typing import Any

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

_database: dict[str, Any] = DATABASES["default"]
_database["CONN_MAX_AGE"] = 0
_database["OPTIONS"] = {
    **_database["OPTIONS"],
    "pool": {"min_size": 2, "max_size": 2, "timeout": 30},
    "application_name": "two connections",
}
# No files were collected for the tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
