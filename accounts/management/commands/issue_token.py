"""How does a site admin give a program access to the API?"""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import selectors, services
from accounts.models import User
from core.errors import DomainError


class Command(BaseCommand):
    help = """Print a new API token for one account. The token may do whatever that person may do.

Example:
  python manage.py issue_token officer@demo.test

Only the token goes to standard output, so that a script can keep it:
  TOKEN=$(python manage.py issue_token officer@demo.test)"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("email", metavar="EMAIL", help="e-mail address of the account")
        parser.add_argument("--dry-run", action="store_true", help="only check the account; make no token")

    def handle(self, *args: Any, email: str, dry_run: bool, **options: Any) -> None:
        try:
            person = selectors.get_user_by_email(email)
            if dry_run:
                services.check_may_have_token(person)
            else:
                self.stdout.write(services.issue_token(person=person))
        except User.DoesNotExist as error:
            raise CommandError(f"No account has the e-mail address {email}.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        made = "0 tokens made (dry run)" if dry_run else "1 token made"
        self.stderr.write(f"{made} for {person.email}, {person.get_kind_display().lower()}.")
