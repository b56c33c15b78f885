"""How does a command come to serve a neighborhood?"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from commands.models import Coverage, PoliceCommand
from commands.rules import HEADQUARTERS_SLUG, CommandKind, letter_for
from commands.selectors import neighborhoods_without_command
from core.errors import DomainError
from core.locks import change_boundaries_alone
from neighborhoods.loading import staging
from neighborhoods.loading.problems import BadFile
from neighborhoods.loading.reading import PolygonFile
from neighborhoods.loading.staging import Repair
from neighborhoods.rules import slug_for

# What a file may or may not say behind the name: "North", "North Command" and "North Area Command" are one.
_SUFFIX = re.compile(r"\s+(area\s+)?command(\s+area)?$", re.IGNORECASE)


class CannotCover(DomainError):
    """The coverage stays as it was; the text says why."""


@dataclass(frozen=True, slots=True)
class CommandReport:
    """What a load of area commands does, or would do.

    Attributes:
        served: How many neighborhoods each area command of the file serves, by its name.
        new: Commands that did not exist before.
        left_out: Area commands that the file does not mention; they serve no neighborhood now.
        without_command: Neighborhoods that no area of the file touches.
    """

    file_name: str
    served: list[tuple[str, int]]
    new: list[str]
    left_out: list[str]
    without_command: list[str]
    repairs: list[Repair]


@transaction.atomic
def set_coverage(*, command: PoliceCommand, neighborhood_ids: Collection[int], at: datetime) -> None:
    """Make a command serve exactly these neighborhoods from now on; publications wait meanwhile.

    Raises:
        CannotCover: `command` is headquarters, which serves everything without being told.
    """
    if command.is_headquarters:
        raise CannotCover("Headquarters serves the whole city. Its coverage cannot be chosen.")
    change_boundaries_alone()
    wanted = set(neighborhood_ids)
    current = Coverage.objects.filter(command=command, ended_at=None)
    current.exclude(neighborhood_id__in=wanted).update(ended_at=at)
    missing = wanted - set(current.values_list("neighborhood_id", flat=True))
    Coverage.objects.bulk_create(
        Coverage(command=command, neighborhood_id=neighborhood_id, started_at=at) for neighborhood_id in sorted(missing)
    )


@transaction.atomic
def load_commands(*, file: PolygonFile, at: datetime, repair: bool = False, dry_run: bool = False) -> CommandReport:
    """Make area commands of a file's polygons; each neighborhood goes to the one with the largest share of its area.

    A command that exists keeps its row, found by its slug; features with one name are one command. Specialty units and
    what they serve stay as they are.

    Args:
        at: Coverage that changes ends and begins at this moment.
        dry_run: Do everything and take it back, so that the report is that of a real load.

    Raises:
        BadFile: Invalid polygons, or a name that is taken by another kind of command.
        CannotCover: No boundaries of neighborhoods were loaded yet.
    """
    repairs = staging.stage(file, repair=repair, merge=True)
    change_boundaries_alone()
    commands, new = _commands_in(file)
    served = _neighborhoods_by_command()
    if not any(served.values()) and not neighborhoods_without_command().exists():
        raise CannotCover("There are no neighborhoods yet. Load their boundaries first: manage.py load_neighborhoods")
    for name, command in commands.items():
        set_coverage(command=command, neighborhood_ids=served.get(name, ()), at=at)
    left_out = PoliceCommand.objects.filter(kind=CommandKind.AREA).exclude(
        pk__in=[command.pk for command in commands.values()]
    )
    for command in left_out:
        set_coverage(command=command, neighborhood_ids=(), at=at)
    report = CommandReport(
        file.file_name,
        sorted((command.name, len(served.get(name, ()))) for name, command in commands.items()),
        new,
        [command.name for command in left_out],
        [neighborhood.name for neighborhood in neighborhoods_without_command()],
        repairs,
    )
    if dry_run:
        transaction.set_rollback(True)
    return report


def _commands_in(file: PolygonFile) -> tuple[dict[str, PoliceCommand], list[str]]:
    """The command for each name in the file, and the names of those that had to be made."""
    existing = {command.slug: command for command in PoliceCommand.objects.all()}
    letters = {command.letter for command in existing.values()}
    commands: dict[str, PoliceCommand] = {}
    new = []
    for name in dict.fromkeys(feature.key for feature in file.features):
        short = _SUFFIX.sub("", name)
        slug = slug_for(short, (), otherwise="command")
        command = existing.get(slug)
        if command is None:
            full_name = f"{short} Command"
            letter = letter_for(short, letters)
            command = PoliceCommand.objects.create(name=full_name[:120], slug=slug, letter=letter)
            existing[slug] = command
            letters.add(letter)
            new.append(command.name)
        elif command.kind != CommandKind.AREA:
            what = "headquarters" if slug == HEADQUARTERS_SLUG else "a specialty unit"
            raise BadFile(file.file_name, [f"“{name}” cannot be an area command: {what} is called so already."])
        commands[name] = command
    return commands, new


def _neighborhoods_by_command() -> dict[str, list[int]]:
    """The ids of the neighborhoods each staged area has the largest share of; equal shares go to the first by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT area.key, array_agg(now.neighborhood_id)
            FROM neighborhoods_boundary AS now
            CROSS JOIN LATERAL (
                SELECT incoming.key, ST_Area(ST_Intersection(incoming.boundary, now.boundary)::geography) AS shared_m2
                FROM incoming
                WHERE incoming.boundary && now.boundary
                ORDER BY shared_m2 DESC, incoming.key
                LIMIT 1
            ) AS area
            WHERE now.ended_at IS NULL AND area.shared_m2 > 0
            GROUP BY area.key
            """
        )
        return dict(cursor.fetchall())
