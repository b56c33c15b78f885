"""How is the installation configured while it is being measured? As always, plus what it is compared with."""

from importlib.util import find_spec

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

ROOT_URLCONF = "benchmarks.urls"

# A development dependency; without it the comparison with it is left out.
if find_spec("actstream") is not None:
    INSTALLED_APPS = [*INSTALLED_APPS, "actstream"]
