"""Is every file that GDAL can read read right, and every other refused with its reason?"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.gdal import CoordTransform, SpatialReference
from django.contrib.gis.geos import GEOSGeometry, Polygon

from neighborhoods.loading.problems import BadFile
from neighborhoods.loading.reading import PolygonFile, read_polygons
from tests.neighborhoods.loading.files import (
    corners,
    named,
    polygon,
    square,
    write_geojson,
    write_geopackage,
    write_shapefile,
    zip_files,
)

CALIFORNIA_II_FEET = 2226
SACRAMENTO = (-121.5, 38.5)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(BadFile) as caught:
        read_polygons(path, **options)
    text = str(caught.value)
    assert path.name in text
    return text


def extents(file: PolygonFile) -> dict[str, tuple[float, ...]]:
    return {
        feature.name: tuple(round(degree, 6) for degree in GEOSGeometry(memoryview(feature.boundary)).extent)
        for feature in file.features
    }


def in_feet(west: float, south: float) -> list[tuple[float, float]]:
    to_feet = CoordTransform(SpatialReference(4326), SpatialReference(CALIFORNIA_II_FEET))
    area = Polygon(corners(west, south, width=0.1, height=0.1), srid=4326)
    area.transform(to_feet)
    return [(x, y) for x, y in area.exterior_ring.coords]


def test_geojson_with_one_obvious_name(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", [({"id": 7, "NAME": "Oak"}, square(0))])
    file = read_polygons(path)
    assert (file.name_field, extents(file)) == ("NAME", {"Oak": (0, 0, 1, 1)})


def test_a_bare_shapefile_in_feet(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "city", [("Oak", in_feet(*SACRAMENTO))], srid=CALIFORNIA_II_FEET)
    assert extents(read_polygons(path))["Oak"] == pytest.approx((-121.5, 38.5, -121.4, 38.6), abs=1e-5)


@pytest.mark.parametrize("folder", ["", "files of the city/"])
def test_a_zipped_shapefile(tmp_path: Path, folder: str) -> None:
    write_shapefile(tmp_path / "city", [("Oak", corners(0)), ("Elm", corners(1))], srid=4326)
    path = zip_files(tmp_path / "city.zip", *sorted(tmp_path.glob("city.*")), folder=folder)
    assert extents(read_polygons(path)) == {"Oak": (0, 0, 1, 1), "Elm": (1, 0, 2, 1)}


def test_a_shapefile_in_another_encoding(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "city", [("Peñasco", corners(0))], srid=4326, encoding="ISO-8859-1")
    assert list(extents(read_polygons(path))) == ["Peñasco"]


def test_a_geopackage_with_several_layers_needs_one_named(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "city.gpkg", {"hoods": [("Oak", corners(0))], "parks": [("Green", corners(5))]})
    assert "--layer: hoods, parks" in refusal(path)
    assert "Its layers: hoods, parks" in refusal(path, layer_name="wrong")
    assert extents(read_polygons(path, layer_name="hoods")) == {"Oak": (0, 0, 1, 1)}


def test_heights_are_left_out(tmp_path: Path) -> None:
    high = {"type": "Polygon", "coordinates": [[[x, y, 30.0] for x, y in corners(0)]]}
    file = read_polygons(write_geojson(tmp_path / "city.geojson", named(("Oak", high))))
    assert not GEOSGeometry(memoryview(file.features[0].boundary)).hasz


@pytest.mark.parametrize(
    "name", ["Kaʻaʻawa", "ʻĀina Haina", "Phường Đống Đa", "Midtown / Winn Park", "Z'berg Park", "X" * 200, "東京"]
)
def test_names_of_every_kind_are_kept(tmp_path: Path, name: str) -> None:
    assert list(extents(read_polygons(write_geojson(tmp_path / "city.geojson", named((name, square(0))))))) == [name]


def test_names_are_brought_to_one_spelling(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("  Pen\u0303asco \n Park ", square(0))))
    assert list(extents(read_polygons(path))) == ["Peñasco Park"]


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.geojson")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "city.geojson"
    path.touch()
    assert "the file is empty" in refusal(path)


@pytest.mark.parametrize("content", [b"not geodata at all", b"\x00\xff\x13" * 400, b'{"type": "Feature'])
def test_no_geodata(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "city.geojson"
    path.write_bytes(content)
    assert "not a file of geodata" in refusal(path)


def test_a_zip_file_without_or_with_too_many_geodata(tmp_path: Path) -> None:
    note = tmp_path / "read me.txt"
    note.write_text("hello")
    assert "no shapefile" in refusal(zip_files(tmp_path / "city.zip", note))
    one = write_geojson(tmp_path / "one.geojson", named(("Oak", square(0))))
    two = write_geojson(tmp_path / "two.geojson", named(("Elm", square(1))))
    assert "one.geojson, two.geojson" in refusal(zip_files(tmp_path / "both.zip", one, two))


def test_no_features(tmp_path: Path) -> None:
    assert "holds no features" in refusal(write_geojson(tmp_path / "city.geojson", []))


def test_no_polygons(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("Oak", {"type": "Point", "coordinates": [1, 1]})))
    assert "no polygons in it, only Point" in refusal(path)
    table = tmp_path / "city.csv"
    table.write_text("name,size\nOak,1\n")
    assert "no polygons in it" in refusal(table)


def test_lines_and_points_among_polygons_are_all_named(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    point = {"type": "Point", "coordinates": [1, 1]}
    text = refusal(
        write_geojson(
            tmp_path / "city.geojson", named(("Oak", square(0)), ("Road", line), ("Tree", point), ("Air", None))
        )
    )
    assert "feature 2 (“Road”): it is a LineString" in text
    assert "feature 3 (“Tree”): it is a Point" in text
    assert "feature 4 (“Air”): it has no geometry" in text


def test_a_missing_name_field_lists_the_fields(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", [({"OBJECTID": 3, "GRID": "0543"}, square(0))])
    for text in (refusal(path), refusal(path, name_field="nam")):
        assert "OBJECTID (Integer, such as “3”); GRID (String, such as “0543”)" in text
    assert "--name-field" in refusal(path)
    assert "no field “nam”" in refusal(path, name_field="nam")
    assert "no field “id”" in refusal(path, name_field="GRID", key_field="id")
    assert list(extents(read_polygons(path, name_field="grid"))) == ["0543"]


def test_an_ambiguous_name_field_lists_the_candidates(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", [({"name": "Oak", "label": "OAK"}, square(0))])
    assert "“name” or “label”" in refusal(path)
    assert read_polygons(path, name_field="label").name_field == "label"


def test_numbers_and_empty_texts_are_no_candidates(tmp_path: Path) -> None:
    features = [({"name": 1, "NBHD_NAME": "Oak", "label": ""}, square(0))]
    assert read_polygons(write_geojson(tmp_path / "city.geojson", features)).name_field == "NBHD_NAME"


def test_a_name_that_is_empty_or_too_long(tmp_path: Path) -> None:
    text = refusal(
        write_geojson(tmp_path / "city.geojson", named(("Oak", square(0)), ("", square(1)), ("X" * 300, square(2))))
    )
    assert "feature 2: the field “name” is empty" in text
    assert "has 300 characters, at most 200 fit" in text


def test_no_projection(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "city", [("Oak", corners(0))], srid=None)
    assert "does not say in which projection" in refusal(path)


def test_an_unusable_projection(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "city", [("Oak", corners(0))], srid=None)
    path.with_suffix(".prj").write_text('LOCAL_CS["Our own grid",UNIT["metre",1]]')
    assert "“Our own grid” cannot be turned into latitude and longitude" in refusal(path)
    path.with_suffix(".prj").write_text("complete nonsense")
    assert "projection" in refusal(path)


@pytest.mark.parametrize("ring", [corners(6_700_000, 1_900_000, width=5_000, height=5_000), corners(38.5, -121.5)])
def test_coordinates_outside_the_world(tmp_path: Path, ring: Any) -> None:
    text = refusal(write_geojson(tmp_path / "city.geojson", named(("Oak", polygon(ring)))))
    assert "feature 1 (“Oak”)" in text
    assert "outside the world" in text


@pytest.mark.parametrize("ring", [corners(-179.5, width=359), corners(179.5), corners(-180.5)])
def test_a_crossing_of_the_antimeridian_is_explained(tmp_path: Path, ring: Any) -> None:
    assert "antimeridian" in refusal(write_geojson(tmp_path / "city.geojson", named(("Taveuni", polygon(ring)))))


def test_a_polygon_split_at_the_antimeridian_is_fine(tmp_path: Path) -> None:
    split = {
        "type": "MultiPolygon",
        "coordinates": [square(179.5, width=0.5)["coordinates"], square(-180, width=0.5)["coordinates"]],
    }
    assert extents(read_polygons(write_geojson(tmp_path / "city.geojson", named(("Taveuni", split))))) == {
        "Taveuni": (-180, 0, 180, 1)
    }


def test_a_ring_of_two_corners(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("Oak", polygon([(0, 0), (1, 1), (0, 0)]))))
    assert "feature 1 (“Oak”): the polygon is invalid" in refusal(path)


def test_an_open_ring_is_closed(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("Oak", polygon(corners(0)[:-1]))))
    assert extents(read_polygons(path)) == {"Oak": (0, 0, 1, 1)}


def test_many_problems_are_counted_not_repeated(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "city.geojson", named(*[("", square(west)) for west in range(50)], ("Oak", square(60)))
    )
    text = refusal(path)
    assert "and 30 more." in text
    assert len(text.splitlines()) == 22


def test_an_old_crs_member_is_honored(tmp_path: Path) -> None:
    path = tmp_path / "city.geojson"
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{CALIFORNIA_II_FEET}"}}
    write_geojson(path, named(("Oak", polygon(in_feet(*SACRAMENTO)))), crs=crs)
    assert json.loads(path.read_text())["crs"] == crs
    assert extents(read_polygons(path))["Oak"] == pytest.approx((-121.5, 38.5, -121.4, 38.6), abs=1e-5)
