"""Which release of the pages is running? Part of every cache key and ETag, so that a deploy makes old bodies stale."""

import hashlib
from functools import cache

from django.conf import settings


@cache
def release() -> str:
    """A short hash over all templates and the manifest of static files, the same in every process of one release."""
    digest = hashlib.blake2b(digest_size=6)
    files = [*sorted((settings.BASE_DIR / "templates").rglob("*.html")), settings.STATIC_ROOT / "staticfiles.json"]
    for file in files:
        if file.exists():
            digest.update(file.read_bytes())
    return digest.hexdigest()
