"""Where is this point, and which neighborhoods are there?"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from neighborhoods.models import Adjoining, Boundary, BoundaryLoad, Neighborhood
from neighborhoods.rules import is_on_earth

# The rule for a shared border or an overlap, for one point and for a hundred thousand: of all neighborhoods that
# cover the point the one with the smallest area wins, then the one with the smallest id.
NEIGHBORHOOD_ID_AT = """
    SELECT here.neighborhood_id
    FROM neighborhoods_boundary AS here
    WHERE here.ended_at IS NULL AND ST_Covers(here.boundary, {point})
    ORDER BY here.area_m2, here.neighborhood_id
    LIMIT 1
"""


def find_neighborhood_at(latitude: float, longitude: float) -> Neighborhood | None:
    """The neighborhood a point lies in, or None. One query.

    Args:
        latitude: WGS 84 degrees, like `longitude`; numbers that are no place are in no neighborhood.
    """
    if not is_on_earth(latitude, longitude):
        return None
    point = "ST_SetSRID(ST_MakePoint(%s::float8, %s::float8), 4326)"
    found = Neighborhood.objects.raw(
        f"SELECT * FROM neighborhoods_neighborhood WHERE id = ({NEIGHBORHOOD_ID_AT.format(point=point)})",
        [longitude, latitude],
    )
    return next(iter(found), None)


def neighborhood_names_at(latitudes: Sequence[float], longitudes: Sequence[float]) -> list[str | None]:
    """The name of the neighborhood of each point, in the points' order; None outside. One query.

    Args:
        latitudes: WGS 84 degrees, one for each of `longitudes`. NaN stands for an unreadable number.
    """
    at = NEIGHBORHOOD_ID_AT.format(point="point.location")
    with connection.cursor() as cursor:
        # Names are joined once all points are located; left to itself the planner looks through them for each point,
        # and makes each point anew for every comparison.
        cursor.execute(
            f"""
            WITH point AS MATERIALIZED (
                SELECT number, CASE
                    WHEN latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180
                    THEN ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)
                END AS location
                FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given (latitude, longitude, number)
            ), located AS MATERIALIZED (
                SELECT point.number, ({at}) AS neighborhood_id FROM point
            )
            SELECT neighborhood.name
            FROM located LEFT JOIN neighborhoods_neighborhood AS neighborhood ON neighborhood.id = neighborhood_id
            ORDER BY located.number
            """,
            [_array(latitudes), _array(longitudes)],
        )
        return [name for (name,) in cursor.fetchall()]


def _array(numbers: Sequence[float]) -> str:
    """PostgreSQL's own spelling of an array; to let the driver spell each number takes a tenth of the whole look-up."""
    return "{" + ",".join(map(repr, map(float, numbers))) + "}"


def current_neighborhoods() -> QuerySet[Neighborhood]:
    """The neighborhoods with a current boundary, by name."""
    # A join on `ended_at IS NULL` would let in those without any boundary at all.
    has_boundary = Exists(Boundary.objects.filter(neighborhood=OuterRef("pk"), ended_at=None))
    return Neighborhood.objects.filter(has_boundary).order_by("name", "pk")


def get_neighborhood(slug: str) -> Neighborhood:
    """A neighborhood, current or not, so that links to one that is gone still lead somewhere. One query.

    Raises:
        Neighborhood.DoesNotExist: Nothing is called so.
    """
    return Neighborhood.objects.get(slug=slug)


def neighborhood_ids(slugs: Collection[str]) -> dict[str, int]:
    """The id of each neighborhood that is called so, current or not, by its slug. One query."""
    return dict(Neighborhood.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def find_latest_load_id() -> int | None:
    """Which load the current boundaries come from; changes whenever they change. One query."""
    return BoundaryLoad.objects.order_by("-pk").values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class MapArea:
    """A neighborhood as a map needs it.

    Attributes:
        boundary: GeoJSON geometry, WGS 84.
        center: (latitude, longitude) of a point inside, fit for a label.
    """

    id: int
    slug: str
    name: str
    boundary: dict[str, Any]
    center: tuple[float, float]


def boundaries_for_map(simplify_degrees: float = 0.0) -> list[MapArea]:
    """The current boundaries, by name. One query.

    Args:
        simplify_degrees: Corners nearer than this to the straight line are left out; 0 keeps them all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT neighborhood.id, neighborhood.slug, neighborhood.name, ST_Y(current.center), ST_X(current.center),
                   ST_AsGeoJSON(CASE WHEN %s::float8 > 0
                                THEN ST_SimplifyPreserveTopology(current.boundary, %s::float8)
                                ELSE current.boundary END, 6)
            FROM neighborhoods_boundary AS current
            JOIN neighborhoods_neighborhood AS neighborhood ON neighborhood.id = current.neighborhood_id
            WHERE current.ended_at IS NULL
            ORDER BY neighborhood.name, neighborhood.id
            """,
            [simplify_degrees, simplify_degrees],
        )
        return [
            MapArea(pk, slug, name, json.loads(boundary), (latitude, longitude))
            for pk, slug, name, latitude, longitude, boundary in cursor.fetchall()
        ]


def find_city_box() -> tuple[float, float, float, float] | None:
    """(west, south, east, north) around all current boundaries, or None before any are loaded. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM "
            "(SELECT ST_Extent(boundary) AS box FROM neighborhoods_boundary WHERE ended_at IS NULL) AS city "
            "WHERE box IS NOT NULL"
        )
        west_south_east_north: tuple[float, float, float, float] | None = cursor.fetchone()
    return west_south_east_north


def adjoining_ids(neighborhood_id: int) -> list[int]:
    """The neighborhoods within 50 m of one, in id order. One query."""
    return list(
        Adjoining.objects.filter(neighborhood_id=neighborhood_id)
        .order_by("other_id")
        .values_list("other_id", flat=True)
    )


def adjoining_names(neighborhood_id: int) -> list[str]:
    """What the neighborhoods within 50 m of one are called, in order of their names. One query."""
    adjoining = Adjoining.objects.filter(neighborhood_id=neighborhood_id)
    return list(adjoining.order_by("other__name").values_list("other__name", flat=True))


def point_of(latitude: float, longitude: float) -> Point:
    """A WGS 84 point; x is the longitude."""
    return Point(longitude, latitude, srid=4326)
