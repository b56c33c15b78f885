"""What does the front page show to everybody, and how is it kept ready?

Everything on it that does not depend on the reader is made at most every half minute, and at once when a post is
published. What depends on the reader, the actions under a post and the header, is filled in per request.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from commands.models import PoliceCommand
from commands.selectors import area_commands_by_neighborhood
from core.release import release
from neighborhoods.maps import CityMap, draw_city
from neighborhoods.selectors import has_addresses
from pages import selectors
from posts.cards import card_of_post, render_card
from posts.selectors.public import first_places, latest_posts

POSTS_SHOWN = 5
LIT_FOR = timedelta(days=7)
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The front page without its reader.

    Attributes:
        stamp: Another one with every making, for the ETag.
        map: For `components/city_map.html`; None before any neighborhood is loaded.
        lit_count: Neighborhoods that heard from police in the last seven days.
        cards: The latest posts, with a marker where the reader's actions go.
        finds_addresses: Whether a home can be found by its address.
    """

    stamp: str
    map: Mapping[str, Any] | None
    lit_count: int
    neighborhood_count: int
    cards: str
    commands: Sequence[selectors.ServingCommand]
    finds_addresses: bool


def front_page(at: datetime) -> FrontPage:
    """What everybody sees. One query while it is kept, a small fixed number when it is made."""
    today = timezone.localdate(at).isoformat()
    key = f"pages:front:{selectors.find_newest_post_id()}:{get_language()}:{today}:{release()}"
    kept = cache.get(key)
    if not isinstance(kept, FrontPage):
        kept = _make(at)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _make(at: datetime) -> FrontPage:
    city = draw_city()
    lit = selectors.neighborhoods_that_heard_since(at - LIT_FOR) & {area.id for area in city.areas}
    posts = latest_posts(size=POSTS_SHOWN)
    places = first_places([post.pk for post in posts])
    return FrontPage(
        stamp=uuid.uuid4().hex,
        map=_map_at_dusk(city, lit) if city.areas else None,
        lit_count=len(lit),
        neighborhood_count=len(city.areas),
        cards="".join(render_card(card_of_post(post, places.get(post.pk, ""))) for post in posts),
        commands=selectors.serving_commands(),
        finds_addresses=has_addresses(),
    )


def _map_at_dusk(city: CityMap, lit: set[int]) -> dict[str, Any]:
    """The city with a light in each neighborhood that heard from police, and its area commands by name."""
    return {
        "view_box": city.view_box,
        "sentence": (
            f"The city at dusk: {len(lit)} of {len(city.areas)} neighborhoods heard from police in the last 7 days."
        ),
        "areas": [
            {"name": area.name, "path": area.path, "class": "pl-area--lit" if area.id in lit else ""}
            for area in city.areas
        ],
        "lights": [{"x": area.x, "y": area.y} for area in city.areas if area.id in lit],
        "labels": _command_labels(city),
    }


def _command_labels(city: CityMap) -> list[dict[str, Any]]:
    """Each area command's name in the middle of what it serves."""
    served: dict[PoliceCommand, list[tuple[float, float]]] = {}
    commands = area_commands_by_neighborhood()
    for area in city.areas:
        if command := commands.get(area.id):
            served.setdefault(command, []).append((area.x, area.y))
    return [
        {
            "text": command.name.removesuffix(" Command"),
            "x": round(sum(x for x, _ in points) / len(points)),
            "y": round(sum(y for _, y in points) / len(points)),
        }
        for command, points in served.items()
    ]
