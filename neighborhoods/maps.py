"""How does the city look as a drawing? Its current boundaries as SVG paths, made once per load of boundaries."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection

from neighborhoods.selectors import find_latest_load_id

# Units of the drawing: its longer side. Lettering of 13 units then stays legible on a phone.
SIZE = 640
# Corners closer than this to a straight line, and gaps finer than this, cannot be seen.
FINEST = 0.4
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class MapShape:
    """One neighborhood in the drawing.

    Attributes:
        path: For the `d` of an SVG path, in the drawing's units.
        x: Of a point inside, fit for a label or a light; `y` grows downward.
    """

    id: int
    slug: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class CityMap:
    """All current neighborhoods, by name; pages add classes, titles and links of their own."""

    view_box: str
    areas: tuple[MapShape, ...]


def draw_city(only: Collection[int] | None = None) -> CityMap:
    """The city as it is now. One query, a second one only after boundaries were loaded.

    Args:
        only: Ids of the neighborhoods to draw, as large as they fit; None draws all.
    """
    ids = None if only is None else sorted(only)
    part = "" if ids is None else hashlib.sha256(repr(ids).encode()).hexdigest()[:16]
    key = f"neighborhoods:city-map:{find_latest_load_id()}:{part}"
    drawing = cache.get(key)
    if not isinstance(drawing, CityMap):
        drawing = _draw(ids)
        cache.set(key, drawing, CACHE_SECONDS)
    return drawing


def _draw(ids: list[int] | None) -> CityMap:
    """Flatten the city: a degree of longitude is shortened as on the ground in the middle of it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH current AS (
                SELECT neighborhood_id, boundary, center FROM neighborhoods_boundary
                WHERE ended_at IS NULL AND (%(ids)s::bigint[] IS NULL OR neighborhood_id = ANY(%(ids)s::bigint[]))
            ), city AS (
                SELECT ST_XMin(box) AS west, ST_YMax(box) AS north, flat, ST_XMax(box) - ST_XMin(box) AS width,
                       ST_YMax(box) - ST_YMin(box) AS height
                FROM (SELECT ST_Extent(boundary) AS box FROM current) AS extent,
                     LATERAL (SELECT cos(radians((ST_YMin(box) + ST_YMax(box)) / 2)) AS flat) AS middle
            ), page AS (
                SELECT *, %(size)s::float8 / greatest(width * flat, height, 1e-9) AS scale FROM city
            )
            SELECT neighborhood.id, neighborhood.slug, neighborhood.name,
                   -- Too small to be seen is still drawn: its outline shows where it is.
                   ST_AsSVG(CASE WHEN ST_IsEmpty(neat.boundary) THEN drawn.boundary ELSE neat.boundary END, 1, 1),
                   (ST_X(current.center) - west) * scale * flat, (north - ST_Y(current.center)) * scale,
                   width * scale * flat, height * scale
            FROM current
            JOIN neighborhoods_neighborhood AS neighborhood ON neighborhood.id = current.neighborhood_id
            CROSS JOIN page
            CROSS JOIN LATERAL (
                -- SVG counts downward and ST_AsSVG turns y over, so the top of the city has to be zero.
                SELECT ST_Affine(
                    current.boundary, scale * flat, 0, 0, scale, -west * scale * flat, -north * scale
                ) AS boundary
            ) AS drawn
            CROSS JOIN LATERAL (
                SELECT ST_SnapToGrid(
                    ST_SimplifyPreserveTopology(drawn.boundary, %(finest)s::float8), 0.1
                ) AS boundary
            ) AS neat
            ORDER BY neighborhood.name, neighborhood.id
            """,
            {"size": SIZE, "finest": FINEST, "ids": ids},
        )
        rows = cursor.fetchall()
    if not rows:
        return CityMap(f"0 0 {SIZE} {SIZE}", ())
    width, height = rows[0][6:8]
    shapes = tuple(
        MapShape(pk, slug, name, path, round(x, 1), round(y, 1)) for pk, slug, name, path, x, y, _, _ in rows
    )
    return CityMap(f"0 0 {width:.0f} {height:.0f}", shapes)
