"""How does whoever operates the server take a copy of the public record?"""

import os
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.holds import record_export
from pages.record.archive import Archive
from pages.record.tables import Days


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day; write it as 2026-11-30") from error


class Command(BaseCommand):
    help = """Write the public record of some days into one ZIP file: posts with every version, replies (hidden ones
too), conversations, and who and when. Nothing that neighbors say among themselves, no e-mail address, no home.

The days are those of the city's time zone, both included. The audit trail says that a copy was taken.

Example:
  manage.py export_record november.zip --from 2026-11-01 --to 2026-11-30"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="where to write the ZIP; it must not be there yet")
        parser.add_argument("--from", dest="first", metavar="DAY", type=_day, required=True, help="the first day")
        parser.add_argument("--to", dest="last", metavar="DAY", type=_day, required=True, help="the last day")
        parser.add_argument("--dry-run", action="store_true", help="only count what would be written")

    def handle(self, *args: Any, **options: Any) -> None:
        file, days, at = options["file"], Days(options["first"], options["last"]), timezone.now()
        if days.first > days.last:
            raise CommandError("The last day is before the first. Change one of them.")
        if file.exists():
            raise CommandError(f"{file} is there already. Choose another name, or move it away.")
        archive = Archive(days, at)
        if options["dry_run"]:
            archive.count()
        else:
            record_export(by=None, first_day=days.first, last_day=days.last, at=at)
            _write(archive, file)
        totals = ", ".join(f"{count:,} {name}" for name, count in archive.totals.items())
        self.stderr.write(f"{'Dry run, nothing was written' if options['dry_run'] else 'Done'}: {totals}.")


def _write(archive: Archive, file: Path) -> None:
    """The whole file or none, readable for its owner alone."""
    draft = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for piece in archive.pieces():
                out.write(piece)
        draft.rename(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
