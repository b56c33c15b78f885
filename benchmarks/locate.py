"""How long does it take to find the neighborhood of many points, and of one?"""

from collections.abc import Iterator
from functools import partial
from random import Random

import psycopg
from django.contrib.gis.geos import MultiPolygon, Polygon

from benchmarks.report import Measure
from benchmarks.seeding import app_connection, owner_connection
from benchmarks.timing import median_seconds
from neighborhoods.management.commands.locate import CHUNK
from neighborhoods.selectors import find_neighborhood_at, neighborhood_names_at

NAME = "locate"

POINTS = 100_000
# Columns and rows of neighborhoods, and corners on each side: a city with some 90 corners each, and one of small ones.
CITIES = ((13, 10, 22), (100, 50, 10))
# How far a corner leaves the straight line, as a part of a neighborhood's side.
RAGGEDNESS = 0.06
# A point in thirty lies outside the city.
MARGIN = 0.01
SIDE = 1.0
ROUNDS = 5
GOAL = 1.5

# The same points and polygons with the same index, and no more than the join itself: nothing travels.
BARE_JOIN = """
SELECT count(now.neighborhood_id) FROM benchmark_point AS point
LEFT JOIN neighborhoods_boundary AS now ON now.ended_at IS NULL AND ST_Covers(now.boundary, point.location)
"""
BARE_LOOK_UP = """
SELECT neighborhood_id FROM neighborhoods_boundary
WHERE ended_at IS NULL AND ST_Covers(boundary, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
"""

_LOAD = """
INSERT INTO neighborhoods_boundaryload (file_name, sha256, loaded_at) VALUES ('benchmark', '', now()) RETURNING id
"""
_PLACES = """
INSERT INTO neighborhoods_neighborhood (key, name, slug, claimed_count, verified_count)
SELECT n, 'Neighborhood ' || n, n, 0, 0 FROM generate_series(1, %s) AS n RETURNING id
"""
_BOUNDARY = """
INSERT INTO neighborhoods_boundary (neighborhood_id, load_id, boundary, center, area_m2, started_at)
SELECT %s, %s, shape, ST_Centroid(shape), ST_Area(shape::geography), now()
FROM (SELECT ST_SetSRID(ST_GeomFromWKB(%s), 4326) AS shape) AS drawn
"""
_POINTS = """
CREATE TABLE benchmark_point AS
SELECT ST_SetSRID(ST_MakePoint(longitude, latitude), 4326) AS location
FROM unnest(%s::float8[], %s::float8[]) AS point (latitude, longitude)
"""


def run(*, quick: bool = False) -> Iterator[Measure]:
    random = Random(2)
    span = SIDE + 2 * MARGIN
    count = POINTS // 100 if quick else POINTS
    latitudes = [random.random() * span - MARGIN for _ in range(count)]
    longitudes = [random.random() * span - MARGIN for _ in range(count)]
    with owner_connection() as owner, app_connection() as app:
        owner.execute(_POINTS, [latitudes, longitudes])
        for columns, rows, corners in CITIES[:1] if quick else CITIES:
            owner.execute("TRUNCATE neighborhoods_boundary, neighborhoods_neighborhood CASCADE")
            _draw_city(owner, random, columns, rows, corners)
            owner.execute("VACUUM ANALYZE")
            yield from _measure(app, latitudes, longitudes, columns * rows, rounds=1 if quick else ROUNDS)


def _measure(
    app: psycopg.Connection, latitudes: list[float], longitudes: list[float], places: int, *, rounds: int
) -> Iterator[Measure]:
    located = partial(_locate_all, latitudes, longitudes)
    seconds = median_seconds(
        {"located": located, "bare": lambda: app.execute(BARE_JOIN).fetchone()}, rounds=rounds, warm_up=1
    )
    what = f"{len(latitudes):,} points in {places:,} neighborhoods"
    yield Measure(NAME, what, seconds["located"], "s", seconds["bare"], GOAL)
    hundred = list(zip(latitudes, longitudes, strict=True))[:100]
    seconds = median_seconds(
        {
            "located": lambda: [find_neighborhood_at(*point) for point in hundred],
            "bare": lambda: [app.execute(BARE_LOOK_UP, (x, y)).fetchone() for y, x in hundred],
        },
        rounds=rounds,
    )
    yield Measure(NAME, f"one point in {places:,} neighborhoods", seconds["located"] * 10, "ms", seconds["bare"] * 10)


def _locate_all(latitudes: list[float], longitudes: list[float]) -> int:
    """What `locate --csv` does between reading and writing."""
    return sum(
        len(neighborhood_names_at(latitudes[start : start + CHUNK], longitudes[start : start + CHUNK]))
        for start in range(0, len(latitudes), CHUNK)
    )


def _draw_city(owner: psycopg.Connection, random: Random, columns: int, rows: int, corners: int) -> None:
    """A grid whose inner borders are ragged; the two neighborhoods at a border share every corner of it."""
    width, height = SIDE / columns, SIDE / rows

    def ragged(length: float, is_outer: bool) -> list[tuple[float, float]]:
        off = 0 if is_outer else RAGGEDNESS * min(width, height)
        steps = [(step / corners, random.uniform(-off, off)) for step in range(1, corners)]
        return [(0.0, 0.0), *((length * along, across) for along, across in steps), (length, 0.0)]

    level = {
        (x, y): [(x * width + along, y * height + across) for along, across in ragged(width, y in {0, rows})]
        for x in range(columns)
        for y in range(rows + 1)
    }
    upright = {
        (x, y): [(x * width + across, y * height + along) for along, across in ragged(height, x in {0, columns})]
        for x in range(columns + 1)
        for y in range(rows)
    }
    (load_id,) = owner.execute(_LOAD).fetchone() or (None,)
    ids = [place_id for (place_id,) in owner.execute(_PLACES, [columns * rows])]
    grid = ((x, y) for x in range(columns) for y in range(rows))
    with owner.cursor() as cursor:
        cursor.executemany(
            _BOUNDARY,
            [
                (place_id, load_id, bytes(MultiPolygon(Polygon(_around(level, upright, x, y))).wkb))
                for place_id, (x, y) in zip(ids, grid, strict=True)
            ],
        )


def _around(
    level: dict[tuple[int, int], list[tuple[float, float]]],
    upright: dict[tuple[int, int], list[tuple[float, float]]],
    x: int,
    y: int,
) -> list[tuple[float, float]]:
    """The ring of one cell: along the south, up the east, back along the north, down the west."""
    south, north = level[x, y], level[x, y + 1]
    west, east = upright[x, y], upright[x + 1, y]
    return [*south[:-1], *east[:-1], *north[:0:-1], *west[::-1]]
