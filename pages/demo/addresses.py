"""Which addresses does the demo city have, so that typing one finds a home? All of them are made up."""

import csv
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path

from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon

from neighborhoods.loading.tables import open_table
from neighborhoods.sealing import ExactHome
from neighborhoods.services import load_addresses

# Stands on the list, in the form and on the letter; no letter finds its way there.
CITY = "Sacramento (made up)"
POSTCODE = "00000"

HOUSES_A_STREET = 10
DOORS_OF_LAST_HOUSE = ("Apt 1", "Apt 2", "Apt 3")
# One street of each in every neighborhood.
SUFFIXES = ("St", "Ave", "Way", "Ln")

# Each with each makes 484 streets, four for each of the 121 neighborhoods.
_BEGINNINGS = (
    "Alder",
    "Amber",
    "Birch",
    "Bramble",
    "Candle",
    "Clover",
    "Copper",
    "Fennel",
    "Finch",
    "Gable",
    "Hazel",
    "Ivory",
    "Juniper",
    "Lantern",
    "Linden",
    "Marble",
    "Otter",
    "Pepper",
    "Quill",
    "Rowan",
    "Thistle",
    "Willow",
)
_ENDINGS = (
    "bank",
    "bell",
    "brook",
    "crest",
    "dale",
    "fern",
    "gate",
    "glen",
    "ham",
    "hearth",
    "hill",
    "lock",
    "mead",
    "mere",
    "mill",
    "nook",
    "porch",
    "quay",
    "shade",
    "stile",
    "wick",
    "yard",
)


@dataclass(frozen=True, slots=True)
class Door:
    """One address point; the fields are the columns of the file."""

    number: str
    street: str
    unit: str
    city: str
    postcode: str
    latitude: float
    longitude: float

    @property
    def home(self) -> ExactHome:
        """As the form keeps it for somebody who chose this address."""
        street = f"{self.number} {self.street}"
        return ExactHome(street, self.unit, self.city, self.postcode, self.latitude, self.longitude)


def invent_doors(boundaries: Mapping[str, MultiPolygon]) -> dict[str, list[Door]]:
    """Some dozens of addresses for each neighborhood, by its name: streets from west to east across the cell."""
    names = (beginning + ending for beginning, ending in product(_BEGINNINGS, _ENDINGS))
    return {
        place: [
            door
            for number, suffix in enumerate(SUFFIXES, start=1)
            for door in _doors_along(boundaries[place], number, f"{next(names)} {suffix}")
        ]
        for place in sorted(boundaries)
    }


def load_doors(doors: Mapping[str, list[Door]]) -> None:
    """Load them as a city loads its file."""
    columns = [field.name for field in fields(Door)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "addresses.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for of_place in doors.values():
                writer.writerows([getattr(door, column) for column in columns] for door in of_place)
        load_addresses(table=open_table(path), columns={column: column for column in columns})


def _doors_along(boundary: MultiPolygon, street_number: int, street: str) -> Iterator[Door]:
    west, south, east, north = boundary.extent
    latitude = south + (north - south) * street_number / (len(SUFFIXES) + 1)
    crossing = boundary.intersection(LineString((west, latitude), (east, latitude), srid=4326))
    # Where the edge of the city bends inwards the line comes in pieces.
    pieces = crossing if isinstance(crossing, MultiLineString) else [crossing]
    inside = max((piece for piece in pieces if isinstance(piece, LineString)), key=lambda piece: piece.length)
    for house in range(1, HOUSES_A_STREET + 1):
        point = inside.interpolate_normalized(house / (HOUSES_A_STREET + 1))
        for unit in DOORS_OF_LAST_HOUSE if house == HOUSES_A_STREET else ("",):
            yield Door(str(100 + 4 * house), street, unit, CITY, POSTCODE, round(point.y, 6), round(point.x, 6))
