"""For whom does the wall open? For one person, inside one transaction, and never for the session."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from core.errors import NotAllowed

# Settings of PostgreSQL that the policies read. Nothing else in Porchlight may name them; a test holds that.
SPEAKER = "porchlight.person"
PURGES_BEFORE = "porchlight.purge_before"


class RefusedByWall(NotAllowed):
    """The database itself said no: somebody who could do it when the page was opened no longer can."""

    def __init__(self) -> None:
        super().__init__("You can no longer do this here. Go back to your feed and look again.")


@contextmanager
def speaking_as(person_id: int) -> Iterator[None]:
    """Let the community tables show what this person may see and take what this person may write.

    The policies look up the current verified residency themselves; the setting ends with the transaction. One query to
    set it, and one more to give it back where an outer transaction goes on.

    Raises:
        RefusedByWall: A policy refused a write.
    """
    with setting_for_transaction(SPEAKER, str(person_id)):
        yield


@contextmanager
def setting_for_transaction(name: str, value: str) -> Iterator[None]:
    """Set what the policies read for the length of a block, in a transaction of its own unless one is under way.

    Args:
        name: `SPEAKER` or `PURGES_BEFORE`.
    """
    try:
        with transaction.atomic():
            earlier = _exchange(name, value)
            yield
        # Committed or rolled back, the setting is gone; where an outer transaction goes on, it is not.
        if connection.in_atomic_block:
            _exchange(name, earlier)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise RefusedByWall from error
        raise


def _exchange(name: str, value: str) -> str:
    """Set a setting until the transaction ends, and say what it was."""
    with connection.cursor() as cursor:
        # The columns of a row are worked out from left to right.
        cursor.execute("SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)", [name, name, value])
        return str(cursor.fetchone()[0])
