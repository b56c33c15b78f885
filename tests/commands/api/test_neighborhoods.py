from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commands.models import PoliceCommand
from commands.rules import CommandKind
from commands.services import set_coverage
from neighborhoods.models import Neighborhood
from tests.commands.factories import make_command
from tests.neighborhoods.factories import make_neighborhood

pytestmark = pytest.mark.django_db

URL = "/api/v1/neighborhoods/"


def test_everybody_gets_the_current_neighborhoods_as_geojson(
    client: Client, now: datetime, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood
) -> None:
    unit = make_command("Marine Unit", "marine", "M", [oak])
    unit.kind = CommandKind.SPECIALTY
    unit.save()
    elm.boundaries.update(ended_at=now)
    response = client.get(URL)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    corners = [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]
    collection = response.json()
    assert collection["type"] == "FeatureCollection"
    first, second = collection["features"]
    assert first == {
        "type": "Feature",
        "id": "oak",
        "geometry": {"type": "MultiPolygon", "coordinates": [[corners]]},
        "properties": {
            "slug": "oak",
            "name": "Oak",
            "commands": [
                {"slug": "central", "name": "Central Command"},
                {"slug": "marine", "name": "Marine Unit"},
            ],
        },
    }
    assert (second["id"], second["properties"]["commands"]) == ("pine", [])


def test_an_unchanged_answer_is_not_sent_again(client: Client, now: datetime, central: PoliceCommand) -> None:
    etag = client.get(URL)["ETag"]
    unchanged = client.get(URL, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    set_coverage(command=central, neighborhood_ids=[], at=now)
    changed = client.get(URL, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert [feature["properties"]["commands"] for feature in changed.json()["features"]] == [[], []]


def test_a_new_load_changes_the_answer(client: Client, oak: Neighborhood) -> None:
    etag = client.get(URL)["ETag"]
    oak.boundaries.get().load.__class__.objects.create(
        file_name="newer.geojson", sha256="1" * 64, loaded_at=oak.boundaries.get().started_at
    )
    assert client.get(URL, headers={"If-None-Match": etag}).status_code == 200


def test_the_answer_costs_two_queries_while_nothing_changes(
    client: Client, central: PoliceCommand, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        make_neighborhood(f"Place {number}", west=20 + number)
    with django_assert_num_queries(3):
        client.get(URL)
    with django_assert_num_queries(2):
        client.get(URL)


def test_an_empty_installation_has_an_empty_collection(client: Client, db: None) -> None:
    assert client.get(URL).json() == {"type": "FeatureCollection", "features": []}
