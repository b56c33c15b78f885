"""Do a load of boundaries and a publication keep each other out?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.models import User
from commands.models import PoliceCommand
from commands.services import set_coverage
from neighborhoods.models import Neighborhood
from tests.posts.factories import publish

BOUNDARIES = 7_001


@pytest.fixture
def somebody_else(db: None) -> Iterator[psycopg.Connection]:
    """Another process of the installation, with a connection of its own."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor, "context": None}
    with psycopg.connect(**parameters) as other:
        yield other


def may_load(other: psycopg.Connection) -> bool:
    return take(other, "pg_try_advisory_xact_lock")


def may_publish(other: psycopg.Connection) -> bool:
    return take(other, "pg_try_advisory_xact_lock_shared")


def take(other: psycopg.Connection, function: str) -> bool:
    row = other.execute(f"SELECT {function}({BOUNDARIES})").fetchone()
    other.rollback()
    return bool(row and row[0])


def own_locks(cursor: Any) -> list[str]:
    # PostgreSQL lists the locks of every database of the server, another test process's too.
    cursor.execute(
        "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid() ORDER BY mode",
        [BOUNDARIES],
    )
    return [mode for (mode,) in cursor.fetchall()]


def test_a_publication_keeps_loads_out_and_lets_other_publications_in(
    officer: User, central: PoliceCommand, now: datetime
) -> None:
    # The cast's own coverage was set in this transaction, which is what a load does: begin anew.
    with connection.cursor() as cursor:
        before = own_locks(cursor)
        publish(officer, central, now)
        after = own_locks(cursor)
    assert before == ["ExclusiveLock"]
    assert after == ["ExclusiveLock", "ShareLock"]


def test_a_load_keeps_publications_and_loads_out(
    central: PoliceCommand, oak: Neighborhood, somebody_else: psycopg.Connection, now: datetime
) -> None:
    set_coverage(command=central, neighborhood_ids=[oak.pk], at=now)
    assert not may_publish(somebody_else)
    assert not may_load(somebody_else)


def test_a_lock_ends_with_its_transaction(somebody_else: psycopg.Connection) -> None:
    assert may_load(somebody_else)
    assert may_publish(somebody_else)
