"""How does a site admin load the city's address points?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from neighborhoods.loading.tables import open_table
from neighborhoods.services import load_addresses
from neighborhoods.services.addresses import REQUIRED, TEXTS


class Command(BaseCommand):
    help = """Load address points from a CSV file, so that looking a home up asks no third party.

The file replaces all addresses loaded before. Rows without a usable place or house number are left out and reported.

Example:
  manage.py load_addresses addresses.csv --number NUM --street STREET --unit UNIT --city CITY --postcode ZIP \\
      --latitude LAT --longitude LON"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV file with a header, in UTF-8")
        for name in (*TEXTS, "latitude", "longitude"):
            parser.add_argument(f"--{name}", metavar="C", required=name in REQUIRED, help=f"column with the {name}")
        parser.add_argument("--dry-run", action="store_true", help="only report what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = {name: options[name] for name in (*TEXTS, "latitude", "longitude") if options[name] is not None}
        try:
            table = open_table(options["file"], is_strict=True)
            report = load_addresses(table=table, columns=columns, dry_run=options["dry_run"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        for bad in report.bad:
            self.stdout.write(f"Left out {bad}")
        if report.bad_count > len(report.bad):
            self.stdout.write(f"and {report.bad_count - len(report.bad):,} more rows")
        if report.outside_count:
            lines = ", ".join(map(str, report.outside_lines))
            more = " …" if report.outside_count > len(report.outside_lines) else ""
            self.stdout.write(f"In no neighborhood, and kept so that people there are told so: lines {lines}{more}")
        self.stderr.write(
            f"{'Dry run, nothing was changed' if options['dry_run'] else f'Loaded {table.path.name}'}: "
            f"{report.loaded_count:,} addresses, {report.repeated_count:,} repeated, {report.bad_count:,} left out, "
            f"{report.outside_count:,} in no neighborhood."
        )
