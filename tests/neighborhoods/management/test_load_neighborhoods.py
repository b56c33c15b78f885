"""Does the command say what it does, on a dry run as on a real one, and fail without having done half?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from neighborhoods.models import BoundaryLoad, Neighborhood
from neighborhoods.selectors import current_neighborhoods
from tests.neighborhoods.loading.files import named, polygon, square, write_geojson, write_shapefile
from tests.real_data import REAL_DATA, needs_real_data

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command("load_neighborhoods", str(path), *options, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_the_totals_stand_on_one_line_of_standard_error(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("Oak", square(0)), ("Elm", square(1))))
    out, errors = run(path)
    assert "New: 2\n  Elm\n  Oak\n" in out
    assert errors == (
        "Loaded city.geojson: 2 new, 0 changed, 0 gone, 0 unchanged, 0 repaired; 0 overlapping pairs (0 m²), "
        "0 gaps (0 m²); 0 residents moved, 0 left without a place.\n"
    )


def test_a_dry_run_says_the_same_and_loads_nothing(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "city.geojson", named(("Oak", square(0)), ("Elm", square(1))))
    out, errors = run(path, "--dry-run")
    assert errors.startswith("Dry run, nothing was changed: 2 new")
    assert not BoundaryLoad.objects.exists()
    assert run(path)[0] == out


def test_a_second_file_is_compared_with_the_first(tmp_path: Path) -> None:
    places = [(f"Place {number}", square(number)) for number in range(6)]
    run(write_geojson(tmp_path / "one.geojson", named(*places)))
    changed = [*places[:4], ("Place 4", square(4, width=0.75)), ("Pine", square(9))]
    out, errors = run(write_geojson(tmp_path / "two.geojson", named(*changed)))
    assert "Changed: 1\n  Place 4: 25.00% of its area\n" in out
    assert "Gone: 1\n  Place 5\n" in out
    assert "1 new, 1 changed, 1 gone, 4 unchanged" in errors


def test_a_doubtful_load_needs_confirm_and_a_dry_run_says_so(tmp_path: Path) -> None:
    run(write_geojson(tmp_path / "one.geojson", named(("Oak", square(0)), ("Elm", square(1)))))
    path = write_geojson(tmp_path / "two.geojson", named(("Oak", square(0))))
    with pytest.raises(CommandError, match=r"1 of 2 neighborhoods without a place\. If that is right, add --confirm\."):
        run(path)
    assert "A real load needs --confirm" in run(path, "--dry-run")[1]
    assert current_neighborhoods().count() == 2
    run(path, "--confirm")
    assert current_neighborhoods().count() == 1


def test_a_bad_file_fails_and_loads_nothing(tmp_path: Path) -> None:
    bow = polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    path = write_geojson(tmp_path / "city.geojson", named(("Elm", square(1)), ("Bow", bow)))
    with pytest.raises(CommandError, match=r"city\.geojson was not loaded:\n- feature 2 \(“Bow”\): the polygon is"):
        run(path)
    assert not Neighborhood.objects.exists()
    assert "Repaired: 1\n  Bow: Self-intersection[0.5 0.5];" in run(path, "--repair")[0]


def test_options_reach_the_reader(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "city", [("Oak", [(0, 0), (1, 0), (1, 1), (0, 0)])], srid=4326)
    with pytest.raises(CommandError, match="no layer “other”"):
        run(path, "--layer", "other")
    assert "Names come from the field “NAME”." in run(path, "--name-field", "NAME", "--layer", "city")[0]


@needs_real_data
def test_the_real_city_loads() -> None:
    _, errors = run(REAL_DATA / "sacramento_neighborhoods.geojson")
    assert "121 new" in errors
    assert "7 overlapping pairs (1,697 m²)" in errors
    assert Neighborhood.objects.get(name="Z'berg Park").slug == "zberg-park"
    assert Neighborhood.objects.get(name="Midtown / Winn Park / Capital Avenue").boundaries.count() == 1


@needs_real_data
def test_a_real_shapefile_in_feet_loads() -> None:
    assert "8 new" in run(REAL_DATA / "sacramento_council_districts_epsg2226.zip")[1]


@needs_real_data
def test_a_real_file_with_its_faults_is_refused_then_mended() -> None:
    path = REAL_DATA / "sacramento_police_grids.zip"
    with pytest.raises(CommandError, match="--name-field"):
        run(path)
    with pytest.raises(CommandError, match="“0712” occurs 2 times"):
        run(path, "--name-field", "GRID")
    with pytest.raises(CommandError, match="the polygon is invalid"):
        run(path, "--name-field", "GRID", "--merge")
    assert "578 new" in run(path, "--name-field", "GRID", "--merge", "--repair")[1]
