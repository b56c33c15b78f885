"""Who is in the demo city so far, where do they live, and what have they written?"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from neighborhoods.models import Residency
from pages.demo.addresses import Door
from pages.demo.people import CAST, DOMAIN
from pages.demo.stories import Clock
from posts.models import Post

_KEYS = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)
_CAST_KEYS = frozenset(person.key for person in CAST)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment; events of one moment happen in the order in which they were planned."""

    at: datetime
    happen: Callable[[datetime], object]


@dataclass
class City:
    """The demo city at some moment of its short history.

    Attributes:
        places: Ids of the neighborhoods by name.
        doors: Their addresses, by the neighborhood's name.
        commands: Every command by slug.
        clock: Knows what time it is now; everything happened before.
        users: Everybody's account, by key.
        homes: Current residencies as they stood when something last happened to them, by the person's key.
        posts: Of police, by title.
    """

    places: Mapping[str, int]
    doors: Mapping[str, list[Door]]
    commands: Mapping[str, PoliceCommand]
    clock: Clock
    users: dict[str, User] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    homes: dict[str, Residency] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def crowd_in(self, neighborhood_ids: Collection[int], *, verified_only: bool) -> list[Residency]:
        """Homes there by now of people who have no part of their own in the stories."""
        return [
            home
            for key, home in self.homes.items()
            if key not in _CAST_KEYS
            and home.neighborhood_id in neighborhood_ids
            and (home.is_verified or not verified_only)
        ]

    def someone_in(self, neighborhood_ids: Collection[int], random: Random, *, verified_only: bool) -> Residency | None:
        """The home of anybody of the crowd who lives there by now, if anybody does."""
        there = self.crowd_in(neighborhood_ids, verified_only=verified_only)
        return random.choice(there) if there else None


def key(name: str) -> uuid.UUID:
    """The same submission key for the same thing, whenever the demo is built."""
    return uuid.uuid5(_KEYS, name)
