"""Where do the posts of the fault tests go? To a city of its own for each test, in one database."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import Role
from commands.services import set_coverage
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood
from posts.models import Delivery, Post
from tests.accounts.factories import make_staff
from tests.posts.factories import publish

EARLIER = datetime(2026, 9, 1, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class City:
    """A command, its author, and the neighborhoods it serves."""

    command: PoliceCommand
    officer: User
    neighborhood_ids: frozenset[int]

    def publish(self, title: str = "Bicycles taken from five garages") -> Post:
        """A post to the whole command."""
        return publish(self.officer, self.command, timezone.now(), title=title)

    def check_delivered_once(self, post: Post) -> None:
        """Every neighborhood has its one delivery, and it is done."""
        deliveries = list(Delivery.objects.filter(post=post))
        assert {delivery.neighborhood_id for delivery in deliveries} == self.neighborhood_ids
        assert len(deliveries) == len(self.neighborhood_ids)
        assert [delivery.pk for delivery in deliveries if delivery.done_at is None] == []
        assert [delivery.pk for delivery in deliveries if delivery.lease_until is not None] == []


def make_city(*, neighborhood_count: int) -> City:
    number = next(_numbers)
    square = Polygon.from_bbox((number, 0, number + 1, 1))
    load = BoundaryLoad.objects.create(file_name=f"city-{number}", sha256="0" * 64, loaded_at=EARLIER)
    names = [f"Block {number}-{place}" for place in range(neighborhood_count)]
    neighborhoods = Neighborhood.objects.bulk_create(
        Neighborhood(key=name, name=name, slug=name.replace(" ", "-").lower()) for name in names
    )
    Boundary.objects.bulk_create(
        Boundary(
            neighborhood=neighborhood,
            load=load,
            boundary=MultiPolygon(square, srid=4326),
            center=Point(number + 0.5, 0.5, srid=4326),
            area_m2=1.0,
            started_at=EARLIER,
        )
        for neighborhood in neighborhoods
    )
    command = PoliceCommand.objects.create(name=f"Command {number}", slug=f"command-{number}", letter="C")
    ids = frozenset(neighborhood.pk for neighborhood in neighborhoods)
    set_coverage(command=command, neighborhood_ids=ids, at=EARLIER)
    return City(command, make_staff(f"Kim Delgado{number}", "Officer", command, Role.AUTHOR), ids)
