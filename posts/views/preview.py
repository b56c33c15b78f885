"""How will residents see a post that is not out yet, and where on the map are they?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from commands.models import PoliceCommand
from neighborhoods.maps import MapShape, draw_city
from posts.cards import Card, audience_line
from posts.rules import KIND_LOOKS, PostKind
from posts.selectors.audience import Audience
from posts.selectors.feed import EXCERPT_LENGTH

# With more names than this on one drawing none can be read.
MOST_LABELS = 30


def preview_card(command: PoliceCommand, *, kind: str, title: str, text: str, audience: Audience, at: datetime) -> Card:
    """The card of a post as it would stand in the first feed it reaches. Its links lead back to the page it is on."""
    look = KIND_LOOKS[kind]
    places = [row.name for row in audience.reached]
    return Card(
        id=0,
        url="#preview",
        kind=kind,
        kind_label=PostKind(kind).label,
        icon=look.icon,
        temperature=look.temperature,
        title=title.strip() or "What happened",
        text=text[:EXCERPT_LENGTH],
        is_withdrawn=False,
        what_was_wrong="",
        corrected_at=None,
        published_at=at,
        command_name=command.name,
        command_letter=command.letter,
        command_url="#preview",
        audience_line=audience_line(audience.scope, command.name, places[0] if places else "…", len(places)),
    )


def audience_map(audience: Audience) -> dict[str, Any]:
    """The neighborhoods a command covers, and which of them would get the post. One query once it is cached."""
    reached = {row.neighborhood_id for row in audience.reached}
    return area_map(
        [row.neighborhood_id for row in audience.rows],
        classes=dict.fromkeys(reached, "pl-area--chosen"),
        words=dict.fromkeys(reached, "chosen"),
        sentence=f"{len(reached)} of {len(audience.rows)} neighborhoods on the map are chosen. The list says the same.",
    )


def area_map(
    neighborhood_ids: Sequence[int], *, classes: Mapping[int, str], words: Mapping[int, str], sentence: str
) -> dict[str, Any]:
    """What `components/city_map.html` draws.

    Args:
        classes: How an area is painted, by neighborhood id.
        words: What the paint means, for the area's title.
    """
    city = draw_city(neighborhood_ids)
    return {
        "view_box": city.view_box,
        "sentence": sentence,
        "areas": [
            {
                "slug": shape.slug,
                "name": shape.name,
                "path": shape.path,
                "class": classes.get(shape.id, ""),
                "title": f"{shape.name}: {words[shape.id]}" if shape.id in words else shape.name,
            }
            for shape in city.areas
        ],
        "labels": _labels(city.areas, classes) if len(city.areas) <= MOST_LABELS else [],
    }


def _labels(shapes: Sequence[MapShape], classes: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "slug": shape.slug,
            "x": shape.x,
            "y": shape.y,
            # "Midtown / Winn Park / Capital Avenue" is for the list; the drawing has room for the first.
            "text": shape.name.partition(" / ")[0],
            "class": "pl-label--chosen" if classes.get(shape.id) in ("pl-area--chosen", "pl-area--done") else "",
        }
        for shape in shapes
    ]
