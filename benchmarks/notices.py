"""What does it cost to write a notice for everybody in the city?"""

import resource
import uuid
from collections.abc import Iterator
from time import perf_counter

import psycopg
from django.utils import timezone
from psycopg import sql

from accounts.models import User
from benchmarks.report import Measure
from benchmarks.seeding import AREA_COMMAND, AUTHOR_EMAIL, POST_TEXT, owner_connection, seed_city
from benchmarks.timing import median_seconds
from commands.models import PoliceCommand
from commands.selectors import get_command, get_headquarters
from posts import services
from posts.rules import AudienceScope, PostKind
from posts.services.telling import tell_of_post

NAME = "notices"

NOTICES = "notifications_notice"
BARE_TABLE = "benchmark_notice"

# The same rows into a table with the same keys, by one statement that asks nobody what they chose.
BARE_INSERT = f"""
INSERT INTO {BARE_TABLE}
    (id, message_id, person_id, neighborhood_id, channel, lane, rank, state, due_at, attempts, reason)
SELECT nextval('notifications_notice_id_seq'), (SELECT min(id) FROM notifications_message), person_id, neighborhood_id,
       'email', 'urgent', 1, 'waiting', now(), 0, ''
FROM neighborhoods_residency
"""

# One in ten has chosen something, so that choices are really looked up.
CHOICES = """
INSERT INTO notifications_preferences (person_id, changed_at, quiet_from, quiet_until)
SELECT person_id, now(), '22:00', '07:00' FROM neighborhoods_residency WHERE person_id % 10 = 0
"""


def run(*, quick: bool = False) -> Iterator[Measure]:
    """The time beside the bare statement's, what a post costs that nobody wants at once, and the worker's memory."""
    places, of_area, residents = (12, 2, 120) if quick else (1000, 10, 1_000_000)
    rounds = 1 if quick else 2
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=places, of_area=of_area, residents=residents)
        owner.execute(CHOICES)
        _make_bare_table(owner)
        owner.execute("VACUUM ANALYZE")
        yield from _memory(owner, residents, of_area * residents // places)
        yield from _time(owner, residents, rounds)
        yield from _silence(owner, residents, rounds)


def _memory(owner: psycopg.Connection, many: int, few: int) -> Iterator[Measure]:
    """First few, then many: what a process has used at most never goes back."""
    peaks = []
    for command, scope in (
        (get_command(AREA_COMMAND), AudienceScope.COMMAND),
        (get_headquarters(), AudienceScope.CITY),
    ):
        _tell(_publish(command, scope), owner)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    yield Measure(NAME, f"worker's peak at {many:,} notices beside {few:,}", peaks[1], "MiB", peaks[0], goal=1.2)


def _time(owner: psycopg.Connection, count: int, rounds: int) -> Iterator[Measure]:
    posts = [_publish(get_headquarters(), AudienceScope.CITY) for _ in range(rounds + 1)]

    def bare() -> float:
        owner.execute(BARE_INSERT)
        return _ended(owner, BARE_TABLE)

    seconds = median_seconds({"tell": lambda: _tell(posts.pop(), owner), "bare": bare}, rounds=rounds, warm_up=1)
    yield Measure(NAME, f"{count:,} notices of a citywide post", seconds["tell"], "s", seconds["bare"], goal=1.3)


def _silence(owner: psycopg.Connection, count: int, rounds: int) -> Iterator[Measure]:
    kind = PostKind.LAST_NIGHT
    posts = [_publish(get_headquarters(), AudienceScope.CITY, kind) for _ in range(rounds + 1)]
    seconds = median_seconds({"tell": lambda: _tell(posts.pop(), owner)}, rounds=rounds, warm_up=1)
    yield Measure(NAME, f"a citywide post that none of {count:,} wants at once", seconds["tell"] * 1000, "ms")


def _publish(command: PoliceCommand, scope: AudienceScope, kind: PostKind = PostKind.MISSING_PERSON) -> int:
    post = services.submit_post(
        command=command,
        author=User.objects.get(email=AUTHOR_EMAIL),
        draft=services.Draft(kind, "Missing: Nora, 8 years", POST_TEXT, scope),
        submission_key=uuid.uuid4(),
        at=timezone.now(),
    )
    return post.pk


def _tell(post_id: int, owner: psycopg.Connection) -> float:
    tell_of_post(post_id=post_id, at=timezone.now())
    return _ended(owner, NOTICES)


def _ended(owner: psycopg.Connection, table: str) -> float:
    """The moment, noted before the table is made fresh for the next round."""
    ended = perf_counter()
    owner.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
    return ended


def _make_bare_table(owner: psycopg.Connection) -> None:
    copy, original = sql.Identifier(BARE_TABLE), sql.Identifier(NOTICES)
    owner.execute(
        sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)").format(
            copy, original
        )
    )
    keys = owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [NOTICES]
    ).fetchall()
    for (definition,) in keys:
        owner.execute(sql.SQL("ALTER TABLE {} ADD {}").format(copy, sql.SQL(definition)))
