"""How does the reach look on the city's map? It says the same as the table, in the table's words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import mean
from typing import Any

from metrics.rules import Shade
from metrics.selectors import NeighborhoodReach
from neighborhoods.maps import MapShape, draw_city


def shaded_map(rows: Sequence[NeighborhoodReach], city_name: str) -> dict[str, Any]:
    """What `components/city_map.html` draws: every neighborhood in the shade of its people, each command by name."""
    drawing = draw_city()
    row_of = {row.id: row for row in rows}
    shapes = [(shape, row_of[shape.id]) for shape in drawing.areas if shape.id in row_of]
    return {
        "view_box": drawing.view_box,
        "sentence": _sentence(rows, city_name),
        "areas": [
            {
                "slug": shape.slug,
                "name": shape.name,
                "path": shape.path,
                "class": f"pl-area--{row.shade.value}",
                "title": f"{row.name}: {row.claimed} claimed, {row.verified} verified",
            }
            for shape, row in shapes
        ],
        "labels": _labels(shapes),
    }


def _sentence(rows: Sequence[NeighborhoodReach], city_name: str) -> str:
    counts = Counter(row.shade for row in rows)
    parts = ", ".join(f"{counts[shade]} with {shade.label}" for shade in Shade if counts[shade])
    return f"Map of {city_name} by people in each neighborhood: {parts}. The table says the same."


def _labels(shapes: Sequence[tuple[MapShape, NeighborhoodReach]]) -> list[dict[str, Any]]:
    """Each area command's name in the middle of what it serves."""
    served: dict[str, list[MapShape]] = defaultdict(list)
    for shape, row in shapes:
        if row.commands:
            served[row.commands[0]].append(shape)
    return [
        {
            "text": name.removesuffix(" Command"),
            "x": round(mean(shape.x for shape in of_command), 1),
            "y": round(mean(shape.y for shape in of_command), 1),
            "class": "",
        }
        for name, of_command in served.items()
    ]
