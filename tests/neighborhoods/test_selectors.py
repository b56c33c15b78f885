"""Do the reads of places follow the written rules, with the queries they promise?"""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from neighborhoods.models import Address, Boundary, Neighborhood
from neighborhoods.rules import normalize_address
from neighborhoods.selectors import (
    boundaries_for_map,
    current_neighborhoods,
    find_neighborhood_at,
    find_residency,
    neighborhood_names_at,
    search_addresses,
)
from tests.neighborhoods.factories import make_neighborhood

pytestmark = pytest.mark.django_db

NAN = float("nan")


def test_a_point_is_found_with_one_query(oak: Neighborhood, elm: Neighborhood, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert find_neighborhood_at(0.5, 0.5) == oak
    assert find_neighborhood_at(0.5, 1.5) == elm
    assert find_neighborhood_at(0.5, 2.5) is None


@pytest.mark.parametrize("place", [(NAN, 0.5), (0.5, NAN), (91, 0.5), (0.5, 181), (float("inf"), 0), (1e300, 1e300)])
def test_numbers_that_are_no_place_lie_outside(oak: Neighborhood, place: tuple[float, float]) -> None:
    assert find_neighborhood_at(*place) is None
    assert neighborhood_names_at([place[0], 0.5], [place[1], 0.5]) == [None, "Oak"]


def test_on_a_shared_border_the_smaller_area_wins_then_the_smaller_id() -> None:
    big, small = make_neighborhood("Big", west=0, width=2), make_neighborhood("Small", west=2)
    twin = make_neighborhood("Twin", west=3)
    assert find_neighborhood_at(0.5, 2.0) == small
    assert find_neighborhood_at(0.5, 3.0) == small
    assert small.pk < twin.pk
    assert neighborhood_names_at([0.5, 0.5, 0.5], [2.0, 3.0, 1.0]) == ["Small", "Small", big.name]


def test_in_an_overlap_the_smaller_area_wins() -> None:
    make_neighborhood("Whole", west=0, width=3)
    make_neighborhood("Part", west=1)
    assert neighborhood_names_at([0.5, 0.5], [0.5, 1.5]) == ["Whole", "Part"]


def test_corners_and_edges_belong_to_the_neighborhood(oak: Neighborhood) -> None:
    assert neighborhood_names_at([0, 1, 0, 1], [0, 0, 1, 1]) == ["Oak"] * 4


def test_a_boundary_that_ended_covers_nothing(oak: Neighborhood) -> None:
    boundary = Boundary.objects.get(neighborhood=oak)
    Boundary.objects.update(ended_at=boundary.started_at)
    assert find_neighborhood_at(0.5, 0.5) is None
    assert not current_neighborhoods().exists()
    assert boundaries_for_map() == []


def test_many_points_are_one_query(oak: Neighborhood, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert neighborhood_names_at([0.5] * 5000, [0.5] * 5000) == ["Oak"] * 5000
    assert neighborhood_names_at([], []) == []


def test_locating_uses_the_index_over_current_boundaries(oak: Neighborhood) -> None:
    # Enough of them, and known to the planner, so that there is something to save.
    for number in range(200):
        make_neighborhood(f"Far {number}", west=20 + number / 2, width=0.5)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE neighborhoods_boundary")
        cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')
    with CaptureQueriesContext(connection) as captured:
        find_neighborhood_at(0.5, 0.5)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "neighborhoods_boundary_now" in plan


def test_addresses_are_searched_by_index(oak: Neighborhood) -> None:
    for number in range(200, 0, -1):
        street = f"{number} Main Street"
        Address.objects.create(
            number=str(number),
            street="Main Street",
            location=Point(0.5, 0.5, srid=4326),
            search_text=normalize_address(street),
        )
    assert [str(found) for found in search_addresses("20 main st., Sacramento, CA")] == ["20 Main Street"]
    assert len(search_addresses("1", limit=5)) == 5
    assert search_addresses(" ,20 Main") == []
    assert search_addresses("20 Ma%") == search_addresses("20 Ma")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as captured:
        search_addresses("20 Main")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "neighborhoods_address_typed" in plan
    assert "Sort" not in plan


def test_a_residency_comes_with_its_neighborhood(resident: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        residency = find_residency(resident.pk)
        assert residency is not None
        assert str(residency.neighborhood) == "Oak"


def test_a_map_has_every_current_neighborhood(oak: Neighborhood, elm: Neighborhood) -> None:
    shown = boundaries_for_map(0.01)
    assert [(area.slug, area.center) for area in shown] == [("elm", (0.5, 1.5)), ("oak", (0.5, 0.5))]
    assert shown[0].boundary["type"] in {"Polygon", "MultiPolygon"}
