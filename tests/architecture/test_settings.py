"""Is every difference between installations documented, and does no secret have a default?"""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READS = re.compile(r'env\.(?:str|bool|int|list|db_url|email_url)\(\s*"([A-Z_]+)"(\s*,)?')


def test_every_variable_is_documented() -> None:
    read = {match[0] for match in READS.findall((ROOT / "config" / "settings.py").read_text())}
    documented = set(re.findall(r"`([A-Z_]{3,})`", (ROOT / "docs" / "settings.md").read_text()))
    assert read - documented == set()


def test_no_secret_has_a_default() -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    for name in (
        "SECRET_KEY",
        "LIVE_TOKEN_KEY",
        "SECOND_FACTOR_KEYS",
        "HOME_KEYS",
        "HOUSEHOLD_KEY",
        "VAPID_PRIVATE_KEY",
        "DATABASE_URL",
        "REDIS_URL",
    ):
        assert f'("{name}")' in source or f'"{name}")' in source, name
        assert not re.search(rf'"{name}",\s*default', source), name
