"""How do residents follow when a boundary moves, and how are they told?

The rows are the truth: `moved_at` until the resident has seen it on a page, `moved_mailed_at` once a mail told of it,
`asks_where_since` while a boundary cuts the cell of their home.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts.mails import send_mail_to
from accounts.models import User
from core.errors import DomainError
from core.lanes import UPKEEP
from core.queue import nudge
from neighborhoods.models import Residency, WaitingForArea
from neighborhoods.rules import CELL_STEP_LATITUDE, Standing, cell_at
from neighborhoods.selectors import NEIGHBORHOOD_ID_AT, find_neighborhood_at, point_of, sides_of
from neighborhoods.services.residencies import (
    StaffHoldNoResidency,
    count_residents,
    lock_current_residency,
    lock_neighborhoods,
)

# Ground that changed hands within a cell; less of it is rounding.
_CHANGED_SHARE_OF_CELL = 0.001
# No row or column of the grid: on earth they stay within some hundred thousand.
_NO_CELL = -2_147_483_648
# The same square as `rules.Cell.bounds`; a test holds the two equal.
CELL_IN_SQL = f"""
    (
        SELECT ST_MakeEnvelope(
            cell_column * width, cell_row * {CELL_STEP_LATITUDE},
            (cell_column + 1) * width, (cell_row + 1) * {CELL_STEP_LATITUDE}, 4326
        )
        FROM (
            SELECT {CELL_STEP_LATITUDE} / cos(radians(least(abs((cell_row + 0.5) * {CELL_STEP_LATITUDE}), 89))) AS width
        ) AS step
    )
"""

# Materialized, or the planner would work the same intersection out for each of its uses.
_PLACE_CELLS = f"""
    INSERT INTO followed (before, cell_row, cell_column, after, is_cut, is_whole)
    WITH changed AS MATERIALIZED (
        SELECT neighborhood_id, boundary FROM neighborhoods_boundary WHERE ended_at = %s
    ), place AS MATERIALIZED (
        SELECT lived_in.*, {CELL_IN_SQL} AS cell
        FROM (
            SELECT DISTINCT ON (neighborhood_id, cell_row, cell_column)
                   neighborhood_id, cell_row, cell_column, cell_center
            FROM neighborhoods_residency
            WHERE standing <> 'ended'
              AND (neighborhood_id IS NULL OR neighborhood_id IN (SELECT neighborhood_id FROM changed))
        ) AS lived_in
    ), touched AS MATERIALIZED (
        SELECT place.*, now.boundary AS boundary,
               (SELECT count(*) FROM neighborhoods_boundary AS there
                WHERE there.ended_at IS NULL AND ST_Intersects(there.boundary, place.cell)) AS side_count
        FROM place
        LEFT JOIN neighborhoods_boundary AS now
          ON now.ended_at IS NULL AND now.neighborhood_id = place.neighborhood_id
    ), placed AS MATERIALIZED (
        SELECT touched.*, CASE
            WHEN cell IS NULL AND boundary IS NOT NULL THEN neighborhood_id
            WHEN ST_Intersects(boundary, cell) THEN neighborhood_id
            ELSE ({NEIGHBORHOOD_ID_AT.format(point="touched.cell_center")})
        END AS after
        FROM touched
    )
    SELECT placed.neighborhood_id, cell_row, cell_column, after, CASE
        WHEN after IS NULL THEN true
        WHEN side_count < 2 THEN false
        WHEN after IS DISTINCT FROM placed.neighborhood_id THEN true
        ELSE ST_Area(ST_SymDifference(ST_Intersection(changed.boundary, cell), ST_Intersection(placed.boundary, cell)))
             > {_CHANGED_SHARE_OF_CELL} * ST_Area(cell)
    END, after IS NOT NULL AND side_count < 2
    FROM placed LEFT JOIN changed ON changed.neighborhood_id = placed.neighborhood_id
