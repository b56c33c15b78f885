"""What is kept, as the application, a backup and the operator of the machine find it?"""

import os
import re
import subprocess
import zlib
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, TypeAlias
from urllib.parse import urlsplit

import psycopg

from ops import postgres
from ops.place import Place
from tests.wall.words import Canary

Database: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

# Every table, view and foreign table that is not the server's own, and the samples of columns its planner keeps.
RELATIONS = """
    SELECT format('%I.%I', nspname, relname)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema')
      AND nspname NOT LIKE 'pg_toast%' AND nspname NOT LIKE 'pg_temp%'
    UNION ALL VALUES ('pg_catalog.pg_stats'), ('pg_catalog.pg_stats_ext'), ('pg_catalog.pg_stat_activity')
"""
COPY = re.compile(rb"^COPY (?:public\.)?(\S+) \(.*\) FROM stdin;$")


@contextmanager
def connected(url: str) -> Iterator[Database]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def superuser_url(place: Place, database_url: str) -> str:
    """The same database for whoever operates the server."""
    parts = urlsplit(database_url)
    password = (place.postgres / "superuser").read_text().strip()
    return parts._replace(netloc=f"postgres:{password}@{parts.hostname}:{parts.port}").geturl()


def one(database: Database, query: LiteralString, *parameters: object) -> Any:
    """The first column of the only row."""
    row = database.execute(query, parameters).fetchone()
    assert row is not None, query
    return row[0]


def relations(connection: Database) -> list[str]:
    return [name for (name,) in connection.execute(RELATIONS)]


def every_row(connection: Database, names: Iterable[str]) -> dict[str, bytes]:
    """All columns of all rows that this connection is shown, by relation; none of one it may not read."""
    found = {}
    for name in names:
        try:
            rows = connection.execute(f"SELECT whole::text FROM {name} AS whole").fetchall()
        except psycopg.errors.InsufficientPrivilege:
            rows = []
        found[name] = "\n".join(row for (row,) in rows).encode()
    return found


def dump(url: str) -> dict[str, bytes]:
    """What a backup made by the superuser holds, table by table; the rest of it under no name."""
    programs = postgres.find_programs()
    assert programs is not None
    parts = urlsplit(url)
    whole = subprocess.run(
        [
            programs / "pg_dump",
            "--dbname",
            parts._replace(netloc=parts.netloc.replace(f":{parts.password}", "")).geturl(),
        ],
        env=os.environ | {"PGPASSWORD": parts.password or ""},
        check=True,
        capture_output=True,
    ).stdout
    tables: dict[str, list[bytes]] = defaultdict(list)
    table = ""
    for line in whole.split(b"\n"):
        if start := COPY.match(line):
            table = start[1].decode()
        elif line == b"\\.":
            table = ""
        else:
            tables[table].append(line)
    return {name: b"\n".join(lines) for name, lines in tables.items()}


def sessions(connection: Database) -> bytes:
    """What browsers' sessions hold, unpacked: signed, but neither encrypted nor readable as it is."""
    rows = connection.execute("SELECT session_data FROM accounts_session").fetchall()
    return b"\n".join(_unpacked(data.encode()) for (data,) in rows)


def _unpacked(signed: bytes) -> bytes:
    payload = signed.split(b":")[0]
    is_compressed = payload.startswith(b".")
    payload = payload.removeprefix(b".")
    plain = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    return zlib.decompress(plain) if is_compressed else plain


def files_below(*folders: Path) -> dict[str, bytes]:
    """Every file in some folders: logs, temporary files, uploads."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def places_of(canary: Canary, found: dict[str, bytes]) -> list[str]:
    """Where it stands."""
    return sorted(name for name, content in found.items() if canary.is_in(content))
