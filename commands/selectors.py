"""Which police commands are there, what do they cover, and who works for them?"""

import hashlib

from django.db import connection
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from accounts.models import User
from accounts.rules import Kind
from commands.models import Assignment, Coverage, Invitation, PoliceCommand
from commands.rules import COMMUNITY_MODERATORS, CommandKind
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import current_neighborhoods


def get_command(slug: str) -> PoliceCommand:
    """One query.

    Raises:
        PoliceCommand.DoesNotExist: No command is called so.
    """
    return PoliceCommand.objects.get(slug=slug)


def get_headquarters() -> PoliceCommand:
    """The headquarters, which exists from the start. One query."""
    return PoliceCommand.objects.get(kind=CommandKind.HEADQUARTERS)


def all_commands() -> QuerySet[PoliceCommand]:
    """Every command: headquarters, then area commands, then specialty units, each by name."""
    return PoliceCommand.objects.order_by(_by_kind(CommandKind.HEADQUARTERS, CommandKind.AREA), "name")


def assignments_of(person_id: int) -> list[Assignment]:
    """A person's current assignments with their commands, by the command's name. One query."""
    return list(
        Assignment.objects.filter(person_id=person_id, ended_at=None)
        .select_related("command")
        .order_by("command__name")
    )


def all_assignments_of(person_id: int) -> QuerySet[Assignment]:
    """Everything a person did and does for commands, newest first."""
    return Assignment.objects.filter(person_id=person_id).select_related("command").order_by("-started_at", "-pk")


def find_assignment(person_id: int, command_id: int) -> Assignment | None:
    """A person's current assignment at one command with that command, or None. One query."""
    return (
        Assignment.objects.filter(person_id=person_id, command_id=command_id, ended_at=None)
        .select_related("command", "person")
        .first()
    )


def find_role(person_id: int, command_id: int) -> str | None:
    """A person's current role at one command, or None. One query, by hand because every publication waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role FROM commands_assignment WHERE person_id = %s AND command_id = %s AND ended_at IS NULL",
            [person_id, command_id],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def assignments_at(command_id: int) -> QuerySet[Assignment]:
    """Who works for a command now, by name."""
    return (
        Assignment.objects.filter(command_id=command_id, ended_at=None)
        .select_related("person")
        .order_by("person__full_name", "pk")
    )


def get_current_assignment(command_id: int, assignment_id: int) -> Assignment:
    """A current assignment of the command with its person. One query.

    Raises:
        Assignment.DoesNotExist: Not there, ended, or another command's.
    """
    return Assignment.objects.select_related("person", "command").get(
        pk=assignment_id, command_id=command_id, ended_at=None
    )


def open_invitations(command_id: int) -> QuerySet[Invitation]:
    """What was sent and neither accepted nor taken back, newest first; expired ones too."""
    return (
        Invitation.objects.filter(command_id=command_id, accepted_at=None, taken_back_at=None)
        .select_related("invited_by")
        .order_by("-sent_at", "-pk")
    )


def get_invitation_of(command_id: int, invitation_id: int) -> Invitation:
    """Any invitation of the command. One query.

    Raises:
        Invitation.DoesNotExist: Not there, or another command's.
    """
    return Invitation.objects.get(pk=invitation_id, command_id=command_id)


def find_invitation(token: str, *, locks: bool = False) -> Invitation | None:
    """The invitation a link leads to, with its command and whoever sent it. One query.

    Args:
        locks: Keep the row locked until the transaction ends, so that a link is used once.
    """
    invitations = Invitation.objects.select_for_update(of=("self",)) if locks else Invitation.objects.all()
    return invitations.select_related("command", "invited_by").filter(token_digest=digest_of(token)).first()


def digest_of(token: str) -> str:
    """What is kept of an invitation's token: enough to know it again, too little to make a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def covered_neighborhoods(command: PoliceCommand) -> QuerySet[Neighborhood]:
    """The current neighborhoods a command serves now, by name; headquarters serves every one."""
    neighborhoods = current_neighborhoods()
    if command.is_headquarters:
        return neighborhoods
    coverage = Coverage.objects.filter(command=command, neighborhood=OuterRef("pk"), ended_at=None)
    return neighborhoods.filter(Exists(coverage))


def covered_neighborhood_ids(command: PoliceCommand) -> list[int]:
    """Ids of `covered_neighborhoods`, in id order. One query, by hand because every publication waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current.neighborhood_id FROM neighborhoods_boundary AS current
            WHERE current.ended_at IS NULL AND (%(is_headquarters)s OR EXISTS (
                SELECT FROM commands_coverage AS coverage
                WHERE coverage.command_id = %(command_id)s AND coverage.ended_at IS NULL
                  AND coverage.neighborhood_id = current.neighborhood_id
            ))
            ORDER BY current.neighborhood_id
            """,
            {"is_headquarters": command.is_headquarters, "command_id": command.pk},
        )
        return [neighborhood_id for (neighborhood_id,) in cursor.fetchall()]


def commands_for(neighborhood_id: int) -> list[PoliceCommand]:
    """The commands that serve a neighborhood now: its area command first, headquarters left out. One query."""
    coverage = Coverage.objects.filter(command=OuterRef("pk"), neighborhood_id=neighborhood_id, ended_at=None)
    return list(PoliceCommand.objects.filter(Exists(coverage)).order_by(_by_kind(CommandKind.AREA), "name"))


def neighborhoods_without_command() -> QuerySet[Neighborhood]:
    """The current neighborhoods that no area command serves, by name."""
    coverage = Coverage.objects.filter(command__kind=CommandKind.AREA, neighborhood=OuterRef("pk"), ended_at=None)
    return current_neighborhoods().exclude(Exists(coverage))


def area_commands_by_neighborhood() -> dict[int, PoliceCommand]:
    """The area command of every neighborhood that has one, by the neighborhood's id. One query."""
    coverages = Coverage.objects.filter(ended_at=None, command__kind=CommandKind.AREA).select_related("command")
    return {coverage.neighborhood_id: coverage.command for coverage in coverages.order_by("pk")}


def commands_by_neighborhood() -> dict[int, list[PoliceCommand]]:
    """The commands that serve each neighborhood now, in the order of `commands_for`, by its id. One query."""
    served: dict[int, list[PoliceCommand]] = {}
    for coverage in Coverage.objects.filter(ended_at=None).select_related("command").order_by("command__name"):
        served.setdefault(coverage.neighborhood_id, []).append(coverage.command)
    for commands in served.values():
        commands.sort(key=lambda command: command.kind != CommandKind.AREA)
    return served


def count_community_moderators() -> int:
    """How many people decide what no neighbor who leads can. One query."""
    return User.objects.filter(groups__name=COMMUNITY_MODERATORS, kind=Kind.STAFF, is_active=True).count()


def _by_kind(*first: CommandKind) -> Case:
    """Sort key that puts the given kinds in front, in this order."""
    return Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(first)), default=Value(len(first)))
