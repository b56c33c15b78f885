"""What polygons does a file hold, with which names, in WGS 84?"""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import AxisOrder, CoordTransform, DataSource, GDALException, OGRGeometry, SpatialReference
from django.contrib.gis.gdal.feature import Feature as OgrFeature
from django.contrib.gis.gdal.layer import Layer

from neighborhoods.loading.fields import choose_name_field, clean_text, find_field, problem_with
from neighborhoods.loading.problems import BadFile
from neighborhoods.rules import is_on_earth

READABLE_IN_ZIP = (".shp", ".geojson", ".json", ".gpkg", ".kml", ".gml", ".fgb")
# A closed ring of three corners.
SMALLEST_RING = 4


@dataclass(frozen=True, slots=True)
class Feature:
    """One polygon of a file.

    Attributes:
        number: Its place in the file, from 1, as messages name it.
        key: What identifies it from file to file: its name, or the value of the key field.
        boundary: WKB of a Polygon or MultiPolygon, WGS 84, x = longitude. Its topology is not checked yet.
    """

    number: int
    name: str
    key: str
    boundary: bytes

    @property
    def label(self) -> str:
        return f"feature {self.number} (“{self.name}”)"


@dataclass(frozen=True, slots=True)
class PolygonFile:
    """A file that was read to its end without a complaint."""

    file_name: str
    sha256: str
    name_field: str
    features: list[Feature]


def read_polygons(
    path: Path, *, layer_name: str | None = None, name_field: str | None = None, key_field: str | None = None
) -> PolygonFile:
    """Read every polygon of a file: GeoJSON, a shapefile (bare or zipped), GeoPackage, or what else GDAL reads.

    Args:
        layer_name: Needed when the file holds several layers.
        name_field: Needed when it is not obvious which field holds the names.

    Raises:
        BadFile: All that is wrong with the file and its features, collected.
    """
    name = path.name
    source = _open(path)
    layer = _choose_layer(name, source, layer_name)
    if len(layer) == 0:
        raise BadFile(name, ["the file holds no features."])
    if not any(_kind(feature.geom) in POLYGONS for feature in _with_geometry(layer)):
        raise BadFile(name, [f"there are no polygons in it, only {_kinds(layer)}."])
    to_wgs84 = _transformation(name, layer)
    try:
        chosen = choose_name_field(name, layer, name_field)
    except UnicodeDecodeError as error:
        raise BadFile(name, [_UNREADABLE_TEXT]) from error
    key = find_field(name, layer, key_field) if key_field is not None else chosen

    features, problems = [], []
    for number, feature in enumerate(layer, start=1):
        try:
            features.append(_read(number, feature, chosen, key, to_wgs84))
        except _Problem as problem:
            problems.append(str(problem))
    if problems:
        raise BadFile(name, problems)
    return PolygonFile(name, _fingerprint(path), chosen, features)


POLYGONS = frozenset({"Polygon", "MultiPolygon"})
_UNREADABLE_TEXT = (
    "the names are not readable as text. Save the file in UTF-8, or put the encoding into the shapefile's .cpg file."
)
_WGS84 = 4326


class _Problem(Exception):
    """One feature cannot be taken; the text names it."""


def _open(path: Path) -> DataSource:
    if not path.exists():
        raise BadFile(path.name, ["there is no such file."])
    if path.is_file() and path.stat().st_size == 0:
        raise BadFile(path.name, ["the file is empty."])
    try:
        return DataSource(_address(path))
    except GDALException as error:
        raise BadFile(
            path.name, ["this is not a file of geodata that GDAL can read (GeoJSON, shapefile, GeoPackage …)."]
        ) from error


def _address(path: Path) -> str:
    """How GDAL is told where the data are; inside a zip file it needs the member's name."""
    if not zipfile.is_zipfile(path) or path.suffix.casefold() != ".zip":
        return str(path.resolve())
    with zipfile.ZipFile(path) as archive:
        members = [
            member
            for member in archive.namelist()
            if member.casefold().endswith(READABLE_IN_ZIP) and not member.startswith("__MACOSX/")
        ]
    if not members:
        raise BadFile(path.name, ["there is no shapefile, GeoJSON or GeoPackage in the zip file."])
    if len(members) > 1:
        raise BadFile(path.name, [f"the zip file holds several files: {', '.join(members)}. Unpack it and load one."])
    return f"/vsizip/{path.resolve()}/{members[0]}"


