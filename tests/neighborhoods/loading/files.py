"""How do tests write files of polygons? GeoJSON, shapefiles and GeoPackages, as small as their formats allow."""

import json
import sqlite3
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import SpatialReference
from django.contrib.gis.geos import Polygon

Ring = Sequence[tuple[float, float]]


def square(west: float, south: float = 0, *, width: float = 1, height: float = 1) -> dict[str, Any]:
    """GeoJSON of a rectangle in degrees."""
    return polygon(corners(west, south, width=width, height=height))


def corners(west: float, south: float = 0, *, width: float = 1, height: float = 1) -> list[tuple[float, float]]:
    east, north = west + width, south + height
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def polygon(*rings: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in rings]}


def write_geojson(path: Path, features: Sequence[tuple[Mapping[str, Any], Any]], **members: Any) -> Path:
    """Features as pairs of properties and geometry."""
    collection = {
        "type": "FeatureCollection",
        **members,
        "features": [
            {"type": "Feature", "properties": dict(properties), "geometry": geometry}
            for properties, geometry in features
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def named(*places: tuple[str, Any]) -> list[tuple[Mapping[str, Any], Any]]:
    """Features with nothing but a name."""
    return [({"name": name}, geometry) for name, geometry in places]


def write_shapefile(
    path: Path, shapes: Sequence[tuple[str, Ring]], *, srid: int | None, encoding: str = "utf-8"
) -> Path:
    """A shapefile of polygons with the one field NAME; without `srid` there is no .prj."""
    records = []
    for _, ring in shapes:
        # A shapefile's outer rings run clockwise, GeoJSON's the other way.
        points = list(reversed(ring))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        body = struct.pack("<i4d3i", 5, min(xs), min(ys), max(xs), max(ys), 1, len(points), 0)
        records.append(body + b"".join(struct.pack("<2d", *point) for point in points))
    offset, index, content = 50, b"", b""
    for number, record in enumerate(records, start=1):
        words = len(record) // 2
        index += struct.pack(">2i", offset, words)
        content += struct.pack(">2i", number, words) + record
        offset += 4 + words
    xs = [x for _, ring in shapes for x, _ in ring]
    ys = [y for _, ring in shapes for _, y in ring]
    extent = struct.pack("<8d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)
    for suffix, data in ((".shp", content), (".shx", index)):
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + len(data) // 2) + struct.pack("<2i", 1000, 5) + extent
        path.with_suffix(suffix).write_bytes(head + data)
    _write_dbf(path.with_suffix(".dbf"), [name for name, _ in shapes], encoding)
    path.with_suffix(".cpg").write_text(encoding)
    if srid is not None:
        path.with_suffix(".prj").write_text(SpatialReference(srid).wkt)
    return path.with_suffix(".shp")


def _write_dbf(path: Path, names: Sequence[str], encoding: str) -> None:
    width = 80
    head = struct.pack("<4B I 2H 20x", 3, 126, 11, 20, len(names), 32 + 32 + 1, 1 + width)
    field = struct.pack("<11s c 4x 2B 14x", b"NAME", b"C", width, 0)
    rows = b"".join(b" " + name.encode(encoding).ljust(width)[:width] for name in names)
    path.write_bytes(head + field + b"\r" + rows + b"\x1a")


def zip_files(path: Path, *members: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, folder + member.name)
    return path


def write_geopackage(path: Path, layers: Mapping[str, Sequence[tuple[str, Ring]]], *, srid: int = 4326) -> Path:
    """A GeoPackage; each layer has the one field `name`."""
    database = sqlite3.connect(path)
    database.executescript(
        """
        PRAGMA application_id = 0x47504B47;
        PRAGMA user_version = 10300;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
            organization_coordsys_id INTEGER, definition TEXT, description TEXT);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
            last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT, geometry_type_name TEXT,
            srs_id INTEGER, z TINYINT, m TINYINT);
        """
    )
    database.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, '')",
        (str(srid), srid, srid, SpatialReference(srid).wkt),
    )
    for layer, shapes in layers.items():
        database.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, shape BLOB, name TEXT)')
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)",
            (layer, layer, srid),
        )
        database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'shape', 'POLYGON', ?, 0, 0)", (layer, srid))
        for name, ring in shapes:
            blob = b"GP\x00\x01" + struct.pack("<i", srid) + bytes(Polygon(list(ring)).wkb)
            database.execute(f'INSERT INTO "{layer}" (shape, name) VALUES (?, ?)', (blob, name))
    database.commit()
    database.close()
    return path
