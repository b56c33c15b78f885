"""Which address points begin with what somebody typed, and where do they lie?"""

from dataclasses import dataclass

from django.db import connection

from neighborhoods.models import Address
from neighborhoods.rules import normalize_address
from neighborhoods.selectors.places import NEIGHBORHOOD_ID_AT

# Comes after every character of a normalized address, in byte order.
_AFTER_ALL = "~"
# A house is listed once for each of its doors; so many doors are read to find the next houses.
_DOORS_READ = 80


@dataclass(frozen=True, slots=True)
class House:
    """An address without its door.

    Attributes:
        id: Of one of its address points.
    """

    id: int
    number: str
    street: str
    city: str
    postcode: str
    latitude: float
    longitude: float

    @property
    def number_and_street(self) -> str:
        return f"{self.number} {self.street}"

    def __str__(self) -> str:
        """As it is offered, and found again: "1901 10th St, Sacramento 95811"."""
        place = f"{self.city} {self.postcode}".strip()
        return f"{self.number_and_street}, {place}" if place else self.number_and_street


def has_addresses() -> bool:
    """Whether a home can be looked up by its address. One query."""
    return Address.objects.exists()


def search_addresses(text: str, limit: int = 8) -> list[House]:
    """Houses whose address begins with what was typed, in byte order of their normalized text. One query by index.

    A house that is meant exactly comes alone: "12 Main St" is not "12 Main St East".

    Args:
        text: As people write it; what follows the first comma (city, state) only decides between houses of one name.
    """
    beginning = normalize_address(text.partition(",")[0])
    if not beginning:
        return []
    with connection.cursor() as cursor:
        # Bounds and not LIKE: a prepared statement knows no pattern in advance, and would read the whole index.
        cursor.execute(
            """
            SELECT id, number, street, city, postcode, ST_Y(location), ST_X(location) FROM neighborhoods_address
            WHERE search_text >= %s AND search_text < %s ORDER BY search_text, id LIMIT %s
            """,
            [beginning, beginning + _AFTER_ALL, _DOORS_READ],
        )
        doors = cursor.fetchall()
    houses: dict[tuple[str, ...], House] = {}
    for door in doors:
        houses.setdefault(door[1:5], House(*door))
    found = list(houses.values())
    if "," in text:
        whole = normalize_address(text)
        meant = [house for house in found if normalize_address(str(house)) == whole]
        found = meant or found
    exact = [house for house in found if normalize_address(house.number_and_street) == beginning]
    return (exact or found)[:limit]


def find_house(address_id: int) -> House | None:
    """The house of an address point, or None after another file was loaded. One query."""
    address = Address.objects.filter(pk=address_id).first()
    if address is None:
        return None
    latitude, longitude = address.location.y, address.location.x
    return House(address.pk, address.number, address.street, address.city, address.postcode, latitude, longitude)


def units_of(house: House) -> list[str]:
    """The doors of a house, in byte order; empty where the list knows none. One query by index."""
    search_text = normalize_address(house.number_and_street)
    doors = Address.objects.filter(search_text__gte=search_text, search_text__lt=search_text + _AFTER_ALL)
    same_house = doors.filter(number=house.number, street=house.street, city=house.city, postcode=house.postcode)
    return list(same_house.exclude(unit="").order_by("search_text", "pk").values_list("unit", flat=True))


def places_of_house(number_and_street: str) -> list[tuple[int | None, str, str]]:
    """(neighborhood, city, postcode) wherever the list of addresses knows this house; None outside. One query."""
    search_text = normalize_address(number_and_street)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT number, street, ({NEIGHBORHOOD_ID_AT.format(point="address.location")}), city, postcode
            FROM neighborhoods_address AS address
            WHERE search_text = %s OR (search_text >= %s AND search_text < %s)
            """,
            [search_text, search_text + " ", search_text + " " + _AFTER_ALL],
        )
        doors = cursor.fetchall()
    # What begins alike may be another street: "12 Main St" is not "12 Main St East".
    return [
        (neighborhood_id, city, postcode)
        for number, street, neighborhood_id, city, postcode in doors
        if normalize_address(f"{number} {street}") == search_text
    ]
