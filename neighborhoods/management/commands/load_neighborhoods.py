"""How does a site admin load the city's boundaries?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from neighborhoods.loading.reading import read_polygons
from neighborhoods.management.load_report import describe, totals
from neighborhoods.services import NeedsConfirmation, load_boundaries


class Command(BaseCommand):
    help = """Load the neighborhoods' boundaries from a file: GeoJSON, a shapefile (bare or zipped), GeoPackage.

A boundary that differs from the one before ends it and begins anew under the same neighborhood. The report says what
is new, changed, gone, repaired, overlapping or not covered, and which residents move; --dry-run only reports.

Example:
  manage.py load_neighborhoods neighborhoods.geojson --dry-run
  manage.py load_neighborhoods neighborhoods.zip --name-field NBHD_NAME --key-field NBHD_ID"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="file of polygons in any projection GDAL knows")
        parser.add_argument("--name-field", metavar="F", help="field with the names, if it is not obvious")
        parser.add_argument(
            "--key-field", metavar="F", help="field that identifies a neighborhood; names may then repeat and change"
        )
        parser.add_argument("--layer", metavar="L", help="layer to read, if the file has several")
        parser.add_argument("--repair", action="store_true", help="mend invalid polygons and report it")
        parser.add_argument("--merge", action="store_true", help="make features with one name one neighborhood")
        parser.add_argument(
            "--confirm", action="store_true", help="go on although residents or much of the city lose their place"
        )
        parser.add_argument("--dry-run", action="store_true", help="only report what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_polygons(
                options["file"],
                layer_name=options["layer"],
                name_field=options["name_field"],
                key_field=options["key_field"],
            )
            report = load_boundaries(
                file=file,
                at=timezone.now(),
                repair=options["repair"],
                merge=options["merge"],
                confirm=options["confirm"],
                dry_run=options["dry_run"],
            )
        except NeedsConfirmation as error:
            self._print(error.report, options["verbosity"])
            raise CommandError(str(error)) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._print(report, options["verbosity"])
        if options["dry_run"]:
            doubts = f" A real load needs --confirm: {' and '.join(report.doubts)}." if report.doubts else ""
            self.stderr.write(f"Dry run, nothing was changed: {totals(report)}{doubts}")
        else:
            self.stderr.write(f"Loaded {report.file_name}: {totals(report)}")

    def _print(self, report: Any, verbosity: int) -> None:
        for line in describe(report, shown=None if verbosity > 1 else 20):
            self.stdout.write(line)
