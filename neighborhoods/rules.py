"""What are the rules of place: standings of a residency, the grid that blurs a home, one spelling for an address?"""

import math
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.text import slugify

NAME_MAX_LENGTH = 200

# About 150 m: 1 degree of latitude is 111.32 km.
CELL_STEP_LATITUDE = 0.00135
METERS_PER_DEGREE = 111_320


class Standing(TextChoices):
    """Where a residency stands. One person has at most one that is not ended."""

    CLAIMED = "claimed", "Claimed"
    VERIFIED = "verified", "Verified"
    ENDED = "ended", "Ended"


NEXT_STANDINGS: dict[Standing, frozenset[Standing]] = {
    Standing.CLAIMED: frozenset({Standing.VERIFIED, Standing.ENDED}),
    Standing.VERIFIED: frozenset({Standing.ENDED}),
    Standing.ENDED: frozenset(),
}


class HowVerified(TextChoices):
    """What showed that somebody lives where they say."""

    LETTER = "letter", "By letter"
    VOUCHES = "vouches", "By two neighbors"
    IN_PERSON = "in_person", "In person"


# Whoever was vouched for does not vouch in turn: else two people could let in a street of their own making.
HOW_VOUCHERS_WERE_VERIFIED = frozenset({HowVerified.LETTER, HowVerified.IN_PERSON})
VOUCHES_NEEDED = 2
VOUCHES_A_YEAR = 5
VOUCH_LINK_DAYS = 30
# A newcomer sends one link to several neighbors; more links than this are of no use to anybody.
OPEN_REQUESTS = 5

LETTER_CODE_LENGTH = 8
# No letter or digit that looks like another when it is printed.
LETTER_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTER_DAYS = 30
LETTER_TRIES = 5
# A letter takes three to five days.
LETTER_WAIT_DAYS = 5
LETTERS_A_YEAR = 4
# More than anybody folds in a day; the rest waits for the next file.
LETTERS_A_PRINT = 500


class LetterState(TextChoices):
    """Where a letter with a code stands. A residency has at most one that is asked for or printed."""

    ASKED = "asked", "Asked for"
    PRINTED = "printed", "Printed"
    USED = "used", "Code given"
    LOCKED = "locked", "Locked after too many wrong tries"
    VOID = "void", "Replaced, or no longer needed"


class VouchLinkKind(TextChoices):
    """Who made a link: a verified neighbor who invites, or a newcomer who asks for a word."""

    INVITATION = "invitation", "A neighbor invites"
    REQUEST = "request", "A newcomer asks"


class LookUpReason(TextChoices):
    """Why a verifier saw somebody's name beside a home."""

    SEARCH = "search", "Searched by name"
    LETTER = "letter", "Printed a letter"
    IN_PERSON = "in_person", "Confirmed in person"


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of about 150 m by 150 m: all that is kept in clear of where a home is."""

    row: int
    column: int

    @property
    def step_longitude(self) -> float:
        """Width in degrees; every row has its own, so that a cell is about as wide as high everywhere."""
        middle = min(abs((self.row + 0.5) * CELL_STEP_LATITUDE), 89.0)
        return CELL_STEP_LATITUDE / math.cos(math.radians(middle))

    @property
    def center(self) -> tuple[float, float]:
        """(latitude, longitude) of its middle, WGS 84 degrees."""
        return (self.row + 0.5) * CELL_STEP_LATITUDE, (self.column + 0.5) * self.step_longitude

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north), WGS 84 degrees."""
        west = self.column * self.step_longitude
        south = self.row * CELL_STEP_LATITUDE
        return west, south, west + self.step_longitude, south + CELL_STEP_LATITUDE


def cell_at(latitude: float, longitude: float) -> Cell:
    """The cell a point lies in; a point on an edge belongs to the cell north or east of it."""
    row = math.floor(latitude / CELL_STEP_LATITUDE)
    column = math.floor(longitude / Cell(row, 0).step_longitude)
    return Cell(row, column)


def is_on_earth(latitude: float, longitude: float) -> bool:
    """Whether two numbers can be a place; NaN is not."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


# Letters that do not come apart into a plain one and an accent.
_PLAIN_LETTERS = str.maketrans(
    {"đ": "d", "Đ": "D", "ð": "d", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe"}
)
SLUG_MAX_LENGTH = 80


def slug_for(name: str, taken: Container[str], *, otherwise: str) -> str:
    """A name as it stands in an address, unlike all that are taken: "ʻĀina Haina" is `aina-haina`.

    Args:
        otherwise: What to call a name without a single Latin letter or digit: `neighborhood` makes `neighborhood-1`.
    """
    plain = slugify(name.translate(_PLAIN_LETTERS))[: SLUG_MAX_LENGTH - 6].strip("-")
    if plain and plain not in taken:
        return plain
    number = 2 if plain else 1
    while f"{plain or otherwise}-{number}" in taken:
        number += 1
    return f"{plain or otherwise}-{number}"


# The Postal Service's short forms of the words that end or turn a street name; both the long and the short form are
# found in files and typed by people.
_SHORT_FORMS = {
    "ALLEY": "ALY",
    "AVENUE": "AVE",
    "AV": "AVE",
    "BOULEVARD": "BLVD",
    "BRIDGE": "BRG",
    "CIRCLE": "CIR",
    "COURT": "CT",
    "COVE": "CV",
    "CREEK": "CRK",
    "CRESCENT": "CRES",
    "CROSSING": "XING",
    "DRIVE": "DR",
    "EXPRESSWAY": "EXPY",
    "FREEWAY": "FWY",
    "GARDENS": "GDNS",
    "GROVE": "GRV",
    "HEIGHTS": "HTS",
    "HIGHWAY": "HWY",
    "LANE": "LN",
    "MOUNT": "MT",
    "PARKWAY": "PKWY",
    "PLACE": "PL",
    "PLAZA": "PLZ",
    "POINT": "PT",
    "RIDGE": "RDG",
    "ROAD": "RD",
    "SAINT": "ST",
    "SQUARE": "SQ",
    "STREET": "ST",
    "STR": "ST",
    "TERRACE": "TER",
    "TRAIL": "TRL",
    "TURNPIKE": "TPKE",
    "NORTH": "N",
    "SOUTH": "S",
    "EAST": "E",
    "WEST": "W",
    "NORTHEAST": "NE",
    "NORTHWEST": "NW",
    "SOUTHEAST": "SE",
    "SOUTHWEST": "SW",
    "APARTMENT": "APT",
    "BUILDING": "BLDG",
    "FLOOR": "FL",
    "ROOM": "RM",
    "SUITE": "STE",
}
# Some files cut "15TH"; ST and RD stay alone, because they can be Saint, Street and Road.
_ORDINAL = re.compile(r"(\d+) (ND|TH)\b")


def normalize_address(text: str) -> str:
    """One spelling for an address, used when it is loaded and when it is looked up.

    Capitals without accents or punctuation, one blank between words, the Postal Service's short forms:
    "1127 North 5th Street, Apartment 2" is "1127 N 5TH ST APT 2".
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = re.sub(r"[^A-Z0-9/-]+", " ", re.sub(r"['’ʻ.]", "", plain.upper())).split()
    return _ORDINAL.sub(r"\1\2", " ".join(_SHORT_FORMS.get(word, word) for word in words))
