"""How long does it take to print the letters of a day, and how much memory?"""

import resource
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from accounts.rules import Kind
from benchmarks.report import Measure
from benchmarks.seeding import owner_connection, seed_city
from benchmarks.timing import median_seconds
from neighborhoods.codes import make_letter_code
from neighborhoods.letters_pdf import Sheet, draw_letters
from neighborhoods.rules import LETTERS_A_PRINT
from neighborhoods.sealing import ExactHome, seal
from neighborhoods.services.letters import print_letters, print_letters_again

NAME = "letters"

FEW = 20
ROUNDS = 5
GOAL = 1.5
MEMORY_GOAL = 1.5


def run(*, quick: bool = False) -> Iterator[Measure]:
    """A day's letters with everything that belongs to printing them, beside drawing the same pages and nothing else."""
    count = 2 * FEW if quick else LETTERS_A_PRINT
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=10, of_area=10, residents=FEW + count)
        verifier = User.objects.create_user("verifier@benchmark.test", full_name="Vera Verifier", kind=Kind.STAFF)
        verifier.groups.add(Group.objects.get(name="Verifiers"))
        clock = _clock()
        _ask(owner, FEW)
        print_letters(by=verifier, at=next(clock))
        few_kb = _peak_kb()
        _ask(owner, count)
        printed_at = next(clock)
        print_letters(by=verifier, at=printed_at)
        many_kb = _peak_kb()

    def print_again() -> None:
        nonlocal printed_at
        at = next(clock)
        print_letters_again(printed_at=printed_at, by=verifier, at=at)
        printed_at = at

    sheets = [Sheet("Rosa Resident", tuple(_home(number).lines), make_letter_code()) for number in range(count)]
    seconds = median_seconds(
        {
            "print": print_again,
            "draw": lambda: draw_letters(
                sheets,
                city_name="City of Sacramento",
                site_url="https://porchlight.example",
                ends_on=timezone.localdate(),
            ),
        },
        rounds=1 if quick else ROUNDS,
        warm_up=1,
    )
    yield Measure(NAME, f"{count} letters into one file", seconds["print"], "s", seconds["draw"], GOAL)
    yield Measure(NAME, f"peak memory, {count} letters beside {FEW}", many_kb / 1024, "MiB", few_kb / 1024, MEMORY_GOAL)


def _clock() -> Iterator[datetime]:
    """Moments one after the other: each names a batch."""
    moment = timezone.now()
    while True:
        moment += timedelta(seconds=1)
        yield moment


def _ask(owner: psycopg.Connection, count: int) -> None:
    """Let the next residents be waiting for a letter, each at an address of their own."""
    rows = owner.execute(
        "UPDATE neighborhoods_residency SET standing = 'claimed', verified_at = NULL, verified_how = '' "
        "WHERE id IN (SELECT id FROM neighborhoods_residency WHERE standing = 'verified' ORDER BY id LIMIT %s) "
        "RETURNING id",
        [count],
    ).fetchall()
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO neighborhoods_home (residency_id, sealed, is_kept, sealed_at) VALUES (%s, %s, false, now())",
            [(pk, seal(_home(pk))) for (pk,) in rows],
        )
        cursor.executemany(
            "INSERT INTO neighborhoods_letter (residency_id, state, code_hash, wrong_tries, asked_at) "
            "VALUES (%s, 'asked', '', 0, now())",
            rows,
        )


def _home(number: int) -> ExactHome:
    return ExactHome(street=f"{1000 + number} Stockton Blvd", unit="Apt 4", city="Sacramento", postcode="95816")


def _peak_kb() -> int:
    """The most this process has ever held, so it only grows: the few letters come first."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
