"""How does a boundary file become the city's neighborhoods?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core.errors import DomainError
from core.locks import change_boundaries_alone
from neighborhoods.loading import comparing, staging
from neighborhoods.loading.comparing import Comparison
from neighborhoods.loading.reading import PolygonFile
from neighborhoods.loading.staging import Gap, Overlap, Repair
from neighborhoods.models import BoundaryLoad, Neighborhood
from neighborhoods.rules import slug_for
from neighborhoods.services.following import Moved, follow_residents, nudge_news
from neighborhoods.services.residencies import reconcile_counts

# Losing more of the city than this is more often the wrong file than a reform.
LARGEST_SHARE_GONE = 0.2
# A street between two neighborhoods does not part them.
ADJOINING_M = 50
# Some 55 m of latitude: preselects by boxes, and has to be more than `ADJOINING_M`.
_NEAR_DEGREES = 0.0005


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load does, or would do."""

    file_name: str
    name_field: str
    comparison: Comparison
    repairs: list[Repair]
    overlaps: list[Overlap]
    gaps: list[Gap]
    moves: list[Moved]

    @property
    def moved_count(self) -> int:
        return sum(move.resident_count for move in self.moves if move.to_name is not None)

    @property
    def unplaced_count(self) -> int:
        return sum(move.resident_count for move in self.moves if move.to_name is None)

    @property
    def doubts(self) -> list[str]:
        """Why a person should look before this is done; empty when nobody need."""
        gone, before = len(self.comparison.gone), self.comparison.current_count
        doubts = []
        if self.unplaced_count:
            who = "1 resident" if self.unplaced_count == 1 else f"{self.unplaced_count:,} residents"
            doubts.append(f"it would leave {who} without a neighborhood")
        if before and gone / before > LARGEST_SHARE_GONE:
            doubts.append(f"it would leave {gone:,} of {before:,} neighborhoods without a place")
        return doubts


class NeedsConfirmation(DomainError):
    """The load was not done, because somebody should look first."""

    def __init__(self, report: LoadReport) -> None:
        super().__init__(
            f"{report.file_name} was not loaded: {' and '.join(report.doubts)}. If that is right, add --confirm."
        )
        self.report = report


@transaction.atomic
def load_boundaries(
    *,
    file: PolygonFile,
    at: datetime,
    repair: bool = False,
    merge: bool = False,
    confirm: bool = False,
    dry_run: bool = False,
) -> LoadReport:
    """Make a file's polygons the boundaries from now on; publications and other loads wait meanwhile.

    A neighborhood that is already known keeps its row, and a boundary that has not changed too. Residents stay where
    they are as long as their home's cell touches the neighborhood; otherwise they go where the cell's middle lies.

    Args:
        at: The old boundaries end and the new ones begin at this moment.
        confirm: Go on although residents, or much of the city, are left without a place.
        dry_run: Do everything and take it back, so that the report is that of a real load.

    Raises:
        BadFile: Repeated names or invalid polygons.
        NeedsConfirmation: See `confirm`.
    """
    repairs = staging.stage(file, repair=repair, merge=merge)
    overlaps, gaps = staging.find_overlaps(), staging.find_gaps()
    change_boundaries_alone()
    comparison = comparing.compare()
    _add_neighborhoods()
    load = BoundaryLoad.objects.create(file_name=file.file_name[:255], sha256=file.sha256, loaded_at=at)
    _date_boundaries(load.pk, at)
    _find_adjoining()
    moves = follow_residents(at)
    reconcile_counts()
    report = LoadReport(file.file_name, file.name_field, comparison, repairs, overlaps, gaps, moves)
    if dry_run:
        transaction.set_rollback(True)
    elif report.doubts and not confirm:
        raise NeedsConfirmation(report)
    else:
        nudge_news()
    return report


def _add_neighborhoods() -> None:
    taken = set(Neighborhood.objects.values_list("slug", flat=True))
    added = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, name FROM incoming WHERE neighborhood_id IS NULL ORDER BY number")
        for key, name in cursor.fetchall():
            slug = slug_for(name, taken, otherwise="neighborhood")
            taken.add(slug)
            added.append(Neighborhood(key=key, name=name, slug=slug))
        Neighborhood.objects.bulk_create(added)
        cursor.execute(
            """
            UPDATE incoming SET neighborhood_id = neighborhood.id
            FROM neighborhoods_neighborhood AS neighborhood
            WHERE incoming.neighborhood_id IS NULL AND neighborhood.key = incoming.key
            """
        )
        cursor.execute(
            """
            UPDATE neighborhoods_neighborhood AS neighborhood SET name = incoming.name
            FROM incoming WHERE incoming.neighborhood_id = neighborhood.id AND neighborhood.name <> incoming.name
            """
        )


def _date_boundaries(load_id: int, at: datetime) -> None:
    """End what has changed or gone, and begin what is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE neighborhoods_boundary SET ended_at = %s
            WHERE ended_at IS NULL AND id NOT IN (
                SELECT boundary_id FROM incoming WHERE boundary_id IS NOT NULL AND changed_share < %s::float8
            )
            """,
            [at, comparing.SAME_SHARE],
        )
        cursor.execute(
            """
            INSERT INTO neighborhoods_boundary (neighborhood_id, load_id, boundary, center, area_m2, started_at)
            SELECT neighborhood_id, %s, boundary, ST_PointOnSurface(boundary), area_m2, %s
            FROM incoming WHERE changed_share IS NULL OR changed_share >= %s::float8
            ORDER BY number
            """,
            [load_id, at, comparing.SAME_SHARE],
        )


def _find_adjoining() -> None:
    """Note again which neighborhoods come within 50 m of each other."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM neighborhoods_adjoining")
        cursor.execute(
            f"""
            WITH pair AS MATERIALIZED (
                SELECT one.neighborhood_id AS one_id, other.neighborhood_id AS other_id
                FROM neighborhoods_boundary AS one
                JOIN neighborhoods_boundary AS other
                  ON other.neighborhood_id > one.neighborhood_id
                 AND other.boundary && ST_Expand(one.boundary, {_NEAR_DEGREES} / cos(radians(
                         least(greatest(abs(ST_YMin(one.boundary)), abs(ST_YMax(one.boundary))), 89)
                     )), {_NEAR_DEGREES})
                WHERE one.ended_at IS NULL AND other.ended_at IS NULL
                  AND (ST_Intersects(one.boundary, other.boundary)
                       OR ST_DWithin(one.boundary::geography, other.boundary::geography, {ADJOINING_M}))
            )
            INSERT INTO neighborhoods_adjoining (neighborhood_id, other_id)
            SELECT one_id, other_id FROM pair UNION ALL SELECT other_id, one_id FROM pair
            """
        )
