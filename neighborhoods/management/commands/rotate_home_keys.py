"""How does a site admin bring every exact home under a new key?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from neighborhoods.sealing import CannotUnseal
from neighborhoods.services import reseal_homes

CHUNK = 500


class Command(BaseCommand):
    help = """Seal every exact home anew that is not under the first of HOME_KEYS.

Put a new key in front of HOME_KEYS, restart everything, run this, then take the old key away. It works in small steps:
stopped halfway, it is simply run again.

Example:
  manage.py rotate_home_keys --dry-run
  manage.py rotate_home_keys"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would be sealed anew")

    def handle(self, *args: Any, **options: Any) -> None:
        last = seen = resealed = 0
        while True:
            try:
                last, step_seen, step_resealed = reseal_homes(after=last, count=CHUNK, dry_run=options["dry_run"])
            except CannotUnseal as error:
                raise CommandError(
                    f"A home after residency {last} was sealed under a key that HOME_KEYS does not hold. Put that key "
                    f"back at the end of HOME_KEYS and run this again; {resealed:,} homes are done."
                ) from error
            seen, resealed = seen + step_seen, resealed + step_resealed
            if step_seen < CHUNK:
                break
        done = "Dry run, nothing was changed" if options["dry_run"] else "Done"
        self.stderr.write(f"{done}: {seen:,} homes, {resealed:,} sealed anew, {seen - resealed:,} under the first key.")
