"""How does a site admin ask which neighborhood a point, or each row of a file, lies in?"""

import csv
import math
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from neighborhoods.loading.tables import Table, open_table
from neighborhoods.selectors import find_neighborhood_at, neighborhood_names_at

OUTSIDE = "outside"
# Enough for one statement to be worth its way; memory does not grow with the file.
CHUNK = 5_000
# 1 says "outside", so trouble needs a number of its own.
TROUBLE = 2


class Command(BaseCommand):
    help = """Print the neighborhood of a point, or "outside" and exit with 1; or add a column to a CSV file.

With --csv every row is written to standard output with all its columns and the neighborhood, "outside" where there is
none or where the coordinates cannot be read.

Example:
  manage.py locate 38.5816 -121.4944
  manage.py locate --csv calls.csv --latitude Latitude --longitude Longitude > located.csv"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("point", nargs="*", type=float, metavar="LATITUDE LONGITUDE", help="WGS 84 degrees")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="file whose rows are to be located")
        parser.add_argument("--latitude", metavar="C", help="column with the latitude")
        parser.add_argument("--longitude", metavar="C", help="column with the longitude")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["csv"] is None:
            if len(options["point"]) != 2:
                raise CommandError("Give a latitude and a longitude, or --csv with a file.", returncode=TROUBLE)
            self._locate_point(*options["point"])
        elif options["point"] or not (options["latitude"] and options["longitude"]):
            raise CommandError("With --csv name the columns: --latitude C --longitude C.", returncode=TROUBLE)
        else:
            try:
                self._locate_rows(open_table(options["csv"]), options["latitude"], options["longitude"])
            except DomainError as error:
                raise CommandError(str(error), returncode=TROUBLE) from error

    def _locate_point(self, latitude: float, longitude: float) -> None:
        neighborhood = find_neighborhood_at(latitude, longitude)
        self.stdout.write(neighborhood.name if neighborhood else OUTSIDE)
        if neighborhood is None:
            sys.exit(1)

    def _locate_rows(self, table: Table, latitude: str, longitude: str) -> None:
        at_latitude, at_longitude = table.column(latitude), table.column(longitude)
        writer = csv.writer(self.stdout, lineterminator="\n")
        width = len(table.header)
        writer.writerow([*table.header, "neighborhood"])
        total = outside = 0
        for rows in _chunks(table):
            latitudes = [_degrees(row, at_latitude) for row in rows]
            longitudes = [_degrees(row, at_longitude) for row in rows]
            for row, name in zip(rows, neighborhood_names_at(latitudes, longitudes), strict=True):
                # A short row is filled up and a long one keeps its rest, so that the column is where its name is.
                filled = row + [""] * (width - len(row))
                writer.writerow([*filled[:width], OUTSIDE if name is None else name, *filled[width:]])
                outside += name is None
            total += len(rows)
        self.stderr.write(f"Located {total - outside:,} of {total:,} rows; {outside:,} are outside.")


def _chunks(table: Table) -> Iterator[list[list[str]]]:
    rows = (row for _, row in table.rows())
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _degrees(row: list[str], column: int) -> float:
    """The number in a column; NaN when there is none, which is no place."""
    try:
        return float(row[column])
    except (IndexError, ValueError):
        return math.nan