"""
# What is empty is compared as a number: "is not distinct from" would compare every person with every cell.
_MOVE_RESIDENTS = f"""
    WITH followed_home AS (
        UPDATE neighborhoods_residency AS residency
        SET neighborhood_id = after,
            moved_from_id = CASE WHEN after IS DISTINCT FROM before THEN coalesce(moved_from_id, before)
                                 ELSE moved_from_id END,
            moved_at = CASE WHEN after IS DISTINCT FROM before THEN %(at)s ELSE moved_at END,
            moved_mailed_at = CASE WHEN after IS DISTINCT FROM before THEN NULL ELSE moved_mailed_at END,
            asks_where_since = CASE WHEN is_cut THEN coalesce(asks_where_since, %(at)s)
                                    WHEN NOT is_whole THEN asks_where_since END
        FROM followed
        WHERE residency.standing <> 'ended'
          AND coalesce(residency.neighborhood_id, 0) = coalesce(before, 0)
          AND coalesce(residency.cell_row, {_NO_CELL}) = coalesce(followed.cell_row, {_NO_CELL})
          AND coalesce(residency.cell_column, {_NO_CELL}) = coalesce(followed.cell_column, {_NO_CELL})
          AND (after IS DISTINCT FROM before OR is_cut <> (asks_where_since IS NOT NULL))
        RETURNING before, after
    )
    SELECT origin.name, destination.name, count(*)
    FROM followed_home
    LEFT JOIN neighborhoods_neighborhood AS origin ON origin.id = before
    LEFT JOIN neighborhoods_neighborhood AS destination ON destination.id = after
    WHERE after IS DISTINCT FROM before
    GROUP BY origin.name, destination.name
    ORDER BY count(*) DESC, origin.name, destination.name
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Residents whose home lies elsewhere by the new boundaries; None stands for no neighborhood."""

    from_name: str | None
    to_name: str | None
    resident_count: int


class IsServed(DomainError):
    """There is nothing to wait for."""

    def __init__(self) -> None:
        super().__init__("There is a neighborhood now. Look your home up again.")


class CannotChooseSide(DomainError):
    """The home is not asked about, or lies on none of the chosen sides."""

    def __init__(self) -> None:
        super().__init__("Choose one of the neighborhoods that are offered. The question may have been settled.")


def follow_residents(at: datetime) -> list[Moved]:
    """Give every resident whose neighborhood's boundary changed the place the rule says. Within a load's transaction.

    A home stays while its cell touches the neighborhood, else it goes where the cell's middle lies. Where the new
    boundary runs through the cell, the resident is asked on which side the home is. A home whose cell is not kept stays
    while its neighborhood is there.

    Args:
        at: The moment of the load, at which changed boundaries ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS followed")
        cursor.execute(
            "CREATE TEMPORARY TABLE followed (before bigint, cell_row integer, cell_column integer, after bigint, "
            "is_cut boolean, is_whole boolean) ON COMMIT DROP"
        )
        # First places, then people: a cell is worked out once, however many live in it.
        cursor.execute(_PLACE_CELLS, [at])
        cursor.execute(_MOVE_RESIDENTS, {"at": at})
        return [Moved(*row) for row in cursor.fetchall()]


@transaction.atomic
def acknowledge_move(*, person: User) -> None:
    """The resident has read that a boundary moved; there is nothing to tell them any more."""
    residency = lock_current_residency(person)
    if residency is not None:
        Residency.objects.filter(pk=residency.pk).update(moved_from=None, moved_at=None)


@transaction.atomic
def choose_side(*, person: User, neighborhood_id: int) -> Residency:
    """Say on which side of a boundary through its cell the home lies; it stays as verified as it is.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        CannotChooseSide: Nobody asks, or the cell does not touch this neighborhood.
    """
    residency = lock_current_residency(person)
    if residency is None or residency.asks_where_since is None:
        raise CannotChooseSide
    side = next((side for side in sides_of(residency) if side.pk == neighborhood_id), None)
    if side is None:
        raise CannotChooseSide
    lock_neighborhoods(residency.neighborhood_id, side.pk)
    standing = Standing(residency.standing)
    count_residents(residency.neighborhood_id, standing, -1)
    count_residents(side.pk, standing, 1)
    residency.neighborhood = side
    residency.asks_where_since = residency.moved_at = residency.moved_from = None
    residency.save()
    return residency


@transaction.atomic
def wait_for_area(*, person: User, latitude: float, longitude: float, at: datetime) -> WaitingForArea:
    """Remember, by its cell, that somebody wants to be told when a neighborhood begins at their home.

    Raises:
        StaffHoldNoResidency: `person` is staff.
        IsServed: A neighborhood is there.
    """
    if person.is_police_or_civic_staff:
        raise StaffHoldNoResidency
    if find_neighborhood_at(latitude, longitude) is not None:
        raise IsServed
    center = point_of(*cell_at(latitude, longitude).center)
    waiting, _ = WaitingForArea.objects.update_or_create(
        person=person, defaults={"cell_center": center, "asked_at": at, "told_at": None}
    )
    return waiting


@transaction.atomic
def tell_moved(*, residency_id: int, at: datetime) -> None:
    """Mail one resident that a boundary moved; nothing happens where that was done, or read on a page."""
    residency = (
        Residency.objects.select_for_update(of=("self",))
        .select_related("person", "neighborhood")
        .filter(pk=residency_id, moved_at__isnull=False, moved_mailed_at=None)
        .exclude(standing=Standing.ENDED)
        .first()
    )
    if residency is None:
        return
    Residency.objects.filter(pk=residency_id).update(moved_mailed_at=at)
    send_mail_to(residency.person, template="boundary_moved", context={"neighborhood": residency.neighborhood})


@transaction.atomic
def tell_waiting(*, waiting_id: int, at: datetime) -> None:
    """Mail one person that a neighborhood begins at their home; nothing happens where that was done."""
    waiting = (
        WaitingForArea.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=waiting_id, told_at=None)
        .first()
    )
    if waiting is None:
        return
    neighborhood = find_neighborhood_at(waiting.cell_center.y, waiting.cell_center.x)
    if neighborhood is None:
        return
    WaitingForArea.objects.filter(pk=waiting_id).update(told_at=at)
    send_mail_to(waiting.person, template="area_opened", context={"neighborhood": neighborhood})


def nudge_news() -> None:
    """Ask for the mails that a load made necessary; the clock asks as well."""
    nudge("neighborhoods.tell_moved", lane=UPKEEP)
    nudge("neighborhoods.tell_waiting", lane=UPKEEP)
