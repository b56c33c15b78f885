"""How does the room let go of what is a person's own, and of what is too old? All of it through the policies."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from community.identity import PURGES_BEFORE, setting_for_transaction, speaking_as

# A DELETE without a condition takes just what the table's policy lets go: of a person what is theirs, also the copies
# of their words that others reported; of age what is older than the setting says. What hangs on a row goes with it.
_OF_A_PERSON = ("appeal", "removalcopy", "report", "lead", "block", "mute", "thanks", "comment", "neighborpost")
_OF_AGE = ("comment", "neighborpost", "report", "removal")

AVERAGE_DAYS_OF_MONTH = 365.25 / 12


def forget_person(*, person_id: int, at: datetime) -> int:
    """Delete everything of somebody who leaves, pictures and copies of their words included.

    Returns:
        How many rows, not counting what hung on them.
    """
    with speaking_as(person_id):
        return _delete(_OF_A_PERSON)


def purge_old(*, at: datetime) -> int:
    """Delete for good what was written, reported or removed more than `NEIGHBOR_POSTS_KEPT_MONTHS` ago.

    Returns:
        How many rows, not counting what hung on them.
    """
    before = at - timedelta(days=settings.NEIGHBOR_POSTS_KEPT_MONTHS * AVERAGE_DAYS_OF_MONTH)
    with setting_for_transaction(PURGES_BEFORE, before.isoformat()):
        return _delete(_OF_AGE)


def _delete(tables: tuple[str, ...]) -> int:
    deleted = 0
    with connection.cursor() as cursor:
        # All rooms at once and in order: the statements below raise rooms of many places, one after the other, and
        # would wait forever for somebody who writes beside them.
        cursor.execute("SELECT 1 FROM community_room ORDER BY neighborhood_id FOR UPDATE")
        for table in tables:
            cursor.execute(f"DELETE FROM community_{table}")
            deleted += cursor.rowcount
    return deleted
