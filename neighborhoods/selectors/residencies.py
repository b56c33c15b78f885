"""Who lives where?"""

from django.db.models import QuerySet

from neighborhoods.models import Residency
from neighborhoods.rules import Standing


def find_residency(person_id: int) -> Residency | None:
    """A person's current residency with its neighborhood, or None. One query."""
    return (
        Residency.objects.filter(person_id=person_id)
        .exclude(standing=Standing.ENDED)
        .select_related("neighborhood")
        .first()
    )


def residencies_to_verify() -> QuerySet[Residency]:
    """Who waits for someone to confirm in person that they live where they say, longest first."""
    return (
        Residency.objects.filter(standing=Standing.CLAIMED, neighborhood__isnull=False)
        .select_related("person", "neighborhood")
        .order_by("claimed_at", "pk")
    )
