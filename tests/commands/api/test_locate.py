from typing import Any

import pytest
from django.test import Client

from commands.api.views import LocateThrottle
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood

pytestmark = pytest.mark.django_db

URL = "/api/v1/locate/"


@pytest.mark.parametrize(
    ("latitude", "longitude", "slug"), [("0.5", "0.5", "oak"), ("0.5", "1.5", "elm"), ("1e-3", "1.999", "elm")]
)
def test_a_point_has_a_neighborhood_and_a_command(
    client: Client, central: PoliceCommand, latitude: str, longitude: str, slug: str
) -> None:
    response = client.get(URL, {"latitude": latitude, "longitude": longitude})
    assert response.status_code == 200
    assert response.json() == {
        "neighborhood": {"slug": slug, "name": slug.title()},
        "command": {"slug": "central", "name": "Central Command"},
    }


def test_a_neighborhood_nobody_serves_has_no_command(client: Client, pine: Neighborhood) -> None:
    answer = client.get(URL, {"latitude": "0.5", "longitude": "10.5"}).json()
    assert answer == {"neighborhood": {"slug": "pine", "name": "Pine"}, "command": None}


def test_outside_is_an_answer_and_no_error(client: Client, central: PoliceCommand) -> None:
    response = client.get(URL, {"latitude": -45, "longitude": 100})
    assert response.status_code == 200
    assert response.json() == {"neighborhood": None, "command": None}


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ({"longitude": "0.5"}, "latitude"),
        ({"latitude": "0.5"}, "longitude"),
        ({"latitude": "north", "longitude": "0.5"}, "latitude"),
        ({"latitude": "0.5", "longitude": "nan"}, "longitude"),
        ({"latitude": "inf", "longitude": "0.5"}, "latitude"),
        ({"latitude": "90.1", "longitude": "0.5"}, "latitude"),
        ({"latitude": "0.5", "longitude": "-181"}, "longitude"),
        ({"latitude": "", "longitude": "0.5"}, "latitude"),
    ],
)
def test_numbers_that_are_no_place_are_refused_by_name(client: Client, point: dict[str, str], field: str) -> None:
    response = client.get(URL, point)
    assert response.status_code == 400
    assert list(response.json()) == [field]


def test_one_look_up_is_one_query_and_one_for_the_command(
    client: Client, central: PoliceCommand, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        client.get(URL, {"latitude": "0.5", "longitude": "0.5"})


@pytest.mark.parametrize(
    ("first", "second", "is_same_home"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_look_ups_are_limited_by_home(client: Client, first: str, second: str, is_same_home: bool) -> None:
    def look_up(address: str) -> int:
        return client.get(URL, {"latitude": 0, "longitude": 50}, headers={"X-Forwarded-For": address}).status_code

    allowed = int(LocateThrottle.rate.partition("/")[0])
    assert {look_up(first) for _ in range(allowed)} == {200}
    assert look_up(first) == 429
    assert look_up(second) == (429 if is_same_home else 200)
