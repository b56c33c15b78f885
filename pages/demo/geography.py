"""How is the demo city cut into neighborhoods, and which command serves which?"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db import connection

LABEL_POINTS = Path(__file__).parent / "label_points.csv"

# Drawn by hand around the label points, (longitude, latitude), clockwise from the northwest corner.
OUTLINE = (
    (-121.558, 38.684),
    (-121.487, 38.686),
    (-121.474, 38.676),
    (-121.452, 38.672),
    (-121.421, 38.668),
    (-121.411, 38.652),
    (-121.388, 38.645),
    (-121.385, 38.628),
    (-121.408, 38.622),
    (-121.414, 38.611),
    (-121.412, 38.597),
    (-121.417, 38.584),
    (-121.412, 38.576),
    (-121.394, 38.574),
    (-121.376, 38.561),
    (-121.380, 38.547),
    (-121.385, 38.535),
    (-121.371, 38.528),
    (-121.364, 38.514),
    (-121.380, 38.505),
    (-121.401, 38.498),
    (-121.407, 38.478),
    (-121.404, 38.452),
    (-121.420, 38.439),
    (-121.452, 38.440),
    (-121.461, 38.457),
    (-121.492, 38.460),
    (-121.503, 38.472),
    (-121.521, 38.475),
    (-121.541, 38.478),
    (-121.560, 38.489),
    (-121.552, 38.505),
    (-121.545, 38.520),
    (-121.532, 38.538),
    (-121.519, 38.547),
    (-121.518, 38.565),
    (-121.515, 38.583),
    (-121.510, 38.594),
    (-121.530, 38.600),
    (-121.548, 38.606),
    (-121.552, 38.625),
    (-121.561, 38.645),
    (-121.558, 38.684),
)

# Computed in meters (UTM zone 10 north), so that the cells are not squeezed as degrees are at this latitude. Corners
# are rounded to about 0.1 m, which makes those that neighbors share equal to the last digit.
_CELLS = """
WITH label AS (
    SELECT name, ST_Transform(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), 26910) AS location
    FROM unnest(%(names)s::text[], %(longitudes)s::float8[], %(latitudes)s::float8[])
        AS point (name, longitude, latitude)
), outline AS (
    SELECT ST_Transform(%(outline)s::geometry, 26910) AS boundary
), cell AS (
    SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(location), 0, (SELECT boundary FROM outline)))).geom AS boundary
    FROM label
)
SELECT label.name,
       ST_AsHEXEWKB(ST_Multi(ST_ReducePrecision(ST_Transform(ST_Intersection(cell.boundary, outline.boundary), 4326),
                                                0.000001)))
FROM label JOIN cell ON ST_Covers(cell.boundary, label.location) CROSS JOIN outline
ORDER BY label.name
"""


@dataclass(frozen=True, slots=True)
class LabelPoint:
    """What is known of a neighborhood: its name, a point inside, its size and who serves it."""

    name: str
    latitude: float
    longitude: float
    area_km2: float
    command_slug: str


def label_points() -> list[LabelPoint]:
    """The 121 neighborhoods, by name."""
    with LABEL_POINTS.open(encoding="utf-8", newline="") as file:
        return [
            LabelPoint(
                row["name"],
                float(row["latitude"]),
                float(row["longitude"]),
                float(row["area_km2"]),
                row["area_command"].lower(),
            )
            for row in csv.DictReader(file)
        ]


def cut_into_cells(points: Sequence[LabelPoint]) -> dict[str, MultiPolygon]:
    """Give every place within the outline to the nearest label point. One query.

    Returns:
        WGS 84 boundaries by name; together they cover the outline without gap or overlap.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CELLS,
            {
                "names": [point.name for point in points],
                "longitudes": [point.longitude for point in points],
                "latitudes": [point.latitude for point in points],
                "outline": Polygon(OUTLINE, srid=4326).hexewkb.decode(),
            },
        )
        cells = {name: GEOSGeometry(boundary) for name, boundary in cursor.fetchall()}
    return {name: boundary for name, boundary in cells.items() if isinstance(boundary, MultiPolygon)}
