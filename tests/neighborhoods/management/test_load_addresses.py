"""Do addresses load whole, with bad rows reported and bad files refused?"""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from neighborhoods.models import Address, Neighborhood
from neighborhoods.selectors import has_addresses, search_addresses, units_of
from tests.real_data import REAL_DATA, needs_real_data

pytestmark = pytest.mark.django_db

HEADER = "NUM,STREET,UNIT,CITY,ZIP,LAT,LON\n"
COLUMNS = "--number=NUM --street=STREET --unit=UNIT --city=CITY --postcode=ZIP --latitude=LAT --longitude=LON".split()


def run(path: Path, *options: str, columns: list[str] = COLUMNS) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command("load_addresses", str(path), *columns, *options, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def file_of(tmp_path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "addresses.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding=encoding)
    return path


def test_addresses_are_found_after_loading(tmp_path: Path, oak: Neighborhood) -> None:
    path = file_of(tmp_path, "12,North 5th Street,Apt 3,Sacramento,95811,0.5,0.25", "14,N 5th St,,,,0.5,0.5")
    _, errors = run(path)
    assert errors == "Loaded addresses.csv: 2 addresses, 0 repeated, 0 left out, 0 in no neighborhood.\n"
    (found,) = search_addresses("12 n 5th")
    assert (str(found), found.latitude, found.longitude) == ("12 North 5th Street, Sacramento 95811", 0.5, 0.25)
    assert units_of(found) == ["Apt 3"]


def test_a_load_replaces_the_one_before(tmp_path: Path, oak: Neighborhood) -> None:
    run(file_of(tmp_path, "12,Main St,,,,0.5,0.25"))
    path = file_of(tmp_path, "14,Main St,,,,0.5,0.25")
    run(path, "--dry-run")
    assert [address.number for address in Address.objects.all()] == ["12"]
    run(path)
    assert [address.number for address in Address.objects.all()] == ["14"]


def test_bad_rows_are_left_out_and_reported_by_line(tmp_path: Path, oak: Neighborhood) -> None:
    out, errors = run(
        file_of(
            tmp_path,
            "12,Main St,,,,0.5,0.25",
            "13,Main St,,,,here,0.25",
            "14,Main St,,,,0,0",
            "15,Main St,,,,0.5,200",
            ",Main St,,,,0.5,0.25",
            f"16,{'X' * 200},,,,0.5,0.25",
            "17,Main St",
            "12,Main Street,,,,0.5,0.25",
        )
    )
    assert errors == "Loaded addresses.csv: 1 addresses, 1 repeated, 6 left out, 0 in no neighborhood.\n"
    assert out.splitlines() == [
        "Left out line 3: unreadable coordinates “here”, “0.25”",
        "Left out line 4: 0, 0 is no place in a city",
        "Left out line 5: 0.5, 200 lies outside the world",
        "Left out line 6: the house number or the street is missing",
        "Left out line 7: street is longer than 120 characters",
        "Left out line 8: unreadable coordinates “”, “”",
    ]


def test_only_the_first_bad_rows_are_listed(tmp_path: Path, oak: Neighborhood) -> None:
    out, _ = run(file_of(tmp_path, "12,Main St,,,,0.5,0.25", *["13,Main St,,,,x,y"] * 30))
    assert len(out.splitlines()) == 21
    assert out.endswith("and 10 more rows\n")


@pytest.mark.parametrize("has_city", [True, False])
def test_exchanged_columns_are_refused(tmp_path: Path, has_city: bool, request: pytest.FixtureRequest) -> None:
    # Near enough to both axes that only the city's place tells them apart; without one, only what is off the earth.
    row = "12,Main St,,,,10.5,0.5" if has_city else "12,Main St,,,,-121.5,38.5"
    if has_city:
        request.getfixturevalue("pine")
    path = file_of(tmp_path, *[row] * 3)
    with pytest.raises(CommandError, match="latitude and longitude are the wrong way round: 3 of 3 rows"):
        run(path)
    assert not has_addresses()


def test_single_rows_that_lie_elsewhere_are_left_out_by_line(tmp_path: Path, pine: Neighborhood) -> None:
    out, errors = run(
        file_of(
            tmp_path,
            *[f"{number},Main St,,,,0.5,10.5" for number in range(1, 4)],
            "12,Main St,,,,10.5,0.5",
            "13,Main St,,,,0.5,-121",
            "14,Main St,,,,0.5,11.2",
        )
    )
    assert out.splitlines() == [
        "Left out line 5: 10.5, 0.5 lies in the city only the other way round",
        "Left out line 6: 0.5, -121 lies far outside the city",
        "In no neighborhood, and kept so that people there are told so: lines 7",
    ]
    assert errors == "Loaded addresses.csv: 4 addresses, 0 repeated, 2 left out, 1 in no neighborhood.\n"


def test_a_wrong_encoding_is_refused_with_every_line(tmp_path: Path, oak: Neighborhood) -> None:
    rows = ["12,Main St,,,,0.5,0.25", "12,Peñasco Ct,,,,0.5,0.25"]
    with pytest.raises(CommandError, match=r"line 3 is not UTF-8\. Save the file"):
        run(file_of(tmp_path, *rows, encoding="latin-1"))
    with pytest.raises(CommandError, match=r"2 lines are not UTF-8: 3, 4\. Save the file"):
        run(file_of(tmp_path, *rows, "14,Peñasco Ct,,,,0.5,0.25", encoding="latin-1"))
    with pytest.raises(CommandError, match=r"not UTF-8"):
        run(file_of(tmp_path, *rows, encoding="utf-16"))
    assert not has_addresses()


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path, "12,Main St,,,,0.5,0.25")
    with pytest.raises(CommandError, match=r"no column “HOUSE”\. Its columns: NUM, STREET"):
        run(path, columns=["--number=HOUSE", "--street=STREET", "--latitude=LAT", "--longitude=LON"])
    with pytest.raises(CommandError, match="required"):
        run(path, columns=["--number=NUM"])


def test_a_file_without_a_usable_row_keeps_the_earlier_addresses(tmp_path: Path, oak: Neighborhood) -> None:
    run(file_of(tmp_path, "12,Main St,,,,0.5,0.25"))
    for rows in ([], ["13,Main St,,,,0,0"]):
        with pytest.raises(CommandError):
            run(file_of(tmp_path, *rows))
    assert [address.number for address in Address.objects.all()] == ["12"]


@needs_real_data
def test_real_addresses_load(tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_bytes(gzip.decompress((REAL_DATA / "sacramento_street_addresses_1.csv.gz").read_bytes()))
    _, errors = run(path, columns=["--number=address", "--street=street", "--latitude=Y", "--longitude=X"])
    assert errors == "Loaded addresses.csv: 21,900 addresses, 51 repeated, 734 left out, 21,951 in no neighborhood.\n"
