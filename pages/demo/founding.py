"""May the demo city be built in this database, and what does building it leave behind?"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon
from django.db import transaction

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import get_headquarters
from commands.services import set_coverage
from core.errors import DomainError
from core.locks import change_boundaries_alone
from neighborhoods.loading.reading import Feature, PolygonFile
from neighborhoods.models import Address, Neighborhood, Residency
from neighborhoods.services.boundaries import load_boundaries
from pages.demo.addresses import invent_doors, load_doors
from pages.demo.city import City
from pages.demo.geography import LABEL_POINTS, LabelPoint, cut_into_cells, label_points
from pages.demo.life import live
from pages.demo.people import CAST, DOMAIN, crowd
from pages.demo.settling import FIRST_SIGN_UP
from pages.demo.sign_ins import SignIn, let_in, read_sign_ins, sign_in_of, write_sign_ins
from pages.demo.stories import Clock
from posts.models import Post, PrivateMessage, Reply

AREA_COMMANDS = {
    "north": (
        "North Command",
        "Natomas, Del Paso Heights, Hagginwood and everything else north of the American River.",
        "916-555-0110",
    ),
    "central": (
        "Central Command",
        "Downtown, Midtown, Southside Park and the neighborhoods around them. Much of what we do here is done on foot.",
        "916-555-0120",
    ),
    "south": (
        "South Command",
        "From Land Park along the river to the Pocket, Meadowview and Valley Hi.",
        "916-555-0130",
    ),
    "east": (
        "East Command",
        "From Oak Park and East Sacramento to College Glen and the city’s eastern edge.",
        "916-555-0140",
    ),
}
HEADQUARTERS = (
    "What concerns the whole city: media releases, missing persons, trainings, and what the department does and why.",
    "916-555-0100",
)
# The boundaries were there before the first resident.
FOUNDED_BEFORE = FIRST_SIGN_UP + timedelta(days=1)


class CityInUse(DomainError):
    """The database belongs to a real city, or to somebody's trial of one; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What the demo consists of after a run, and whether that run had to change anything."""

    neighborhoods: int
    residents: int
    posts: int
    replies: int
    messages: int
    changed: bool


def found_demo(*, sign_ins_path: Path, at: datetime, is_rehearsal: bool = False) -> Founded:
    """Build the demo city in an empty database; where it already stands, only mend its sign-ins.

    Args:
        sign_ins_path: File for the sign-ins. Secrets already in it stay, so that they outlive a flush.
        at: Now; everything in the demo lies before.
        is_rehearsal: Do all of it, then undo it and leave the file alone.

    Raises:
        CityInUse: There are other people or neighborhoods.
    """
    with transaction.atomic():
        # Also keeps a second run out until this one is done.
        change_boundaries_alone()
        _refuse_other_cities()
        users = {user.email: user for user in User.objects.filter(email__in=[person.email for person in CAST])}
        stands = bool(users)
        if not stands:
            users = _build(at)
        earlier = read_sign_ins(sign_ins_path)
        sign_ins = [sign_in_of(person, earlier) for person in CAST if person.is_sign_in]
        mended = [let_in(users[sign_in.email], sign_in) for sign_in in sign_ins if sign_in.email in users]
        founded = Founded(
            neighborhoods=Neighborhood.objects.count(),
            residents=Residency.objects.filter(ended_at=None).count(),
            posts=Post.objects.count(),
            replies=Reply.objects.count(),
            messages=PrivateMessage.objects.count(),
            changed=any(mended) or not stands,
        )
        if is_rehearsal:
            transaction.set_rollback(True)
        else:
            _keep(sign_ins_path, earlier, sign_ins)
    return founded


def _refuse_other_cities() -> None:
    others = User.objects.exclude(email__endswith=f"@{DOMAIN}").count()
    if others:
        people = "one other person" if others == 1 else f"{others:,} other people"
        raise CityInUse(f"There are {people} in this database, so the demo city was not built and nothing was changed.")
    if User.objects.exists():
        return
    for places, table in (("neighborhoods", Neighborhood), ("addresses", Address)):
        if table._default_manager.exists():
            raise CityInUse(
                f"There are {places} of another city in this database, so the demo city was not built and nothing was "
                "changed."
            )


def _build(at: datetime) -> dict[str, User]:
    """Returns everybody's account by e-mail address."""
    points = label_points()
    boundaries = cut_into_cells(points)
    load_boundaries(file=_as_file(points, boundaries), at=at - FOUNDED_BEFORE)
    doors = invent_doors(boundaries)
    load_doors(doors)
    places = dict(Neighborhood.objects.values_list("name", "pk"))
    commands = {}
    for slug, (name, about, phone) in AREA_COMMANDS.items():
        commands[slug] = PoliceCommand.objects.create(slug=slug, name=name, letter=name[0], about=about, phone=phone)
        served = [places[point.name] for point in points if point.command_slug == slug]
        set_coverage(command=commands[slug], neighborhood_ids=served, at=at - FOUNDED_BEFORE)
    _describe_headquarters()
    headquarters = get_headquarters()
    commands[headquarters.slug] = headquarters
    city = City(places, doors, commands, Clock(at, ZoneInfo(settings.CITY_TIME_ZONE)))
    live(city, list(crowd(points, Random(DOMAIN))))
    return {user.email: user for user in city.users.values()}


def _as_file(points: list[LabelPoint], boundaries: dict[str, MultiPolygon]) -> PolygonFile:
    """The neighborhoods as the loader knows them from a file, so that it checks the demo as it checks a city."""
    features = [
        Feature(number, point.name, point.name, bytes(boundaries[point.name].wkb))
        for number, point in enumerate(points, start=1)
    ]
    digest = hashlib.sha256(b"".join(feature.boundary for feature in features)).hexdigest()
    return PolygonFile(LABEL_POINTS.name, digest, "name", features)


def _describe_headquarters() -> None:
    headquarters = get_headquarters()
    headquarters.about, headquarters.phone = HEADQUARTERS
    headquarters.save(update_fields=["about", "phone"])


def _keep(path: Path, earlier: dict[str, SignIn], sign_ins: list[SignIn]) -> None:
    if [earlier.get(sign_in.email) for sign_in in sign_ins] != sign_ins:
        write_sign_ins(path, sign_ins)
