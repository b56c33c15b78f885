"""How do tests make police commands, and follow an invitation?"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import User
from commands.models import Invitation, PoliceCommand
from commands.rules import Role
from commands.selectors import digest_of
from commands.services import set_coverage
from neighborhoods.models import Neighborhood

EARLIER = datetime(2026, 9, 1, tzinfo=UTC)
TOKEN = "open-sesame"


def make_command(name: str, slug: str, letter: str, neighborhoods: Sequence[Neighborhood]) -> PoliceCommand:
    command = PoliceCommand.objects.create(name=name, slug=slug, letter=letter)
    set_coverage(command=command, neighborhood_ids=[n.pk for n in neighborhoods], at=EARLIER)
    return command


def make_headquarters() -> PoliceCommand:
    """It exists from the start; a test only looks it up."""
    return PoliceCommand.objects.get(slug="headquarters")


def make_invitation(command: PoliceCommand, by: User) -> Invitation:
    """An open invitation to an address without an account; its link ends in `TOKEN`."""
    now = timezone.now()
    return Invitation.objects.create(
        command=command,
        role=Role.AUTHOR,
        email="new@police.test",
        token_digest=digest_of(TOKEN),
        invited_by=by,
        made_at=now,
        sent_at=now,
    )


def token_in(message: EmailMessage) -> str:
    """The token of the link in an invitation."""
    found = re.search(r"/invitations/([^/\s]+)/", str(message.body))
    assert found is not None
    return found[1]
