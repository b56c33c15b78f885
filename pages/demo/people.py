"""Who lives and works in the demo city?"""

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from accounts.rules import Kind
from commands.rules import Role
from pages.demo.geography import LabelPoint

DOMAIN = "demo.test"
NAMES = Path(__file__).parent / "names.toml"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the cast, or of the crowd around it.

    Attributes:
        key: How the stories name them; with the demo's domain it is their e-mail address.
        is_sign_in: Whether somebody who tries the demo can sign in as this person.
        place: Neighborhood of the home.
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
    is_verified: bool = True
    command: str = ""
    role: Role = Role.AUTHOR
    group: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"

    @property
    def kind(self) -> Kind:
        return Kind.RESIDENT if self.place else Kind.STAFF


HOME = "Southside Park"

CAST = (
    Person("resident", "Maria Lopez", "Verified resident of Southside Park", place=HOME),
    Person("neighbor", "Joe Tanaka", "Verified resident of Southside Park", place=HOME),
    Person("lead", "Ruth Abebe", "Verified resident of Southside Park, leads neighbors", place=HOME),
    Person("newcomer", "Amir Haddad", "Lives in Southside Park, not verified yet", place=HOME, is_verified=False),
    Person("faraway", "Denise Whitfield", "Verified resident of South Land Park", place="South Land Park"),
    Person("officer", "Kim Delgado", "Author, Central Command", rank="Officer", command="central"),
    Person("sergeant", "Paul Okafor", "Approver, Central Command", rank="Sgt.", command="central", role=Role.APPROVER),
    Person("manager", "Helen Brandt", "Manager, Central Command", rank="Capt.", command="central", role=Role.MANAGER),
    Person("pio", "Sofia Marchetti", "Author, headquarters", rank="PIO", command="headquarters"),
    Person(
        "chief",
        "Joan Feldman",
        "Approver, headquarters",
        rank="Deputy Chief",
        command="headquarters",
        role=Role.APPROVER,
    ),
    Person("verifier", "Lucia Santos", "Confirms homes in person", rank="City verifier", group="Verifiers"),
    Person("moderator", "Priya Raman", "Community moderator", rank="City moderator", group="Community moderators"),
    Person("oversight", "Thomas Greene", "Oversight reader", rank="City oversight", group="Oversight readers"),
    Person("admin", "Erik Lindqvist", "Site admin", rank="City IT", group="Site admins"),
    Person("north_officer", "Tou Vang", is_sign_in=False, rank="Officer", command="north"),
    Person("south_officer", "Marcus Bell", is_sign_in=False, rank="Officer", command="south"),
    Person("east_officer", "Lena Castellanos", is_sign_in=False, rank="Officer", command="east"),
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
                is_verified=random.random() < 0.68,
            )


def _crowd_size(point: LabelPoint, random: Random) -> int:
    if point.name in NOBODY:
        return 0
    if point.name in CROWDED:
        return CROWDED[point.name]
    return max(1, round(math.sqrt(point.area_km2) * random.triangular(0.4, 6.5, 2.4)))
