"""Does loading a boundary file keep what is the same, date what is not, and carry the residents along?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from neighborhoods.loading.problems import BadFile
from neighborhoods.loading.reading import read_polygons
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood
from neighborhoods.rules import Cell, cell_at
from neighborhoods.selectors import current_neighborhoods, find_neighborhood_at, find_residency
from neighborhoods.services import LoadReport, NeedsConfirmation, claim_residency, load_boundaries
from neighborhoods.services.following import CELL_IN_SQL
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.loading.files import corners, named, polygon, square, write_geojson

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
LATER = AT + timedelta(days=365)
BOW_TIE = polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])

Load = Callable[..., LoadReport]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def _load(
        *features: tuple[Any, Any], at: datetime = AT, key_field: str | None = None, **options: Any
    ) -> LoadReport:
        pairs = [feature if isinstance(feature[0], dict) else named(feature)[0] for feature in features]
        path = write_geojson(tmp_path / "city.geojson", pairs)
        return load_boundaries(file=read_polygons(path, name_field="name", key_field=key_field), at=at, **options)

    return _load


def names() -> list[str]:
    return [neighborhood.name for neighborhood in current_neighborhoods()]


def home_at(latitude: float, longitude: float) -> User:
    person = make_resident_account("Maria Lopez")
    claim_residency(person=person, latitude=latitude, longitude=longitude, at=AT)
    return person


def home_of(person: User) -> str | None:
    residency = find_residency(person.pk)
    assert residency is not None
    return residency.neighborhood.name if residency.neighborhood else None


def test_a_first_load_makes_neighborhoods(load: Load) -> None:
    report = load(("Oak", square(0)), ("Elm", square(1)))
    assert report.comparison.new == ["Elm", "Oak"]
    oak = Neighborhood.objects.get(slug="oak")
    boundary = oak.boundaries.get()
    assert (oak.key, boundary.started_at, boundary.ended_at) == ("Oak", AT, None)
    assert boundary.area_m2 == pytest.approx(12_308_778_361, rel=1e-6)
    assert boundary.boundary.covers(boundary.center)
    assert BoundaryLoad.objects.get().file_name == "city.geojson"


def test_loading_the_same_file_again_keeps_every_row(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    before = set(Boundary.objects.values_list("pk", flat=True))
    report = load(("Oak", square(0)), ("Elm", square(1 + 1e-10)), at=LATER)
    assert set(Boundary.objects.values_list("pk", flat=True)) == before
    assert report.comparison.unchanged_count == 2


def test_a_changed_boundary_ends_and_begins_anew(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    report = load(("Oak", square(0, width=0.5)), ("Elm", square(1)), at=LATER)
    (changed,) = report.comparison.changed
    assert (changed.name, round(changed.share, 2)) == ("Oak", 0.5)
    old, new = Boundary.objects.filter(neighborhood__name="Oak").order_by("started_at")
    assert (old.ended_at, new.started_at, new.ended_at) == (LATER, LATER, None)
    assert find_neighborhood_at(0.5, 0.75) is None


def test_a_neighborhood_that_is_gone_keeps_its_row_and_may_come_back(load: Load) -> None:
    load(*[(f"Place {number}", square(number)) for number in range(6)])
    load(*[(f"Place {number}", square(number)) for number in range(5)], at=LATER)
    assert "Place 5" not in names()
    gone = Neighborhood.objects.get(name="Place 5")
    report = load(*[(f"Place {number}", square(number)) for number in range(6)], at=LATER + timedelta(days=1))
    assert report.comparison.new == ["Place 5"]
    assert gone.boundaries.count() == 2
    assert Neighborhood.objects.count() == 6


def test_a_dry_run_reports_the_same_and_changes_nothing(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    features = (("Oak", square(0, width=0.5)), ("Elm", square(1)), ("Pine", square(3)))
    tried = load(*features, at=LATER, dry_run=True)
    assert names() == ["Elm", "Oak"]
    assert (Boundary.objects.count(), BoundaryLoad.objects.count()) == (2, 1)
    assert load(*features, at=LATER) == tried


def test_repeated_names_are_refused_and_listed(load: Load) -> None:
    with pytest.raises(BadFile, match=r"“Oak” occurs 2 times: features 1, 3\.") as caught:
        load(("Oak", square(0)), ("Elm", square(1)), ("Oak", square(2)))
    assert "--merge" in str(caught.value)
    assert "--key-field" in str(caught.value)
    assert not Neighborhood.objects.exists()


def test_merging_makes_features_with_one_name_one_neighborhood(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)), ("Oak", square(2)), merge=True)
    assert names() == ["Elm", "Oak"]
    assert str(find_neighborhood_at(0.5, 2.5)) == "Oak"


def test_with_a_key_names_may_repeat_and_change(load: Load) -> None:
    load(({"name": "Oak", "id": 1}, square(0)), ({"name": "Oak", "id": 2}, square(1)), key_field="id")
    assert sorted(Neighborhood.objects.values_list("slug", flat=True)) == ["oak", "oak-2"]
    features = ({"name": "Oak", "id": 1}, square(0)), ({"name": "New Oak", "id": 2}, square(1))
    report = load(*features, key_field="id", at=LATER)
    assert report.comparison.renamed == [("Oak", "New Oak")]
    renamed = Neighborhood.objects.get(key="2")
    assert (renamed.name, renamed.slug) == ("New Oak", "oak-2")
    assert report.comparison.unchanged_count == 2


def test_invalid_polygons_are_refused_with_the_reason(load: Load) -> None:
    with pytest.raises(BadFile, match=r"feature 2 \(“Bow”\): the polygon is invalid: Self-intersection\[0\.5 0\.5\]"):
        load(("Elm", square(1)), ("Bow", BOW_TIE))
    assert not Neighborhood.objects.exists()


def test_repair_mends_and_reports(load: Load) -> None:
    report = load(("Elm", square(1)), ("Bow", BOW_TIE), repair=True)
    (repair,) = report.repairs
    assert (repair.name, repair.reason) == ("Bow", "Self-intersection[0.5 0.5]")
    assert repair.area_after_m2 == pytest.approx(12_308_778_361 / 2, rel=1e-3)
    assert str(find_neighborhood_at(0.5, 0.1)) == "Bow"


def test_what_mending_leaves_nothing_of_is_refused(load: Load) -> None:
    flat = polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    with pytest.raises(BadFile, match="mending leaves nothing of it"):
        load(("Elm", square(1)), ("Flat", flat), repair=True)


def test_overlaps_and_gaps_are_reported_with_their_area(load: Load) -> None:
    ring = polygon(corners(0, width=3, height=3), corners(1, 1))
    report = load(("Ring", ring), ("Spur", square(2.5, 1, width=1)))
    (overlap,) = report.overlaps
    assert {overlap.name, overlap.other_name} == {"Ring", "Spur"}
    assert overlap.area_m2 == pytest.approx(12_308_778_361 / 2, rel=1e-2)
    (gap,) = report.gaps
    assert gap.area_m2 == pytest.approx(12_308_778_361, rel=1e-2)
    assert (1 < gap.latitude < 2, 1 < gap.longitude < 2) == (True, True)


def test_touching_neighborhoods_neither_overlap_nor_leave_a_gap(load: Load) -> None:
    report = load(("Oak", square(0)), ("Elm", square(1)))
    assert (report.overlaps, report.gaps) == ([], [])


def test_a_resident_stays_while_the_cell_touches_the_neighborhood(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    person = home_at(0.5, 0.9999)
    west = cell_at(0.5, 0.9999).bounds[0]
    border = west + 0.0001
    report = load(("Oak", square(0, width=border)), ("Elm", square(border, width=2 - border)), at=LATER)
    assert report.moves == []
    assert home_of(person) == "Oak"


def test_a_resident_goes_where_the_middle_of_the_cell_lies(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    person = home_at(0.5, 0.9)
    report = load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)), at=LATER)
    (move,) = report.moves
    assert (move.from_name, move.to_name, move.resident_count) == ("Oak", "Elm", 1)
    assert home_of(person) == "Elm"
    counts = dict(Neighborhood.objects.values_list("name", "claimed_count"))
    assert counts == {"Oak": 0, "Elm": 1}


def test_leaving_a_resident_without_a_place_needs_to_be_confirmed(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    person = home_at(0.5, 0.9)
    smaller = (("Oak", square(0, width=0.8)), ("Elm", square(1)))
    with pytest.raises(NeedsConfirmation, match="it would leave 1 resident without a neighborhood") as caught:
        load(*smaller, at=LATER)
    assert caught.value.report.unplaced_count == 1
    assert home_of(person) == "Oak"
    load(*smaller, at=LATER, confirm=True)
    assert home_of(person) is None


def test_a_home_without_a_place_finds_one_in_a_later_file(load: Load) -> None:
    load(("Oak", square(0)), ("Elm", square(1)))
    person = home_at(0.5, 0.9)
    load(("Oak", square(0, width=0.8)), ("Elm", square(1)), at=LATER, confirm=True)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)), at=LATER + timedelta(days=1))
    assert home_of(person) == "Elm"


def test_losing_over_a_fifth_of_the_neighborhoods_needs_to_be_confirmed(load: Load) -> None:
    places = [(f"Place {number}", square(number)) for number in range(10)]
    load(*places)
    load(*places[2:], at=LATER)
    with pytest.raises(NeedsConfirmation, match="it would leave 2 of 8 neighborhoods without a place"):
        load(*places[4:], at=LATER + timedelta(days=1))
    assert len(names()) == 8
    report = load(*places[4:], at=LATER + timedelta(days=1), dry_run=True)
    assert report.doubts == ["it would leave 2 of 8 neighborhoods without a place"]
    load(*places[4:], at=LATER + timedelta(days=1), confirm=True)
    assert len(names()) == 6


@pytest.mark.parametrize("cell", [Cell(28500, -70000), Cell(0, 0), Cell(-1, -1), Cell(-25000, 90000), Cell(66000, 3)])
def test_sql_and_python_draw_the_same_cell(cell: Cell) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (SELECT {CELL_IN_SQL} AS box "
            "FROM (SELECT %s::integer AS cell_row, %s::integer AS cell_column) AS cell) AS drawn",
            [cell.row, cell.column],
        )
        assert cursor.fetchone() == pytest.approx(cell.bounds, abs=1e-9)


def test_slugs_of_names_in_any_script(load: Load) -> None:
    load(("ʻĀina Haina", square(0)), ("Phường Đống Đa", square(1)), ("東京", square(2)), ("大阪", square(3)))
    assert dict(Neighborhood.objects.values_list("name", "slug")) == {
        "ʻĀina Haina": "aina-haina",
        "Phường Đống Đa": "phuong-dong-da",
        "東京": "neighborhood-1",
        "大阪": "neighborhood-2",
    }


def test_a_million_corners_load(load: Load) -> None:
    side = 1_000_000
    jagged = [(x / side, (x % 2) * 1e-7) for x in range(side)]
    report = load(("Coast", polygon([*jagged, (1.0, 0.0), (1, 1), (0, 1), (0, 0)])), ("Elm", square(1)))
    assert report.comparison.new == ["Coast", "Elm"]
    assert (report.overlaps, report.gaps) == ([], [])
