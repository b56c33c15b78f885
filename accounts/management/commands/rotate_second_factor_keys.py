"""How does a site admin bring the secrets of second factors under a new key?"""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.services import reencrypt_second_factors


class Command(BaseCommand):
    help = """Encrypt anew every secret of a second factor that is not under the first of SECOND_FACTOR_KEYS.

Put a new key in front of SECOND_FACTOR_KEYS, restart everything, run this, then take the old key away.

Example:
  python manage.py rotate_second_factor_keys --dry-run
  python manage.py rotate_second_factor_keys"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--dry-run", action="store_true", help="only count; change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                seen, changed = reencrypt_second_factors()
                transaction.set_rollback(dry_run)
        except InvalidToken as error:
            raise CommandError(
                "A second factor is under a key that SECOND_FACTOR_KEYS does not hold. Nothing was changed. Put that "
                "key back at the end of SECOND_FACTOR_KEYS and run this again."
            ) from error
        done = "would be encrypted anew (dry run)" if dry_run else "encrypted anew"
        self.stderr.write(f"{seen:,} second factors, {changed:,} {done}.")
