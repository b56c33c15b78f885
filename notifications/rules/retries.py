"""When is something tried again that did not leave, and which words of the other side are kept?"""

import re
from datetime import timedelta

from notifications.rules import REASON_MAX_LENGTH

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# About six hours after the first try: afterwards the news is old, and the mail server was away all that time.
MAX_ATTEMPTS = 12
# Waits are spread by so much to either side, so that what failed together does not come back together.
JITTER = 0.2

_ADDRESS = re.compile(r"<?[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+>?")
_GAPS = re.compile(r"[\s\x00-\x1f\x7f]+")


def wait_before(attempt: int, *, chance: float) -> timedelta:
    """How long to wait before try number `attempt` (the second is the first that waits).

    Args:
        chance: From 0 to 1, drawn anew for each.
    """
    doublings = min(max(attempt - 2, 0), 16)
    wait: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return wait * (1 - JITTER + 2 * JITTER * chance)


def may_try_again(attempts: int) -> bool:
    """Whether something that was tried so often is tried once more."""
    return attempts < MAX_ATTEMPTS


def kept_words(words: str, *, address: str = "") -> str:
    """What a transport answered as it may be kept and shown: one line, and nothing in it says whose mail it was.

    Args:
        address: Where it should have gone; its name is left out even where it stands alone.
    """
    words = _ADDRESS.sub("…", _GAPS.sub(" ", words).strip())
    name = address.partition("@")[0]
    if name:
        words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", words, flags=re.IGNORECASE)
    return words[:REASON_MAX_LENGTH]
