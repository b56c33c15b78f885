"""What would change if the staged polygons became the neighborhoods' boundaries?"""

from dataclasses import dataclass

from django.db import connection

# A boundary is the same when less than this share of its area differs: a file saved again, not a new border.
SAME_SHARE = 0.0001


@dataclass(frozen=True, slots=True)
class Changed:
    """A boundary that is not what it was; the share is the ground gained and lost, of the old area."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a load finds, by name.

    Attributes:
        new: Neighborhoods without a current boundary so far, known from earlier or not.
        renamed: Old and new names; only a key field lets a name change.
        unchanged_count: Boundaries that keep their row.
        current_count: Neighborhoods with a boundary before the load.
    """

    new: list[str]
    changed: list[Changed]
    renamed: list[tuple[str, str]]
    gone: list[str]
    unchanged_count: int
    current_count: int


def compare() -> Comparison:
    """Match the table `incoming` with the neighborhoods by key, and measure what differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incoming SET neighborhood_id = neighborhood.id FROM neighborhoods_neighborhood AS neighborhood "
            "WHERE neighborhood.key = incoming.key"
        )
        cursor.execute(
            """
            UPDATE incoming
            SET boundary_id = now.id,
                changed_share = CASE
                    WHEN ST_OrderingEquals(now.boundary, incoming.boundary) THEN 0
                    ELSE ST_Area(ST_SymDifference(now.boundary, incoming.boundary)::geography) / now.area_m2
                END
            FROM neighborhoods_boundary AS now
            WHERE now.neighborhood_id = incoming.neighborhood_id AND now.ended_at IS NULL
            """
        )
        cursor.execute("SELECT name, changed_share FROM incoming ORDER BY name, number")
        shares: list[tuple[str, float | None]] = cursor.fetchall()
        cursor.execute(
            "SELECT neighborhood.name, incoming.name FROM incoming JOIN neighborhoods_neighborhood AS neighborhood "
            "ON neighborhood.id = incoming.neighborhood_id AND neighborhood.name <> incoming.name ORDER BY 1"
        )
        renamed = cursor.fetchall()
        cursor.execute(
            """
            SELECT neighborhood.name FROM neighborhoods_boundary AS now
            JOIN neighborhoods_neighborhood AS neighborhood ON neighborhood.id = now.neighborhood_id
            WHERE now.ended_at IS NULL AND neighborhood.id NOT IN (
                SELECT neighborhood_id FROM incoming WHERE neighborhood_id IS NOT NULL
            )
            ORDER BY neighborhood.name
            """
        )
        gone = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM neighborhoods_boundary WHERE ended_at IS NULL")
        (current_count,) = cursor.fetchone()
    changed = [Changed(name, share) for name, share in shares if share is not None and share >= SAME_SHARE]
    new = [name for name, share in shares if share is None]
    return Comparison(new, changed, renamed, gone, len(shares) - len(new) - len(changed), current_count)
