"""Is the city drawn once per load, flat as on the ground, with north on top?"""

import re
from datetime import timedelta
from typing import Any

import pytest

from neighborhoods.maps import SIZE, draw_city
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood
from tests.neighborhoods.factories import EARLIER, make_neighborhood

pytestmark = pytest.mark.django_db


def extent_of(path: str) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of a path that moves absolutely once per ring and then relatively."""
    x = y = 0.0
    xs, ys = [], []
    for command, numbers in re.findall(r"([Ml z])?\s*((?:-?[\d.]+\s+-?[\d.]+\s*)+)", path):
        pairs = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+)\s+(-?[\d.]+)", numbers)]
        for dx, dy in pairs:
            x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
            xs.append(x)
            ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def test_a_neighborhood_is_where_it_lies(oak: Neighborhood, elm: Neighborhood) -> None:
    city = draw_city()
    assert [area.slug for area in city.areas] == ["elm", "oak"]
    east, west = city.areas
    assert city.view_box == f"0 0 {SIZE} 320"
    assert extent_of(west.path) == pytest.approx((0, 0, 320, 320), abs=0.5)
    assert extent_of(east.path) == pytest.approx((320, 0, 640, 320), abs=0.5)
    assert (west.x, west.y) == (160, 160)


def test_north_is_on_top(db: None) -> None:
    make_neighborhood("North", west=0, south=1)
    make_neighborhood("South", west=0, south=0)
    north, south = draw_city().areas
    assert north.y < south.y


def test_degrees_of_longitude_shrink_toward_the_poles(db: None) -> None:
    make_neighborhood("High", west=10, south=59.5)
    assert draw_city().view_box == "0 0 320 640"


def test_a_tiny_neighborhood_beside_a_large_one_is_still_drawn(db: None) -> None:
    make_neighborhood("Large", west=0, width=10, height=10)
    make_neighborhood("Tiny", west=11, width=0.0001, height=0.0001)
    assert all(area.path for area in draw_city().areas)


def test_it_is_made_once_and_anew_after_a_load(oak: Neighborhood, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        first = draw_city()
    with django_assert_num_queries(1):
        assert draw_city() == first
    Boundary.objects.update(ended_at=EARLIER + timedelta(days=1))
    BoundaryLoad.objects.create(file_name="newer.geojson", sha256="1" * 64, loaded_at=EARLIER + timedelta(days=1))
    assert draw_city().areas == ()
