"""Which things must never happen at the same time, anywhere in the installation?

PostgreSQL advisory locks, held until the transaction ends or, where no transaction may be open, until the connection
does: a crash releases them.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

log = logging.getLogger(__name__)

# Arbitrary but fixed: the numbers name the locks for every process and every release.
_BOUNDARIES = 7_001
_WATCH = 7_002
_HOLDS = 7_003


def hold_boundaries_still() -> None:
    """Wait for a running load, then keep loads out until this transaction ends. Many may hold it at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_BOUNDARIES])


def change_boundaries_alone() -> None:
    """Wait for every running publication, then keep publications and other loads out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BOUNDARIES])


def hold_holds_still() -> None:
    """Wait for a legal hold that is being placed, then keep new ones out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_HOLDS])


def place_hold_alone() -> None:
    """Wait for every deletion of records under way, then keep others out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_HOLDS])


def begin_publication(key: uuid.UUID) -> None:
    """Both for a publication, in one round trip: its form is worked on once, and loads stay out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)), pg_advisory_xact_lock_shared(%s)",
            [str(key), _BOUNDARIES],
        )


def take_submission(key: uuid.UUID) -> None:
    """Let only one transaction at a time work on the same submitted form; the second then finds the first one's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


@contextmanager
def one_at_a_time(name: str) -> Iterator[bool]:
    """Hold a piece of work without a transaction; the answer is False when somebody else has it.

    The lock belongs to this database connection and goes with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
            except Error as error:
                # The database was restarted, and the lock is gone with the connection.
                log.info("The lock of %s was lost (%s).", name, type(error).__name__)
                connection.close()


@contextmanager
def watching_alone() -> Iterator[bool]:
    """Hold the watch over the installation without a transaction; the answer is False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_WATCH])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_WATCH])
