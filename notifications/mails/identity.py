"""By which name do mail programs know a mail, so that one sent twice is recognized as the same?"""

from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

Kind = Literal["notice", "mail", "digest"]


def message_id(kind: Kind, pk: int) -> str:
    """The Message-ID of one mail: the same at every try, different from every other."""
    return f"<{kind}.{pk}@{site_host()}>"


def list_id(name: str) -> str:
    """What mail programs sort a list's mails by.

    Args:
        name: A topic, or the pace of a digest.
    """
    return f"Porchlight <{name}.{site_host()}>"


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
