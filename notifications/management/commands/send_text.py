"""How does whoever runs the site try out text messages?"""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.gateways.texting import TextNotSent, checked, gateway_of
from notifications.rules.segments import cost_of


class Command(BaseCommand):
    help = """Send one text message by what SMS_URL names, and say how many messages it counts as.

Example:
  python manage.py send_text "+1 916 555 0100" "Porchlight can reach you." """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("number", metavar="NUMBER", help="with its country code")
        parser.add_argument("text", metavar="TEXT")
        parser.add_argument("--dry-run", action="store_true", help="only check and count; send nothing")

    def handle(self, *args: Any, number: str, text: str, dry_run: bool, **options: Any) -> None:
        try:
            gateway = gateway_of(settings.SMS_URL)
            number = checked(number)
            if gateway is None:
                raise CommandError("SMS_URL is not set; docs/settings.md says what it can be.")
            if not dry_run:
                gateway.send(number, text)
        except (TextNotSent, ValueError) as error:
            raise CommandError(str(error)) from error
        cost = cost_of(text)
        alphabet = "7-bit letters" if cost.is_gsm else "16-bit letters"
        done = "0 texts sent (dry run)" if dry_run else "1 text sent"
        self.stderr.write(f"{done}: {cost.places} places of {alphabet}, counted as {cost.segments}.")
