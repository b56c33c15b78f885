"""How do tests make police commands?"""

from collections.abc import Sequence
from datetime import UTC, datetime

from commands.models import PoliceCommand
from commands.services import set_coverage
from neighborhoods.models import Neighborhood

EARLIER = datetime(2026, 9, 1, tzinfo=UTC)


def make_command(name: str, slug: str, letter: str, neighborhoods: Sequence[Neighborhood]) -> PoliceCommand:
    command = PoliceCommand.objects.create(name=name, slug=slug, letter=letter)
    set_coverage(command=command, neighborhood_ids=[n.pk for n in neighborhoods], at=EARLIER)
    return command


def make_headquarters() -> PoliceCommand:
    """It exists from the start; a test only looks it up."""
    return PoliceCommand.objects.get(slug="headquarters")
