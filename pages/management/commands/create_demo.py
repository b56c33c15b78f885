"""How is the demo city built from the command line?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from pages.demo.founding import CityInUse, found_demo


class Command(BaseCommand):
    help = (
        "Build the demo city: 121 neighborhoods, four area commands and a headquarters, a few hundred residents and "
        "some weeks of posts. Running it again changes nothing, or mends the sign-ins. In a database with other "
        "people in it, it says so and changes nothing.\n\nExample: manage.py create_demo"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Build it, say what it came to, and undo it.")
        parser.add_argument(
            "--sign-ins",
            type=Path,
            default=settings.BASE_DIR / ".local" / "demo.json",
            help="File for e-mail addresses, passwords and second factors (default: .local/demo.json).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            founded = found_demo(sign_ins_path=options["sign_ins"], at=timezone.now(), is_rehearsal=options["dry_run"])
        except CityInUse as reason:
            self.stderr.write(str(reason))
            return
        done = "would have" if options["dry_run"] else "has"
        news = "" if founded.changed else "; nothing had to change"
        self.stderr.write(
            f"The demo city {done} {founded.neighborhoods} neighborhoods, {founded.residents} residents, "
            f"{founded.posts} posts, {founded.replies} replies and {founded.messages} private messages{news}."
        )
