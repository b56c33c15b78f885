"""How does a file of addresses become what people can look their home up in?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from neighborhoods.loading.problems import SHOWN_PROBLEMS, BadFile
from neighborhoods.loading.tables import Table
from neighborhoods.models import Address
from neighborhoods.rules import is_on_earth, normalize_address
from neighborhoods.selectors import find_city_box

REQUIRED = ("number", "street", "latitude", "longitude")
TEXTS = ("number", "street", "unit", "city", "postcode")
# Degrees around the neighborhoods in which an address may be expected: some 50 km, so that a suburb counts as near.
_NEAR = 0.5

Box = tuple[float, float, float, float]


@dataclass
class AddressReport:
    """What a load of addresses does, or would do.

    Attributes:
        repeated_count: Rows that say again what an earlier one said, in the same place.
        bad: The first bad rows, each with its line and why it was left out.
        outside_count: Loaded addresses in no neighborhood; who lives there is told so instead of "not known".
        outside_lines: The lines of the first of them.
    """

    loaded_count: int = 0
    repeated_count: int = 0
    bad_count: int = 0
    bad: list[str] = field(default_factory=list)
    outside_count: int = 0
    outside_lines: list[int] = field(default_factory=list)

    def leave_out(self, line: int, why: str) -> None:
        self.bad_count += 1
        if len(self.bad) < SHOWN_PROBLEMS:
            self.bad.append(f"line {line}: {why}")


@transaction.atomic
def load_addresses(*, table: Table, columns: Mapping[str, str], dry_run: bool = False) -> AddressReport:
    """Replace all addresses by those of a file. Rows that cannot be used are left out and reported.

    Args:
        columns: The file's column for `number`, `street`, `latitude`, `longitude` and, where there are any, `unit`,
            `city` and `postcode`.
        dry_run: Do everything and take it back, so that the report is that of a real load.

    Raises:
        BadFile: A column is missing, latitude and longitude are the wrong way round, or no row can be used.
    """
    places = {name: table.column(column) for name, column in columns.items()}
    report = AddressReport()
    swapped = _Swapped(find_city_box())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming_address")
        cursor.execute(
            "CREATE TEMPORARY TABLE incoming_address (line integer, number text, street text, unit text, city text, "
            "postcode text, location geometry, search_text text) ON COMMIT DROP"
        )
        with cursor.copy("COPY incoming_address FROM STDIN") as copy:
            for row in _usable(table, places, report, swapped):
                copy.write_row(row)
        if swapped.is_likely:
            raise BadFile(
                table.path.name,
                [
                    f"latitude and longitude are the wrong way round: {swapped.swapped_count:,} of "
                    f"{swapped.seen_count:,} rows lie where they should only when exchanged."
                ],
            )
        cursor.execute("DELETE FROM neighborhoods_address")
        # A file may list a home more than once; in the same place (some 100 m) it is the same home.
        cursor.execute(
            """
            INSERT INTO neighborhoods_address (number, street, unit, city, postcode, location, search_text)
            SELECT DISTINCT ON (search_text, city, postcode, ST_SnapToGrid(location, 0.001))
                   number, street, unit, city, postcode, location, search_text
            FROM incoming_address
            ORDER BY search_text, city, postcode, ST_SnapToGrid(location, 0.001), line
            """
        )
        report.loaded_count = cursor.rowcount
        cursor.execute("SELECT count(*) FROM incoming_address")
        report.repeated_count = cursor.fetchone()[0] - report.loaded_count
        cursor.execute(
            """
            SELECT count(*), (array_agg(line ORDER BY line))[1:%s] FROM incoming_address
            WHERE NOT EXISTS (
                SELECT FROM neighborhoods_boundary AS now
                WHERE now.ended_at IS NULL AND ST_Covers(now.boundary, location)
            )
            """,
            [SHOWN_PROBLEMS],
        )
        report.outside_count, outside_lines = cursor.fetchone()
        report.outside_lines = outside_lines or []
    if not report.loaded_count:
        raise BadFile(table.path.name, report.bad or ["the file holds no addresses."])
    if dry_run:
        transaction.set_rollback(True)
    return report


class _Swapped:
    """Says which rows do not lie near the city, and counts those that would with their coordinates exchanged."""

    def __init__(self, city: Box | None) -> None:
        self._city = city
        self.seen_count = self.swapped_count = 0

    def why_not(self, latitude: float, longitude: float) -> str:
        """What is wrong with a point on earth; empty where nothing is."""
        self.seen_count += 1
        if self._fits(latitude, longitude):
            return ""
        if self._fits(longitude, latitude):
            self.swapped_count += 1
            return f"{latitude:g}, {longitude:g} lies in the city only the other way round"
        if is_on_earth(latitude, longitude):
            return f"{latitude:g}, {longitude:g} lies far outside the city"
        return f"{latitude:g}, {longitude:g} lies outside the world"

    @property
    def is_likely(self) -> bool:
        return self.swapped_count * 2 > self.seen_count

    def _fits(self, latitude: float, longitude: float) -> bool:
        if self._city is None:
            return is_on_earth(latitude, longitude)
        west, south, east, north = self._city
        return south - _NEAR <= latitude <= north + _NEAR and west - _NEAR <= longitude <= east + _NEAR


def _usable(
    table: Table, places: Mapping[str, int], report: AddressReport, swapped: _Swapped
) -> Iterator[tuple[int | str, ...]]:
    limits = {name: int(getattr(Address._meta.get_field(name), "max_length", 0)) for name in TEXTS}
    for line, row in table.rows():
        values = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        try:
            latitude, longitude = float(values["latitude"]), float(values["longitude"])
        except ValueError:
            report.leave_out(line, f"unreadable coordinates “{values['latitude']}”, “{values['longitude']}”")
            continue
        texts = {name: " ".join(values.get(name, "").split()) for name in TEXTS}
        too_long = [name for name in TEXTS if len(texts[name]) > limits[name]]
        wrong_place = (
            "0, 0 is no place in a city" if latitude == longitude == 0 else swapped.why_not(latitude, longitude)
        )
        if wrong_place:
            report.leave_out(line, wrong_place)
        elif not (texts["number"] and texts["street"]):
            report.leave_out(line, "the house number or the street is missing")
        elif too_long:
            report.leave_out(line, f"{too_long[0]} is longer than {limits[too_long[0]]} characters")
        elif any("\0" in text for text in texts.values()):
            report.leave_out(line, "there is a NUL byte in it")
        else:
            search_text = normalize_address(f"{texts['number']} {texts['street']} {texts['unit']}")
            yield (line, *texts.values(), f"SRID=4326;POINT({longitude!r} {latitude!r})", search_text)
