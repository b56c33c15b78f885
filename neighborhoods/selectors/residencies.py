"""Who lives where?"""

from django.contrib.gis.geos import Polygon
from django.db.models import Exists, OuterRef

from neighborhoods.models import Boundary, Home, Neighborhood, Residency, WaitingForArea
from neighborhoods.rules import Cell, Standing
from neighborhoods.sealing import ExactHome, unseal
from neighborhoods.selectors.places import current_neighborhoods


def find_residency(person_id: int) -> Residency | None:
    """A person's current residency with its neighborhood, or None. One query."""
    return (
        Residency.objects.filter(person_id=person_id)
        .exclude(standing=Standing.ENDED)
        .select_related("neighborhood")
        .first()
    )


def open_home(residency_id: int) -> ExactHome | None:
    """The exact home of a residency, unsealed; None where none is kept. One query.

    Only for the resident themselves and for the letter to them; a test lists the callers.

    Raises:
        CannotUnseal: The installation's key was lost.
    """
    home = Home.objects.filter(residency_id=residency_id).first()
    return unseal(home.sealed) if home is not None else None


def sides_of(residency: Residency) -> list[Neighborhood]:
    """The neighborhoods that the cell of a home touches now, by name. One query; none without a cell."""
    if residency.cell_row is None or residency.cell_column is None:
        return []
    cell = Polygon.from_bbox(Cell(residency.cell_row, residency.cell_column).bounds)
    cell.srid = 4326
    touching = current_neighborhoods().filter(
        boundaries__ended_at=None, boundaries__isnull=False, boundaries__boundary__intersects=cell
    )
    return list(touching)


def moved_residency_ids(limit: int) -> list[int]:
    """Whose boundary moved and who has not been told, in id order. One query by index."""
    moved = Residency.objects.filter(moved_at__isnull=False, moved_mailed_at=None).exclude(standing=Standing.ENDED)
    return list(moved.order_by("pk").values_list("pk", flat=True)[:limit])


def served_waiting_ids(limit: int) -> list[int]:
    """Who waited for a neighborhood that is there now, in id order. One query."""
    here = Boundary.objects.filter(ended_at=None, boundary__covers=OuterRef("cell_center"))
    waiting = WaitingForArea.objects.filter(Exists(here), told_at=None)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
