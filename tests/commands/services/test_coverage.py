"""Does each neighborhood get the command the file says, dated, with the commands keeping their identity?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commands.models import Coverage, PoliceCommand
from commands.selectors import commands_for, covered_neighborhoods
from commands.services import CannotCover, CommandReport, load_commands, set_coverage
from neighborhoods.loading.problems import BadFile
from neighborhoods.loading.reading import read_polygons
from neighborhoods.models import Neighborhood
from tests.neighborhoods.factories import make_neighborhood
from tests.neighborhoods.loading.files import named, polygon, square, write_geojson
from tests.real_data import REAL_DATA, needs_real_data

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)

Load = Callable[..., CommandReport]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def _load(*places: tuple[str, Any], at: datetime = AT, **options: Any) -> CommandReport:
        path = write_geojson(tmp_path / "commands.geojson", named(*places))
        return load_commands(file=read_polygons(path), at=at, **options)

    return _load


def served_by(slug: str) -> list[str]:
    return [place.name for place in covered_neighborhoods(PoliceCommand.objects.get(slug=slug))]


def test_the_largest_share_decides(oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, load: Load) -> None:
    report = load(("North", square(-1, width=2.4)), ("South Command", square(1.4, width=1)))
    assert (served_by("north"), served_by("south")) == (["Oak"], ["Elm"])
    assert report.served == [("North Command", 1), ("South Command", 1)]
    assert report.without_command == ["Pine"]


def test_equal_shares_go_to_the_first_by_name(oak: Neighborhood, load: Load) -> None:
    load(("West", square(0, width=0.5)), ("East", square(0.5, width=0.5)))
    assert (served_by("east"), served_by("west")) == (["Oak"], [])


def test_touching_is_not_covering(oak: Neighborhood, load: Load) -> None:
    assert load(("North", square(1))).without_command == ["Oak"]


def test_names_slugs_and_letters(oak: Neighborhood, load: Load) -> None:
    load(("North", square(0)), ("Northeast Area Command", square(1)), ("Nord command", square(2)))
    made = PoliceCommand.objects.filter(kind="area").values_list("slug", "name", "letter")
    assert sorted(made) == [
        ("nord", "Nord Command", "NOR"),
        ("north", "North Command", "N"),
        ("northeast", "Northeast Command", "NO"),
    ]


def test_a_command_keeps_its_row_and_coverage_is_dated(oak: Neighborhood, elm: Neighborhood, load: Load) -> None:
    load(("North", square(0)), ("South", square(1)))
    north = PoliceCommand.objects.get(slug="north")
    PoliceCommand.objects.filter(pk=north.pk).update(about="We serve the north.")
    kept = Coverage.objects.get(command=north, neighborhood=oak)
    report = load(("North Command", square(0, width=2)), at=LATER)
    assert (report.new, report.left_out) == ([], ["South Command"])
    assert PoliceCommand.objects.get(slug="north").about == "We serve the north."
    assert Coverage.objects.get(command=north, neighborhood=oak, ended_at=None).pk == kept.pk
    assert Coverage.objects.get(command__slug="south").ended_at == LATER
    assert [command.slug for command in commands_for(elm.pk)] == ["north"]


def test_features_with_one_name_are_one_command(oak: Neighborhood, elm: Neighborhood, load: Load) -> None:
    assert load(("North", square(0)), ("North", square(1))).served == [("North Command", 2)]


def test_specialty_units_and_headquarters_are_left_alone(oak: Neighborhood, load: Load) -> None:
    traffic = PoliceCommand.objects.create(name="Traffic", slug="traffic", letter="T", kind="specialty")
    set_coverage(command=traffic, neighborhood_ids=[oak.pk], at=AT)
    load(("North", square(0)), at=LATER)
    assert [command.slug for command in commands_for(oak.pk)] == ["north", "traffic"]
    for name in ("Headquarters", "Traffic"):
        with pytest.raises(BadFile, match="cannot be an area command"):
            load((name, square(0)), at=LATER)


def test_a_dry_run_changes_nothing(oak: Neighborhood, load: Load) -> None:
    assert load(("North", square(0)), dry_run=True).served == [("North Command", 1)]
    assert not PoliceCommand.objects.filter(slug="north").exists()


def test_boundaries_come_first(db: None, load: Load) -> None:
    with pytest.raises(CannotCover, match="load_neighborhoods"):
        load(("North", square(0)))
    assert not PoliceCommand.objects.filter(slug="north").exists()


def test_invalid_polygons_are_refused_or_mended(oak: Neighborhood, load: Load) -> None:
    bow = polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    with pytest.raises(BadFile, match="the polygon is invalid"):
        load(("North", bow))
    assert load(("North", bow), repair=True).served == [("North Command", 1)]


def test_headquarters_covers_everything_without_rows(
    headquarters: PoliceCommand, oak: Neighborhood, pine: Neighborhood
) -> None:
    with pytest.raises(CannotCover):
        set_coverage(command=headquarters, neighborhood_ids=[oak.pk], at=AT)
    assert served_by("headquarters") == ["Oak", "Pine"]
    assert commands_for(oak.pk) == []


def test_coverage_set_again_touches_only_what_differs(central: PoliceCommand, oak: Neighborhood) -> None:
    third = make_neighborhood("Third", west=5)
    kept = Coverage.objects.get(command=central, neighborhood=oak)
    set_coverage(command=central, neighborhood_ids=[oak.pk, third.pk], at=AT)
    assert served_by("central") == ["Oak", "Third"]
    kept.refresh_from_db()
    assert kept.ended_at is None
    assert Coverage.objects.get(command=central, neighborhood__name="Elm").ended_at == AT


@needs_real_data
@pytest.mark.parametrize("kind", ["commands", "beats"])
def test_the_real_commands_load(kind: str) -> None:
    file = f"sacramento_police_{kind}_derived.geojson"
    out, errors = StringIO(), StringIO()
    call_command("load_neighborhoods", str(REAL_DATA / "sacramento_neighborhoods.geojson"), stdout=StringIO())
    with pytest.raises(CommandError, match="--name-field"):
        call_command("load_commands", str(REAL_DATA / file))
    call_command("load_commands", str(REAL_DATA / file), "--name-field", "COMMAND", stdout=out, stderr=errors)
    assert out.getvalue().splitlines() == [
        "Central Command: 13 (new)",
        "East Command: 29 (new)",
        "North Command: 57 (new)",
        "South Command: 22 (new)",
    ]
    assert errors.getvalue() == (
        f"Loaded {file}: 4 area commands serve 121 neighborhoods, 0 neighborhoods are without a command.\n"
    )
