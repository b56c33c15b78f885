"""How does somebody in a story say where home is?"""

from playwright.sync_api import Page

from tests.installation import Installation

# The middle of Southside Park in the demo city, where three verified neighbors live.
SOUTHSIDE = (38.5696, -121.5024)
ADDRESS = {"Street and number": "1127 V St", "Apartment or unit": "Apt 2", "City": "Sacramento", "ZIP code": "95818"}

# A letter goes to addresses on the city's list alone.
_ON_THE_LIST = """
from django.contrib.gis.geos import Point
from neighborhoods.models import Address
from neighborhoods.rules import normalize_address
Address.objects.create(
    number={number!r}, street={street!r}, city="Sacramento", postcode={postcode!r},
    location=Point({longitude}, {latitude}, srid=4326), search_text=normalize_address({number!r} + " " + {street!r}),
)
"""


def put_on_the_list(
    installation: Installation,
    *,
    house: str = ADDRESS["Street and number"],
    postcode: str = ADDRESS["ZIP code"],
    point: tuple[float, float] = SOUTHSIDE,
) -> None:
    """Let the city's list of addresses know one more house."""
    number, _, street = house.partition(" ")
    latitude, longitude = point
    command = _ON_THE_LIST.format(
        number=number, street=street, postcode=postcode, latitude=latitude, longitude=longitude
    )
    installation.manage("shell", "--verbosity", "0", "--command", command)


def claim_home(page: Page, point: tuple[float, float] = SOUTHSIDE, address: dict[str, str] | None = None) -> None:
    """From the question for a home to the page about it, by coordinates and, where given, with an address."""
    # Folded away where the city's addresses can be searched.
    if page.get_by_label("Latitude").is_hidden():
        page.get_by_text("Enter latitude and longitude").click()
    page.get_by_label("Latitude").fill(str(point[0]))
    page.get_by_label("Longitude").fill(str(point[1]))
    page.get_by_role("button", name="Look it up").click()
    for label, words in (address or {}).items():
        page.get_by_role("textbox", name=label).fill(words)
    page.get_by_role("button", name="Yes, I live in").click()
    page.get_by_role("heading", name="Show that you live in").wait_for()
