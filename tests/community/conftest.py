"""Who else takes part in the tests of the neighbors' room, and what has been said in it?"""

from dataclasses import dataclass
from datetime import datetime

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from commands.models import PoliceCommand
from community.models import (
    Appeal,
    Block,
    Comment,
    Lead,
    Mute,
    NeighborPost,
    Picture,
    Removal,
    RemovalCopy,
    Report,
    Thanks,
)
from community.rules import RoomRule
from community.services import appeal, block, mute, remove, thank
from neighborhoods.models import Neighborhood
from neighborhoods.services import end_residency
from tests.accounts.factories import EARLIER, make_resident_account, make_staff
from tests.community.factories import (
    answer,
    home_of,
    make_adjoining,
    make_lead,
    make_moderator,
    make_upload,
    report_post,
    say,
)
from tests.neighborhoods.factories import settle

# Every table with somebody's words or doings in it.
TABLES = (NeighborPost, Picture, Comment, Thanks, Mute, Block, Lead, Report, Removal, RemovalCopy, Appeal)


@pytest.fixture
def rosa(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak like the resident."""
    return settle(make_resident_account("Rosa Bloom"), oak, is_verified=True)


@pytest.fixture
def jun(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak like the resident and Rosa."""
    return settle(make_resident_account("Jun Park"), oak, is_verified=True)


@pytest.fixture
def moderator(db: None) -> User:
    """Civic staff: the community moderator."""
    return make_moderator()


@pytest.fixture
def verifier(db: None) -> User:
    return _civic("Vic Tester", "Verifiers")


@pytest.fixture
def oversight(db: None) -> User:
    return _civic("Ola Watcher", "Oversight readers")


@pytest.fixture
def site_admin(db: None) -> User:
    return _civic("Sia Admin", "Site admins")


@pytest.fixture
def closed_account(central: PoliceCommand, oak: Neighborhood) -> User:
    """Lives in Oak, verified, but the account was closed."""
    person = settle(make_resident_account("Clo Sed"), oak, is_verified=True)
    person.is_active = False
    person.save()
    return person


@pytest.fixture
def moved_away(central: PoliceCommand, oak: Neighborhood, pine: Neighborhood) -> User:
    """Was verified in Oak, lives in Pine now and has not shown it yet."""
    person = settle(make_resident_account("Moe Vedaway"), oak, is_verified=True)
    end_residency(residency_id=home_of(person).pk, at=EARLIER)
    return settle(person, pine, is_verified=False)


@pytest.fixture
def ended(central: PoliceCommand, oak: Neighborhood) -> User:
    """Was verified in Oak, lives nowhere now."""
    person = settle(make_resident_account("En Ded"), oak, is_verified=True)
    end_residency(residency_id=home_of(person).pk, at=EARLIER)
    return person


@pytest.fixture
def side_by_side(oak: Neighborhood, elm: Neighborhood) -> None:
    """Oak and Elm adjoin each other."""
    make_adjoining(oak, elm)


@dataclass(frozen=True)
class Talk:
    """What was said in Oak: ids of posts by the resident, and what was done about them."""

    closed: int
    opened: int
    removed: int
    rosas_comment: int
    neighbors_comment: int
    report: int
    removal: int
    lead: int


@pytest.fixture
def talk(
    side_by_side: None, resident: User, rosa: User, jun: User, neighbor: User, moderator: User, now: datetime
) -> Talk:
    """Every table of the room has rows: a post for Oak alone, one that is open to Elm, one that was removed."""
    closed = say(resident, now, picture=make_upload(), description="A ladder against a wall")
    opened = say(resident, now, title="A cat was found", text="It is gray.", is_open_to_adjoining=True)
    removed = say(resident, now, title="Whose car is this?", text="It has the plate 7ABC123.")
    rosas_comment = answer(rosa, closed, now)
    neighbors_comment = answer(neighbor, opened, now, "It may be ours.")
    thank(residency=home_of(rosa), post_id=closed, at=now)
    mute(person_id=rosa.pk, other_id=neighbor.pk, at=now)
    report = report_post(rosa, removed, now)
    removal = remove(report_id=report, by=moderator, rule=RoomRule.PRIVATE_DATA, at=now)
    appeal(person_id=resident.pk, removal_id=removal, text="It is my own.", at=now)
    lead = make_lead(jun, moderator, now)
    block(person_id=neighbor.pk, other_id=resident.pk, at=now)
    return Talk(closed, opened, removed, rosas_comment, neighbors_comment, report, removal, lead)


def _civic(name: str, group: str) -> User:
    person = make_staff(name, "")
    person.groups.add(Group.objects.get(name=group))
    return person
