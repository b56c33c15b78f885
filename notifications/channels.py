"""What are the live channels called?"""

import hashlib
import hmac
import re

from django.conf import settings

_POLICE = re.compile(r"neighborhood:(\d+):police")
CLOSING_PREFIX = "closing:"


def neighborhood_police(neighborhood_id: int) -> str:
    """What the police say in a neighborhood: for everybody whose home it is."""
    return f"neighborhood:{neighborhood_id}:police"


def neighborhood_verified(neighborhood_id: int) -> str:
    """What goes on under the posts of a neighborhood: for its verified residents."""
    return f"neighborhood:{neighborhood_id}:verified"


def command_desk(command_id: int) -> str:
    """What waits at a command's desk: for the staff assigned to it."""
    return f"command:{command_id}:desk"


def closing(person_id: int) -> str:
    """The channel that ends a person's streams. It is a keyed hash, so that a ticket names nobody."""
    digest = hmac.new(settings.LIVE_TOKEN_KEY.encode(), f"closing {person_id}".encode(), hashlib.sha256)
    return CLOSING_PREFIX + digest.hexdigest()[:32]


def neighborhood_of(channel: str) -> int | None:
    """Whose feed a channel tells of; None for every channel that tells of none."""
    match = _POLICE.fullmatch(channel)
    return int(match[1]) if match else None


def in_redis(name: str) -> str:
    """A channel's or key's full name. PUBLISH ignores Redis's database numbers, so the database's name is in front."""
    return f"{settings.DATABASES['default']['NAME']}:{name}"