def _choose_layer(name: str, source: DataSource, wanted: str | None) -> Layer:
    layers: list[Layer] = [source[index] for index in range(source.layer_count)]
    if wanted is not None:
        for layer in layers:
            if layer.name == wanted:
                return layer
        raise BadFile(name, [f"there is no layer “{wanted}”. Its layers: {', '.join(layer.name for layer in layers)}."])
    if len(layers) > 1:
        names = ", ".join(layer.name for layer in layers)
        raise BadFile(name, [f"the file has several layers; say which with --layer: {names}."])
    if not layers:
        raise BadFile(name, ["the file holds no layer."])
    return layers[0]


def _transformation(name: str, layer: Layer) -> CoordTransform:
    srs = layer.srs
    if srs is None:
        raise BadFile(
            name,
            [
                "it does not say in which projection its coordinates are. A shapefile needs its .prj file beside it; "
                "any other file has to name the coordinate system."
            ],
        )
    try:
        if not (srs.geographic or srs.projected):
            raise GDALException("neither geographic nor projected")
        return CoordTransform(srs, SpatialReference(_WGS84, axis_order=AxisOrder.TRADITIONAL))
    except GDALException as error:
        raise BadFile(
            name, [f"its projection “{srs.name}” cannot be turned into latitude and longitude. Save it in WGS 84."]
        ) from error


def _read(number: int, feature: OgrFeature, name_field: str, key_field: str, to_wgs84: CoordTransform) -> Feature:
    try:
        name, key = clean_text(feature, name_field), clean_text(feature, key_field)
    except UnicodeDecodeError as error:
        raise _Problem(f"feature {number}: {_UNREADABLE_TEXT}") from error
    label = f"feature {number} (“{name[:60]}”)" if name else f"feature {number}"
    wrong = problem_with(name, name_field) or problem_with(key, key_field)
    if wrong:
        raise _Problem(f"{label}: {wrong}.")
    return Feature(number, name, key, _polygon(label, feature, to_wgs84))


def _polygon(label: str, feature: OgrFeature, to_wgs84: CoordTransform) -> bytes:
    try:
        geometry = feature.geom
    except GDALException:
        geometry = None
    if geometry is None or geometry.empty:
        raise _Problem(f"{label}: it has no geometry.")
    if geometry.has_curve:
        geometry = geometry.get_linear_geometry()
    if _kind(geometry) not in POLYGONS:
        raise _Problem(f"{label}: it is a {_kind(geometry)}; only polygons can be loaded.")
    geometry.close_rings()
    first = next(_rings(geometry))[0]
    if any(len(ring) < SMALLEST_RING for ring in _rings(geometry)):
        raise _Problem(f"{label}: the polygon is invalid: a ring of fewer than three corners.")
    try:
        geometry.transform(to_wgs84)
    except GDALException as error:
        raise _Problem(f"{label}: {_off_the_world(first)}") from error
    for part in _parts(geometry):
        west, south, east, north = part.extent
        is_once_around = west >= -360 and east <= 360 and south >= -90 and north <= 90
        if is_once_around and (east - west > 180 or east > 180 or west < -180):
            raise _Problem(
                f"{label}: it seems to cross the antimeridian (180° longitude), reaching from {west:.4f} to "
                f"{east:.4f}. Split it there into two parts, one on each side."
            )
        if not (is_on_earth(south, west) and is_on_earth(north, east)):
            raise _Problem(f"{label}: {_off_the_world(first)}")
    return bytes(geometry.wkb)


def _off_the_world(position: tuple[float, ...]) -> str:
    return (
        f"its coordinates, such as {position[0]:.10g}, {position[1]:.10g}, lie outside the world. Either they are no "
        "degrees although the file says so, or longitude and latitude are the wrong way round."
    )


def _kind(geometry: OGRGeometry) -> str:
    """Its type without regard to height and measure, which a boundary does not need."""
    geometry.set_3d(False)
    geometry.set_measured(False)
    return str(geometry.geom_type.name)


def _with_geometry(layer: Layer) -> Iterator[OgrFeature]:
    for feature in layer:
        try:
            feature.geom  # noqa: B018
        except GDALException:
            continue
        yield feature


def _kinds(layer: Layer) -> str:
    kinds = sorted({_kind(feature.geom) for feature in _with_geometry(layer)})
    return ", ".join(kinds) if kinds else "features without geometry"


def _parts(geometry: Any) -> list[Any]:
    """The polygons of a geometry; which classes GDAL's wrapper gives them is not known to the type checker."""
    return list(geometry) if _kind(geometry) == "MultiPolygon" else [geometry]


def _rings(geometry: OGRGeometry) -> Iterator[Any]:
    for part in _parts(geometry):
        yield from part


def _fingerprint(path: Path) -> str:
    """SHA-256 of the file, or of all files where geodata come as a folder."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
    return digest.hexdigest()
