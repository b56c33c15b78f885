"""How is the installation configured while it is being measured? As always, plus what it is compared with."""

from importlib.util import find_spec

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STATIC_ROOT, STORAGES

ROOT_URLCONF = "benchmarks.urls"

# A development dependency; without it the comparison with it is left out.
if find_spec("actstream") is not None:
    INSTALLED_APPS = [*INSTALLED_APPS, "actstream"]

# `make run` collects the static files; where it never ran there are no hashed names to find.
if not (STATIC_ROOT / "staticfiles.json").exists():
    STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
