"""For whom does the wall open? For one person, inside one transaction, and never for the session."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def speaking_as(person_id: int) -> Iterator[None]:
    """Let the community tables show what this person may see and take what this person may write.

    The policies look up the current verified residency themselves; the setting ends with the transaction. One query to
    set it, and one more to take it back where an outer transaction goes on.
    """
    with transaction.atomic():
        _set(str(person_id))
        yield
    # Committed or rolled back, the setting is gone; within an outer transaction it is not.
    if connection.in_atomic_block:
        _set("")


def _set(person: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('porchlight.person', %s, true)", [person])
