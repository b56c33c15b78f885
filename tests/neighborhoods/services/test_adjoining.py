"""Does a load note which neighborhoods adjoin, both ways, by their distance on the ground?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from neighborhoods.loading.reading import read_polygons
from neighborhoods.models import Adjoining, Neighborhood
from neighborhoods.selectors import adjoining_ids
from neighborhoods.services import load_boundaries
from tests.neighborhoods.loading.files import named, square, write_geojson
from tests.real_data import REAL_DATA, needs_real_data

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
# At 60° a degree of longitude is half as long as one of latitude: 111,413 m / 2.
NORTH = 60.0
METER_EAST, METER_NORTH = 1 / 55_800, 1 / 111_412


def load(tmp_path: Path, *features: tuple[str, Any], at: datetime = AT, **options: Any) -> None:
    path = write_geojson(tmp_path / "city.geojson", [named(feature)[0] for feature in features])
    load_boundaries(file=read_polygons(path, name_field="name"), at=at, **options)


def beside(name: str) -> list[str]:
    ids = adjoining_ids(Neighborhood.objects.get(name=name).pk)
    return sorted(Neighborhood.objects.filter(pk__in=ids).values_list("name", flat=True))


@pytest.mark.parametrize(("gap_m", "adjoins"), [(0, True), (45, True), (60, False)])
def test_fifty_meters_adjoin_whichever_way_they_lie(tmp_path: Path, gap_m: float, adjoins: bool) -> None:
    load(
        tmp_path,
        ("Oak", square(0, NORTH, width=0.1, height=0.1)),
        ("East", square(0.1 + gap_m * METER_EAST, NORTH, width=0.1, height=0.1)),
        ("South", square(0, NORTH - 0.1 - gap_m * METER_NORTH, width=0.1, height=0.1)),
    )
    assert beside("Oak") == (["East", "South"] if adjoins else [])
    assert ("Oak" in beside("East"), "Oak" in beside("South")) == (adjoins, adjoins)


def test_a_later_load_replaces_what_adjoins(tmp_path: Path) -> None:
    load(tmp_path, ("Oak", square(0)), ("Elm", square(1)), ("Pine", square(3)))
    assert (beside("Oak"), beside("Pine")) == (["Elm"], [])
    load(tmp_path, ("Oak", square(0)), ("Elm", square(1.5)), ("Pine", square(2.5)), at=AT + timedelta(days=1))
    assert (beside("Oak"), beside("Elm"), beside("Pine")) == ([], ["Pine"], ["Elm"])


def test_what_is_gone_adjoins_nothing(tmp_path: Path) -> None:
    load(tmp_path, ("Oak", square(0)), ("Elm", square(1)))
    load(tmp_path, ("Oak", square(0)), at=AT + timedelta(days=1), confirm=True)
    assert not Adjoining.objects.exists()


@needs_real_data
@pytest.mark.parametrize(
    ("file", "options"),
    [("sacramento_neighborhoods.geojson", {}), ("sacramento_police_grids.zip", {"merge": True, "repair": True})],
)
def test_real_neighborhoods_adjoin_both_ways(file: str, options: dict[str, bool]) -> None:
    polygons = read_polygons(REAL_DATA / file, name_field="GRID" if "grids" in file else None)
    load_boundaries(file=polygons, at=AT, **options)
    pairs = set(Adjoining.objects.values_list("neighborhood_id", "other_id"))
    assert pairs
    assert {(other, one) for one, other in pairs} == pairs
