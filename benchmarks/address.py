"""How long does it take to offer addresses after each letter that somebody types?"""

from collections.abc import Iterator
from random import Random

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.report import Measure
from benchmarks.seeding import app_connection, owner_connection
from benchmarks.timing import median_seconds
from neighborhoods.rules import normalize_address
from neighborhoods.selectors import search_addresses

NAME = "address"

POINTS = 500_000
# Every street has so many doors, every tenth house is one of several flats.
DOORS = 100
FLATS = 12
TYPED = 40
OFFERED = 8
ROUNDS = 7
GOAL = 2.0

DIRECTIONS = ("", "", "", "N ", "S ")
NAMES = (
    "Alder Alhambra Arden Auburn Bell Broadway Capitol Cedar Del Paso El Camino Elvas Fair Oaks Florin Folsom Franklin "
    "Freeport Fruitridge Garden Highland Jackson La Riviera Land Park Madison Marconi Meadowview Northgate Power Inn "
    "Riverside San Juan Stockton Sutterville Truxel Valley Watt Willow"
).split()
KINDS = ("St", "Ave", "Dr", "Way", "Ct", "Blvd", "Ln")

BARE = """
SELECT id, number, street, city, postcode, ST_Y(location), ST_X(location) FROM neighborhoods_address
WHERE search_text >= %s AND search_text < %s ORDER BY search_text, id LIMIT %s
"""


class MoreThanOneQuery(Exception):
    """A pause costs more than the one query that was promised."""


def run(*, quick: bool = False) -> Iterator[Measure]:
    """Real-looking addresses, letter after letter: what the page asks beside the same eight rows by bare psycopg."""
    random = Random(7)
    count = POINTS // 500 if quick else POINTS
    with owner_connection() as owner, app_connection() as app:
        addresses = _seed(owner, random, count)
        typed = [address[:end] for address in addresses for end in range(1, len(address) + 1)]
        _check_queries(typed)
        seconds = median_seconds(
            {
                "offered": lambda: [search_addresses(beginning, limit=OFFERED) for beginning in typed],
                "bare": lambda: [_bare(app, beginning) for beginning in typed],
            },
            rounds=1 if quick else ROUNDS,
            warm_up=1,
        )
    each = 1000 / len(typed)
    yield Measure(
        NAME,
        f"a letter typed, {count:,} address points",
        seconds["offered"] * each,
        "ms",
        seconds["bare"] * each,
        GOAL,
    )


def _bare(app: psycopg.Connection, beginning: str) -> list[tuple[object, ...]]:
    text = normalize_address(beginning)
    return app.execute(BARE, (text, text + "~", OFFERED)).fetchall()


def _check_queries(typed: list[str]) -> None:
    for beginning in typed[:: max(1, len(typed) // 20)]:
        with CaptureQueriesContext(connection) as captured:
            search_addresses(beginning, limit=OFFERED)
        if len(captured) > 1:
            raise MoreThanOneQuery(f"{beginning!r} took {len(captured)}.")


def _seed(owner: psycopg.Connection, random: Random, count: int) -> list[str]:
    """Streets of a city with their doors; gives some whole addresses as people type them."""
    streets = [
        f"{random.choice(DIRECTIONS)}{number}{_ending(number)} {random.choice(KINDS)}"
        if number % 3
        else f"{random.choice(DIRECTIONS)}{random.choice(NAMES)} {random.choice(NAMES)} {random.choice(KINDS)}"
        for number in range(1, count // DOORS + 1)
    ]
    typed = []
    with (
        owner.cursor() as cursor,
        cursor.copy(
            "COPY neighborhoods_address (number, street, unit, city, postcode, location, search_text) FROM STDIN"
        ) as copy,
    ):
        for street in streets:
            block = random.randrange(1, 90) * 100
            postcode = str(95811 + random.randrange(40))
            doors = [
                (block + 2 * house, f"Apt {flat}" if house % 10 == 0 else "")
                for house in range(DOORS)
                for flat in (range(1, FLATS + 1) if house % 10 == 0 else (0,))
            ][:DOORS]
            for house, unit in doors:
                point = f"SRID=4326;POINT({-121.5 + random.random() / 5:.6f} {38.5 + random.random() / 5:.6f})"
                text = normalize_address(f"{house} {street} {unit}")
                copy.write_row((str(house), street, unit, "Sacramento", postcode, point, text))
            typed.append(f"{block + 2} {street}")
    owner.execute("VACUUM ANALYZE neighborhoods_address")
    return random.sample(typed, min(TYPED, len(typed)))


def _ending(number: int) -> str:
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
