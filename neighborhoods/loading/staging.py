"""Where do a file's polygons lie while they are checked, and which of them are sound?

In a table that only this transaction sees and that ends with it, so that every question is one statement over all of
them, a million corners included.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from neighborhoods.loading.problems import BadFile
from neighborhoods.loading.reading import Feature, PolygonFile

# Overlaps and gaps under a square meter are rounding, not a mistake in the file.
SMALLEST_AREA_M2 = 1.0
_AREA_M2 = "ST_Area({}::geography)"


@dataclass(frozen=True, slots=True)
class Repair:
    """A polygon that was mended."""

    name: str
    reason: str
    area_before_m2: float
    area_after_m2: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two neighborhoods that share ground."""

    name: str
    other_name: str
    area_m2: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground in no neighborhood that neighborhoods enclose; the point lies in it."""

    area_m2: float
    latitude: float
    longitude: float


def stage(file: PolygonFile, *, repair: bool, merge: bool) -> list[Repair]:
    """Put a file's polygons into the table `incoming`, sound, one for each key. Call it within a transaction.

    Args:
        repair: Mend invalid polygons instead of refusing them.
        merge: Make several features with one key one area instead of refusing them.

    Raises:
        BadFile: Repeated keys or invalid polygons, all of them listed.
    """
    if not merge:
        _refuse_repeated(file)
    with connection.cursor() as cursor:
        # A dry run and a load within one transaction happen in tests and where another load calls this one.
        cursor.execute("DROP TABLE IF EXISTS incoming")
        cursor.execute(
            """
            CREATE TEMPORARY TABLE incoming (
                number integer PRIMARY KEY, name text NOT NULL, key text NOT NULL, boundary geometry,
                area_m2 float8, neighborhood_id bigint, boundary_id bigint, changed_share float8
            ) ON COMMIT DROP
            """
        )
        with cursor.copy("COPY incoming (number, name, key, boundary) FROM STDIN") as copy:
            for feature in file.features:
                copy.write_row((feature.number, feature.name, feature.key, feature.boundary.hex()))
        cursor.execute("UPDATE incoming SET boundary = ST_Multi(ST_SetSRID(boundary, 4326))")
    repairs = _mend(file) if repair else _refuse_invalid(file)
    with connection.cursor() as cursor:
        if merge:
            _merge()
        cursor.execute(f"UPDATE incoming SET area_m2 = {_AREA_M2.format('boundary')}")
        cursor.execute("CREATE INDEX ON incoming USING gist (boundary)")
        cursor.execute("ANALYZE incoming")
    return repairs


def find_overlaps() -> list[Overlap]:
    """Pairs of staged areas that share more than a square meter, largest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT * FROM (
                SELECT one.name, other.name, {_AREA_M2.format("ST_Intersection(one.boundary, other.boundary)")} AS area
                FROM incoming AS one
                JOIN incoming AS other ON other.number > one.number AND other.boundary && one.boundary
            ) AS pair WHERE area > %s::float8 ORDER BY area DESC
            """,
            [SMALLEST_AREA_M2],
        )
        return [Overlap(*row) for row in cursor.fetchall()]


def find_gaps() -> list[Gap]:
    """Holes in the union of all staged areas, largest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH hole AS (
                SELECT ST_MakePolygon(ST_ExteriorRing(ring.geom)) AS ground
                FROM (SELECT (ST_Dump(ST_Union(boundary))).geom FROM incoming) AS part,
                     LATERAL ST_DumpRings(part.geom) AS ring
                WHERE ring.path[1] > 0
            )
            SELECT area, ST_Y(inside), ST_X(inside)
            FROM (SELECT {_AREA_M2.format("ground")} AS area, ST_PointOnSurface(ground) AS inside FROM hole) AS gap
            WHERE area > %s::float8 ORDER BY area DESC
            """,
            [SMALLEST_AREA_M2],
        )
        return [Gap(*row) for row in cursor.fetchall()]


def _refuse_repeated(file: PolygonFile) -> None:
    by_key: dict[str, list[Feature]] = defaultdict(list)
    for feature in file.features:
        by_key[feature.key].append(feature)
    problems = [
        f"“{key}” occurs {len(features)} times: {_numbers(features)}."
        for key, features in by_key.items()
        if len(features) > 1
    ]
    if problems:
        raise BadFile(
            file.file_name,
            problems,
            "Use --merge if features with one name are one neighborhood, or name with --key-field a field that tells "
            "them apart.",
        )


def _numbers(features: Sequence[Feature]) -> str:
    shown = ", ".join(str(feature.number) for feature in features[:10])
    return f"features {shown}{' …' if len(features) > 10 else ''}"


def _refuse_invalid(file: PolygonFile) -> list[Repair]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, name, ST_IsValidReason(boundary) FROM incoming "
            "WHERE NOT ST_IsValid(boundary) ORDER BY number"
        )
        problems = [
            f"feature {number} (“{name}”): the polygon is invalid: {reason}."
            for number, name, reason in cursor.fetchall()
        ]
    if problems:
        raise BadFile(file.file_name, problems, "Mend the file, or let --repair do it and look at what it reports.")
    return []


def _mend(file: PolygonFile) -> list[Repair]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH broken AS (
                SELECT number, ST_IsValidReason(boundary) AS reason, {_AREA_M2.format("boundary")} AS before
                FROM incoming WHERE NOT ST_IsValid(boundary)
            )
            UPDATE incoming SET boundary = ST_Multi(ST_CollectionExtract(ST_MakeValid(boundary), 3))
            FROM broken WHERE broken.number = incoming.number
            RETURNING incoming.number, name, reason, before, {_AREA_M2.format("boundary")}, ST_IsEmpty(boundary)
            """
        )
        rows = sorted(cursor.fetchall())
    lost = [
        f"feature {number} (“{name}”): the polygon is invalid ({reason}), and mending leaves nothing of it."
        for number, name, reason, _, _, is_empty in rows
        if is_empty
    ]
    if lost:
        raise BadFile(file.file_name, lost)
    return [Repair(name, reason, before, after) for _, name, reason, before, after, _ in rows]


def _merge() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE incoming SET boundary = merged.boundary
            FROM (
                SELECT min(number) AS number, ST_Multi(ST_Union(boundary)) AS boundary
                FROM incoming GROUP BY key HAVING count(*) > 1
            ) AS merged
            WHERE merged.number = incoming.number
            """
        )
        cursor.execute(
            "DELETE FROM incoming USING incoming AS earlier WHERE earlier.key = incoming.key "
            "AND earlier.number < incoming.number"
        )
