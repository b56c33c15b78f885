"""How does a site admin load the area commands?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commands.services import load_commands
from core.errors import DomainError
from neighborhoods.loading.reading import read_polygons


class Command(BaseCommand):
    help = """Load area commands and what they cover from a file of polygons.

Each neighborhood goes to the command with the largest share of its area; those that no command touches are listed.
A command keeps its page and its staff from one load to the next: "North" and "North Command" are both /commands/north/.

Example:
  manage.py load_commands commands.geojson --name-field COMMAND"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="file of polygons in any projection GDAL knows")
        parser.add_argument("--name-field", metavar="F", help="field with the names, if it is not obvious")
        parser.add_argument("--layer", metavar="L", help="layer to read, if the file has several")
        parser.add_argument("--repair", action="store_true", help="mend invalid polygons and report it")
        parser.add_argument("--dry-run", action="store_true", help="only report what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_polygons(options["file"], layer_name=options["layer"], name_field=options["name_field"])
            report = load_commands(file=file, at=timezone.now(), repair=options["repair"], dry_run=options["dry_run"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        for name, count in report.served:
            self.stdout.write(f"{name}: {count}{' (new)' if name in report.new else ''}")
        for repair in report.repairs:
            self.stdout.write(f"Repaired {repair.name}: {repair.reason}")
        for name in report.left_out:
            self.stdout.write(f"{name} is not in the file and serves no neighborhood now.")
        for name in report.without_command:
            self.stdout.write(f"No command: {name}")
        served = sum(count for _, count in report.served)
        self.stderr.write(
            f"{'Dry run, nothing was changed' if options['dry_run'] else f'Loaded {report.file_name}'}: "
            f"{len(report.served)} area commands serve {served} neighborhoods, "
            f"{len(report.without_command)} neighborhoods are without a command."
        )
