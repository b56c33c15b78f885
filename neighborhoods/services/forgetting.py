"""What is let go of when nobody came back to it: homes that were never confirmed, and places in a queue?"""

from datetime import datetime, timedelta

from accounts.retention import concerns, purge
from neighborhoods.models import Home, WaitingForArea
from neighborhoods.rules import Standing

# Long enough for a letter, a holiday and a second letter; whoever comes later gives the address once more.
KEPT_UNCONFIRMED = timedelta(days=365)
KEPT_WAITING = timedelta(days=365)

concerns(Home, people=("residency__person_id",))
concerns(WaitingForArea, people=("person_id",))


def forget_what_is_over(*, at: datetime) -> dict[str, int]:
    """Erase exact homes a year after they were given where nobody confirmed them, and who waited in vain that long.

    The residency itself stays as claimed; its resident can give the address again. Whoever wanted the address kept, or
    is under a legal hold, keeps it.

    Returns:
        How many of each: `homes`, `waiting`.
    """
    unconfirmed = Home.objects.filter(
        residency__standing=Standing.CLAIMED, is_kept=False, sealed_at__lt=at - KEPT_UNCONFIRMED
    )
    waiting = WaitingForArea.objects.filter(asked_at__lt=at - KEPT_WAITING)
    return {"homes": purge(unconfirmed), "waiting": purge(waiting)}
