"""Whom does a neighbor keep away, and who keeps the room?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from accounts.models import User
from community.identity import speaking_as
from community.models import Block, Comment, Lead, Mute, NeighborPost
from community.rules import PAGE_SIZE, KeptAway, LeadState
from community.selectors.cards import resident_name
from neighborhoods.selectors import find_residency


@dataclass(frozen=True, slots=True)
class PersonKeptAway:
    """Somebody whom the person has muted or blocked."""

    person_id: int
    name: str
    how: KeptAway
    since: datetime


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead of a neighborhood, or somebody who offered to be one."""

    id: int
    person_id: int
    name: str
    place: str
    state: LeadState
    offered_at: datetime
    is_own: bool


_LEADS = """
    SELECT lead.id, lead.person_id, person.full_name, person.shows_last_name, place.name, lead.state, lead.offered_at
    FROM community_lead AS lead
    JOIN accounts_user AS person ON person.id = lead.person_id
    JOIN neighborhoods_neighborhood AS place ON place.id = lead.neighborhood_id
    JOIN neighborhoods_residency AS residency
      ON residency.person_id = lead.person_id AND residency.neighborhood_id = lead.neighborhood_id
     AND residency.standing = 'verified' AND residency.verified_at <= lead.offered_at
    WHERE person.is_active AND lead.state = %(state)s AND lead.id > %(after)s AND {which}
    ORDER BY lead.id
    LIMIT %(size)s
"""


def people_kept_away(
    person_id: int, before: tuple[datetime, int] | None = None, size: int = PAGE_SIZE
) -> list[PersonKeptAway]:
    """Whom the person has muted or blocked, the latest first. Two queries.

    Args:
        before: Since when, and who, was the last of the page before.
    """
    mutes = Mute.objects.filter(person_id=person_id).select_related("muted")
    blocks = Block.objects.filter(person_id=person_id).select_related("blocked")
    if before is not None:
        at, other_id = before
        mutes = mutes.filter(Q(created_at__lt=at) | Q(created_at=at, muted_id__lt=other_id))
        blocks = blocks.filter(Q(created_at__lt=at) | Q(created_at=at, blocked_id__lt=other_id))
    with speaking_as(person_id):
        mutes = mutes.order_by("-created_at", "-muted_id")[:size]
        blocks = blocks.order_by("-created_at", "-blocked_id")[:size]
        kept = [PersonKeptAway(m.muted_id, m.muted.public_name, KeptAway.MUTED, m.created_at) for m in mutes]
        kept += [PersonKeptAway(b.blocked_id, b.blocked.public_name, KeptAway.BLOCKED, b.created_at) for b in blocks]
    return sorted(kept, key=lambda one: (one.since, one.person_id), reverse=True)[:size]


def name_of_writer(person_id: int, post_id: int, other_id: int) -> str:
    """What somebody else is called of whom the person can read something under one post. Four queries at most.

    Raises:
        User.DoesNotExist: Nobody else with that number wrote there, or it is behind the wall for this person.
    """
    with speaking_as(person_id):
        wrote = (
            NeighborPost.objects.filter(pk=post_id, author_id=other_id).exists()
            or Comment.objects.filter(post_id=post_id, author_id=other_id).exists()
        )
    if not wrote or person_id == other_id:
        raise User.DoesNotExist
    return User.objects.get(pk=other_id).public_name


def leads_of(person_id: int, neighborhood_id: int) -> list[LeadView]:
    """The leads of a neighborhood who live there now, the longest-serving first. One query."""
    return _leads(person_id, LeadState.ACTIVE, "lead.neighborhood_id = %(place)s", place=neighborhood_id)


def leads_everywhere(person_id: int, after: int | None = None, size: int = PAGE_SIZE) -> list[LeadView]:
    """Who leads anywhere, by keyset on the id, for the moderator; for everybody else nobody. One query."""
    return _leads(person_id, LeadState.ACTIVE, "(SELECT community_is_moderator())", after=after or 0, size=size)


def get_lead_anywhere(person_id: int, lead_id: int) -> LeadView:
    """A lead of any place, for the moderator. One query.

    Raises:
        Lead.DoesNotExist: Nobody who leads now, or not for this person to know.
    """
    which = "lead.id = %(lead)s AND (SELECT community_is_moderator())"
    for lead in _leads(person_id, LeadState.ACTIVE, which, lead=lead_id):
        return lead
    raise Lead.DoesNotExist


def volunteers(person_id: int, after: int | None = None, size: int = PAGE_SIZE) -> list[LeadView]:
    """Who waits to be named by this person, the longest first, by keyset on the id. One query.

    For a lead they are those of the own neighborhood, for the moderator all.
    """
    return _leads(
        person_id,
        LeadState.OFFERED,
        """(
            (SELECT community_is_moderator())
            OR (SELECT community_person()) IN (SELECT community_leads_of(lead.neighborhood_id))
        )""",
        after=after or 0,
        size=size,
    )


def own_lead(person_id: int) -> LeadView | None:
    """The person's own term or offer where they live now, or None. Two queries."""
    residency = find_residency(person_id)
    if residency is None or residency.neighborhood is None or not residency.is_verified:
        return None
    with speaking_as(person_id):
        lead = (
            Lead.objects.filter(
                person_id=person_id, neighborhood=residency.neighborhood, offered_at__gte=residency.verified_at
            )
            .exclude(state=LeadState.ENDED)
            .select_related("person")
            .first()
        )
    if lead is None:
        return None
    return LeadView(
        id=lead.pk,
        person_id=person_id,
        name=lead.person.public_name,
        place=residency.neighborhood.name,
        state=LeadState(lead.state),
        offered_at=lead.offered_at,
        is_own=True,
    )


def is_lead(person_id: int) -> bool:
    """Whether the person keeps the room of the neighborhood where they live now. Two queries."""
    own = own_lead(person_id)
    return own is not None and own.state == LeadState.ACTIVE


def reads_somebody(person_id: int, other_id: int) -> bool:
    """Whether the person can see a post or a comment of somebody else. Two queries at most."""
    with speaking_as(person_id):
        by_other = Q(author_id=other_id)
        return NeighborPost.objects.filter(by_other).exists() or Comment.objects.filter(by_other).exists()


def who_names_leads(neighborhood_id: int) -> list[User]:
    """The leads of a neighborhood; the community moderators where nobody leads. Two queries.

    The caller is inside `speaking_as`: who leads is not known to everybody.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_leads_of(%s)", [neighborhood_id])
        ids = [person_id for (person_id,) in cursor.fetchall()]
        if not ids:
            cursor.execute("SELECT community_moderators()")
            ids = [person_id for (person_id,) in cursor.fetchall()]
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def _leads(
    person_id: int, state: LeadState, which: str, *, after: int = 0, size: int | None = None, **values: int
) -> list[LeadView]:
    """Without a size all of them."""
    with speaking_as(person_id), connection.cursor() as cursor:
        cursor.execute(_LEADS.format(which=which), {"state": state.value, "after": after, "size": size, **values})
        return [
            LeadView(
                id=lead_id,
                person_id=lead_person_id,
                name=resident_name(full_name, shows_last_name),
                place=place,
                state=LeadState(lead_state),
                offered_at=offered_at,
                is_own=lead_person_id == person_id,
            )
            for lead_id, lead_person_id, full_name, shows_last_name, place, lead_state, offered_at in cursor.fetchall()
        ]
