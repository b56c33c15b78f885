"""How does whoever operates the server appoint civic staff and the first manager of a command?"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from commands import services
from commands.models import PoliceCommand
from commands.rules import COMMUNITY_MODERATORS, GROUP_PERMISSIONS
from commands.selectors import all_commands, count_community_moderators, get_command
from core.errors import DomainError


class Command(BaseCommand):
    help = """Appoint civic staff, or a manager of a police command; --end takes it back.

Whoever has no account gets one, and a mail with a link to choose a password; they set up a second step for signing in
before anything opens. Civic staff and police are different people: one account is never both.

Examples:
  manage.py appoint vera@city.gov --group Verifiers --name "Vera Ortiz"
  manage.py appoint osei@police.gov --manager-of central --name "Victor Osei" --rank Capt.
  manage.py appoint vera@city.gov --group Verifiers --end"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="work address; it is what they sign in with")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--group", choices=sorted(GROUP_PERMISSIONS), help="kind of civic staff")
        what.add_argument("--manager-of", metavar="SLUG", help="slug of the command, such as central")
        parser.add_argument("--name", default="", metavar="N", help="first and last name, for a new account")
        parser.add_argument("--rank", default="", metavar="R", help="rank as signed in public, for a new manager")
        parser.add_argument("--end", action="store_true", help="take the appointment back; the account stays")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                done = self._appoint(options)
                moderators = count_community_moderators() if options["group"] == COMMUNITY_MODERATORS else None
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except DomainError as error:
            raise CommandError(str(error)) from error
        what = options["group"] or f"manager of {options['manager_of']}"
        outcome = ("ended" if options["end"] else "appointed") if done.has_changed else "as before"
        self.stderr.write(
            f"{'Dry run, nothing was changed: ' if options['dry_run'] else ''}"
            f"{done.person.full_name}, {what}: {outcome}; {int(done.has_new_account)} accounts made."
        )
        if moderators is not None and moderators < 2:
            number = "one" if moderators else "no"
            self.stderr.write(
                f"Hint: there is {number} community moderator. Appoint two: "
                "nobody decides about an appeal against their own removal, so with fewer it may wait for somebody else."
            )

    def _appoint(self, options: dict[str, Any]) -> services.Appointment:
        email, group, at = options["email"], options["group"], timezone.now()
        if group is not None:
            if options["end"]:
                return services.end_appointment(email=email, group=group)
            return services.appoint_civic_staff(email=email, group=group, full_name=options["name"], at=at)
        try:
            command = get_command(options["manager_of"])
        except PoliceCommand.DoesNotExist as error:
            known = ", ".join(command.slug for command in all_commands())
            raise CommandError(f"There is no command {options['manager_of']}. There are: {known}.") from error
        if options["end"]:
            return services.end_management(email=email, command=command, at=at)
        return services.appoint_manager(
            email=email, command=command, full_name=options["name"], rank=options["rank"], at=at
        )
