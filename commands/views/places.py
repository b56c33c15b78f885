"""What is said about a place that somebody has looked up?"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commands.forms import PlaceForm
from commands.models import PoliceCommand
from commands.selectors import commands_for
from neighborhoods.maps import draw_city
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_neighborhood_at

LOOK_UPS_A_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A point, its neighborhood (None: outside every one) and the commands that serve it, area command first."""

    latitude: float
    longitude: float
    neighborhood: Neighborhood | None
    commands: list[PoliceCommand]


def look_up(form: PlaceForm) -> Place | None:
    """The one place a valid form means, or None while there are several to choose from. At most two queries."""
    if form.point is None:
        return None
    latitude, longitude = form.point
    neighborhood = find_neighborhood_at(latitude, longitude)
    return Place(latitude, longitude, neighborhood, commands_for(neighborhood.pk) if neighborhood else [])


def map_of(neighborhood: Neighborhood) -> dict[str, Any]:
    """The city with one neighborhood marked, for `components/city_map.html`."""
    city = draw_city()
    return {
        "view_box": city.view_box,
        "sentence": f"Map of the city with {neighborhood.name} marked.",
        "areas": [
            {
                "name": area.name,
                "path": area.path,
                "class": "pl-area--chosen" if area.id == neighborhood.pk else "",
            }
            for area in city.areas
        ],
    }


def ask_to_wait(request: HttpRequest, template: str, context: dict[str, Any], seconds: int) -> HttpResponse:
    """The page again with what was typed, after too many look-ups."""
    message = f"Those were many look-ups. Wait {seconds} seconds, then try again."
    response = render(request, template, context | {"wait_message": message}, status=429)
    response["Retry-After"] = str(seconds)
    return response
