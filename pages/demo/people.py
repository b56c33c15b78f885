"""Who lives and works in the demo city?"""

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from random import Random

from accounts.rules import Kind
from commands.rules import Role
from pages.demo.geography import LabelPoint

DOMAIN = "demo.test"
NAMES = Path(__file__).parent / "names.toml"


class Proof(Enum):
    """How far somebody has come with showing where they live."""

    IN_PERSON = "confirmed in person"
    LETTER = "confirmed by letter"
    VOUCHES = "confirmed by two neighbors"
    NOTHING_YET = "nothing asked for yet"
    LETTER_ASKED = "a letter waits to be printed"
    LETTER_SENT = "a letter is on its way, and one neighbor of two has vouched"
    LETTER_LOCKED = "too many wrong codes"
    LETTER_EXPIRED = "no code within thirty days"
    SECRET = "the address is secret, a verifier has to confirm it in person"
    OUTSIDE = "lives where there is no neighborhood, and waits for one"


VERIFIED = frozenset({Proof.IN_PERSON, Proof.LETTER, Proof.VOUCHES})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the cast, or of the crowd around it.

    Attributes:
        key: How the stories name them; with the demo's domain it is their e-mail address.
        is_sign_in: Whether somebody who tries the demo can sign in as this person.
        place: Neighborhood of the home.
        keeps_home: Whether they want their exact home kept after it was confirmed.
        command: Slug of the command they work for, in the role `role`.
        group: Group whose named permissions they hold.
        about: What this sign-in is good for.
    """

    key: str
    full_name: str
    about: str = ""
    is_sign_in: bool = True
    rank: str = ""
    place: str = ""
    proof: Proof = Proof.IN_PERSON
    keeps_home: bool = False
    command: str = ""
    role: Role = Role.AUTHOR
    group: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"

    @property
    def kind(self) -> Kind:
        return Kind.STAFF if self.rank else Kind.RESIDENT

    @property
    def is_verified(self) -> bool:
        return self.proof in VERIFIED


HOME = "Southside Park"

CAST = (
    Person(
        "resident",
        "Maria Lopez",
        "Verified resident of Southside Park, confirmed by letter. Police and neighbors together: /feed/; hears of "
        "crime at once: /accounts/hearing/",
        place=HOME,
        proof=Proof.LETTER,
    ),
    Person(
        "neighbor",
        "Joe Tanaka",
        "Verified resident of Southside Park, confirmed in person; appealed against a hidden reply: /replies/",
        place=HOME,
        keeps_home=True,
    ),
    Person(
        "lead",
        "Ruth Abebe",
        "Verified resident and lead of Southside Park; a report waits: /neighbors/lead/",
        place=HOME,
    ),
    Person(
        "newcomer",
        "Amir Haddad",
        "Lives in Southside Park, not verified yet: /residency/ (the code in the letter is PRCH 2468)",
        place=HOME,
        proof=Proof.LETTER_SENT,
    ),
    Person(
        "faraway",
        "Denise Whitfield",
        "Verified resident of South Land Park; appealed when a post was removed: /neighbors/removed/",
        place="South Land Park",
    ),
    Person(
        "officer",
        "Kim Delgado",
        "Author, Central Command: /commands/central/desk/; how far posts have come: /commands/central/desk/posts/",
        rank="Officer",
        command="central",
    ),
    Person(
        "sergeant",
        "Paul Okafor",
        "Approver, Central Command: /commands/central/desk/review/",
        rank="Sgt.",
        command="central",
        role=Role.APPROVER,
    ),
    Person(
        "manager",
        "Helen Brandt",
        "Manager, Central Command; who works there: /commands/central/desk/staff/",
        rank="Capt.",
        command="central",
        role=Role.MANAGER,
    ),
    Person("pio", "Sofia Marchetti", "Author, headquarters: /headquarters/", rank="PIO", command="headquarters"),
    Person(
        "chief",
        "Joan Feldman",
        "Approver, headquarters: /headquarters/",
        rank="Deputy Chief",
        command="headquarters",
        role=Role.APPROVER,
    ),
    Person(
        "verifier",
        "Lucia Santos",
        "Prints letters and confirms homes in person: /verification/",
        rank="City verifier",
        group="Verifiers",
    ),
    Person(
        "moderator",
        "Priya Raman",
        "Community moderator: /moderation/ (where no lead can) and /appeals/ (of hidden replies)",
        rank="City moderator",
        group="Community moderators",
    ),
    Person(
        "oversight",
        "Thomas Greene",
        "Reads who did what: /audit/",
        rank="City oversight",
        group="Oversight readers",
    ),
    Person(
        "clerk",
        "Rae Novak",
        "Records clerk: a copy of the public record, /records/, and /legal-holds/",
        rank="City clerk",
        group="Records clerks",
    ),
    Person(
        "admin",
        "Erik Lindqvist",
        "Site admin: boundaries, commands and accounts, at /admin/",
        rank="City IT",
        group="Site admins",
    ),
    Person("north_officer", "Tou Vang", is_sign_in=False, rank="Officer", command="north"),
    Person("south_officer", "Marcus Bell", is_sign_in=False, rank="Officer", command="south"),
    Person("east_officer", "Lena Castellanos", is_sign_in=False, rank="Officer", command="east"),
    Person("former_officer", "Neil Ashworth", is_sign_in=False, rank="Officer", command="central"),
    Person("vouched", "Nina Castellano", is_sign_in=False, place=HOME, proof=Proof.VOUCHES),
    Person("locked", "Gloria Estrada", is_sign_in=False, place=HOME, proof=Proof.LETTER_LOCKED),
    Person("expired", "Samuel Boateng", is_sign_in=False, place=HOME, proof=Proof.LETTER_EXPIRED),
    Person("secret", "Ella Moreau", is_sign_in=False, place=HOME, proof=Proof.SECRET),
    Person("outside", "Peter Lindgren", is_sign_in=False, proof=Proof.OUTSIDE),
)

# Nobody sleeps here, or nobody has signed up yet: what the metrics must be able to show.
NOBODY = frozenset(
    {
        "Airport",
        "American River Parkway",
        "Arden Fair",
        "Cal Expo",
        "Cannon Industrial Park",
        "Depot Park",
        "Erikson Industrial Park",
        "Fairgrounds",
        "Florin Fruitridge Industrial Park",
        "Gateway Center",
        "Glenwood Meadows",
        "Hansen Park Golf Course Site",
        "Johnson Business Park",
        "Metro Center",
        "Natomas Corporate Center",
        "Norwood Tech",
        "Parker Homes",
        "Pell/Main Industrial Park",
        "RP - Sports Complex",
        "Youngs Heights",
    }
)
CROWDED = {HOME: 22, "Midtown / Winn Park / Capital Avenue": 19, "East Sacramento": 17, "Pocket": 15, "Land Park": 12}


def crowd(points: Sequence[LabelPoint], random: Random) -> Iterator[Person]:
    """A few hundred residents around the cast, unevenly spread: some places have many, some one, some nobody."""
    names = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    number = 0
    for point in points:
        for _ in range(_crowd_size(point, random)):
            number += 1
            yield Person(
                f"resident{number:03}",
                f"{random.choice(names['first'])} {random.choice(names['family'])}",
                is_sign_in=False,
                place=point.name,
                proof=_proof(random.random(), number),
            )


def _crowd_size(point: LabelPoint, random: Random) -> int:
    if point.name in NOBODY:
        return 0
    if point.name in CROWDED:
        return CROWDED[point.name]
    return max(1, round(math.sqrt(point.area_km2) * random.triangular(0.4, 6.5, 2.4)))


def _proof(chance: float, number: int) -> Proof:
    if chance < 0.68:
        return Proof.IN_PERSON
    return Proof.LETTER_ASKED if number % 8 == 0 else Proof.NOTHING_YET
