"""Whom would a post reach if it went out now?"""

from collections.abc import Collection
from dataclasses import dataclass

from commands.models import PoliceCommand
from commands.selectors import covered_neighborhoods
from posts.rules import AudienceScope


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """One neighborhood a command covers, with its people, claimed and verified together."""

    neighborhood_id: int
    slug: str
    name: str
    people: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience as it is being chosen: every covered neighborhood, and which of them would get the post.

    Attributes:
        rows: By name.
        lost_count: Chosen neighborhoods that the command does not cover any more.
    """

    scope: str
    rows: list[AudienceRow]
    lost_count: int

    @property
    def reached(self) -> list[AudienceRow]:
        """The neighborhoods that would get it, by name."""
        if self.scope == AudienceScope.NEIGHBORHOODS:
            return [row for row in self.rows if row.is_chosen]
        return self.rows

    @property
    def people(self) -> int:
        """Everybody has one current residency at most, so the sum counts each person once."""
        return sum(row.people for row in self.reached)

    @property
    def all_people(self) -> int:
        """Everybody the command covers."""
        return sum(row.people for row in self.rows)

    @property
    def is_nobody_yet(self) -> bool:
        """Places were chosen, but nobody in them is here yet."""
        return bool(self.reached) and self.people == 0


def audience_of(command: PoliceCommand, scope: str, chosen_ids: Collection[int]) -> Audience:
    """What a choice means right now. One query.

    Args:
        chosen_ids: Only counts for the scope `neighborhoods`, but is kept as the list's ticks for every scope.
    """
    chosen = set(chosen_ids)
    rows = [
        AudienceRow(place.pk, place.slug, place.name, place.resident_count, place.pk in chosen)
        for place in covered_neighborhoods(command)
    ]
    return Audience(scope, rows, len(chosen - {row.neighborhood_id for row in rows}))
