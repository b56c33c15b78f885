"""How do tests make neighborhoods and let people live in them?"""

from datetime import UTC, datetime

from django.contrib.auth.models import Group
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils.text import slugify

from accounts.models import User
from accounts.rules import Kind
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood
from neighborhoods.rules import HowVerified
from neighborhoods.sealing import ExactHome
from neighborhoods.services import claim_residency, verify_residency

EARLIER = datetime(2026, 9, 1, tzinfo=UTC)
# A degree at the equator is about 111.3 km; only the order of areas matters to the tests.
SQUARE_DEGREE_M2 = 12_308_778_361.0


def make_neighborhood(name: str, *, west: float, south: float = 0, width: float = 1, height: float = 1) -> Neighborhood:
    """A neighborhood that covers a rectangle in degrees, from before the test's time on."""
    load, _ = BoundaryLoad.objects.get_or_create(file_name="cast.geojson", sha256="0" * 64, loaded_at=EARLIER)
    neighborhood = Neighborhood.objects.create(key=name, name=name, slug=slugify(name))
    Boundary.objects.create(
        neighborhood=neighborhood,
        load=load,
        boundary=MultiPolygon(Polygon.from_bbox((west, south, west + width, south + height)), srid=4326),
        center=Point(west + width / 2, south + height / 2, srid=4326),
        area_m2=SQUARE_DEGREE_M2 * width * height,
        started_at=EARLIER,
    )
    return neighborhood


def settle(person: User, neighborhood: Neighborhood, *, is_verified: bool, home: ExactHome | None = None) -> User:
    """Let a person live in the middle of a neighborhood, with or without an address that a letter can find."""
    center = neighborhood.boundaries.get(ended_at=None).center
    residency = claim_residency(person=person, latitude=center.y, longitude=center.x, at=EARLIER, home=home)
    if is_verified:
        verify_residency(residency_id=residency.pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=EARLIER)
    neighborhood.refresh_from_db()
    return person


def a_verifier() -> User:
    """Civic staff who confirm homes; the same person throughout a test."""
    person = User.objects.filter(email="verifier@example.test").first()
    if person is None:
        person = User.objects.create_user("verifier@example.test", full_name="Vera Ortiz", kind=Kind.STAFF)
        person.groups.add(Group.objects.get(name="Verifiers"))
    return person
