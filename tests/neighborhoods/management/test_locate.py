"""Does `locate` answer for one point and for every row of a file, whatever stands in it?"""

import csv
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from neighborhoods.management.commands import locate
from neighborhoods.models import Neighborhood
from tests.real_data import REAL_DATA, needs_real_data

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("locate", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def run_csv(path: Path, latitude: str = "lat", longitude: str = "lon") -> list[list[str]]:
    return list(csv.reader(StringIO(run("--csv", str(path), "--latitude", latitude, "--longitude", longitude))))


def test_a_point_prints_its_neighborhood(oak: Neighborhood) -> None:
    assert run("0.5", "0.5") == "Oak\n"


def test_a_point_outside_exits_with_1(oak: Neighborhood, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("locate", "5", "-5.5")
    assert stopped.value.code == 1
    assert capsys.readouterr().out == "outside\n"


@pytest.mark.parametrize("arguments", [["1"], ["1", "2", "3"], ["here", "there"], ["1", "2", "--csv", "x.csv"], []])
def test_what_is_no_point_is_trouble(oak: Neighborhood, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode != 0


def test_negative_numbers_need_no_dashes_on_a_real_command_line() -> None:
    manage = settings.BASE_DIR / "manage.py"
    done = subprocess.run(
        [sys.executable, manage, "locate", "-91", "-121.4944"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "outside\n")


def test_every_row_keeps_its_columns(oak: Neighborhood, elm: Neighborhood, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        '"",lat,"odd ""name""",lon,Neighborhood\r\n'
        '1,0.5,"a, b",0.5,x\r\n'
        "2,0.5,c,1.5,y\r\n"
        "3,9,d,9,z\r\n"
        "4,,e,NA,z\r\n"
        "\r\n"
        "5,nan,f,1e400,z\r\n"
        "6,0.5\r\n"
        '7,0.5,"line\nbreak",0.5,x,more\r\n',
        encoding="utf-8",
    )
    header, *rows = run_csv(path)
    assert header == ["", "lat", 'odd "name"', "lon", "Neighborhood", "neighborhood"]
    assert [row[5] for row in rows] == ["Oak", "Elm", "outside", "outside", "outside", "outside", "Oak"]
    assert rows[0] == ["1", "0.5", "a, b", "0.5", "x", "Oak"]
    assert rows[5] == ["6", "0.5", "", "", "", "outside"]
    assert rows[6] == ["7", "0.5", "line\nbreak", "0.5", "x", "Oak", "more"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "latin-1"])
def test_files_in_utf_8_or_latin_1_are_read(oak: Neighborhood, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("lat,lon,who\n0.5,0.5,Peñasco\n", encoding=encoding)
    assert run_csv(path) == [["lat", "lon", "who", "neighborhood"], ["0.5", "0.5", "Peñasco", "Oak"]]


def test_rows_go_to_the_database_in_chunks(
    oak: Neighborhood, tmp_path: Path, django_assert_num_queries: object
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("lat,lon\n" + "0.5,0.5\n" * (2 * locate.CHUNK + 1))
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(3):
        rows = run_csv(path)
    assert len(rows) == 2 * locate.CHUNK + 2
    assert {row[-1] for row in rows[1:]} == {"Oak"}


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "the file is empty"), ("a,b\n1,2\n", "no column “lat”. Its columns: a, b"), ("lat,lat,lon\n", "2 columns")],
)
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=message):
        run_csv(path)


def test_a_missing_file_and_missing_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        run_csv(tmp_path / "nothing.csv")
    with pytest.raises(CommandError, match="--latitude C --longitude C"):
        run("--csv", str(tmp_path / "nothing.csv"))


@needs_real_data
def test_real_points_get_the_neighborhood_the_city_gave_them() -> None:
    call_command("load_neighborhoods", str(REAL_DATA / "sacramento_neighborhoods.geojson"), stdout=StringIO())
    header, *rows = run_csv(REAL_DATA / "sacramento_311_calls_1.csv", "Latitude", "Longitude")
    found, label = header.index("neighborhood"), header.index("Neighborhood")
    assert len(rows) == 2500
    assert sum(row[found] == "outside" for row in rows) == 36
    assert sum(row[found] == row[label] for row in rows) >= 2430
