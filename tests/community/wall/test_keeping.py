"""Who comes to keep the room, and who handles what? The database's own answer."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from community.identity import RefusedByWall, speaking_as
from community.models import (
    Lead,
    Report,
)
from community.rules import LeadState, ReportState
from neighborhoods.models import Neighborhood
from tests.community.conftest import Talk
from tests.community.factories import home_of, make_lead, report_post


def offer(person: User, now: datetime, **changes: Any) -> Lead:
    fields = {"person": person, "neighborhood": home_of(person).neighborhood, "offered_at": now}
    with speaking_as(person.pk):
        lead: Lead = Lead.objects.create(**(fields | changes))
    return lead


def test_nobody_makes_themselves_a_lead(resident: User, moderator: User, now: datetime) -> None:
    with pytest.raises(RefusedByWall):
        offer(resident, now, state=LeadState.ACTIVE, named_by=moderator, named_at=now)
    offer(resident, now)
    with pytest.raises(RefusedByWall), speaking_as(resident.pk):
        Lead.objects.update(state=LeadState.ACTIVE, named_by=moderator, named_at=now)


def test_nobody_offers_for_a_place_where_they_do_not_live(resident: User, elm: Neighborhood, now: datetime) -> None:
    with pytest.raises(RefusedByWall):
        offer(resident, now, neighborhood=elm)


def test_the_first_lead_is_named_by_the_moderator_alone(
    resident: User, rosa: User, officer: User, moderator: User, now: datetime
) -> None:
    lead = offer(resident, now)
    for person in (rosa, officer):
        with speaking_as(person.pk):
            changed = Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=person, named_at=now)
        assert changed == 0
    with speaking_as(moderator.pk):
        assert Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=moderator, named_at=now) == 1


def test_who_names_a_lead_signs_as_oneself(resident: User, rosa: User, moderator: User, now: datetime) -> None:
    lead = offer(resident, now)
    with pytest.raises(RefusedByWall), speaking_as(moderator.pk):
        Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=rosa, named_at=now)


def test_a_lead_names_for_the_own_place_only(talk: Talk, jun: User, rosa: User, neighbor: User, now: datetime) -> None:
    """Jun leads Oak."""
    near, far = offer(rosa, now), offer(neighbor, now)
    with speaking_as(jun.pk):
        assert Lead.objects.filter(pk=near.pk).update(state=LeadState.ACTIVE, named_by=jun, named_at=now) == 1
        assert Lead.objects.filter(pk=far.pk).update(state=LeadState.ACTIVE, named_by=jun, named_at=now) == 0


def test_a_term_that_ended_does_not_begin_again(resident: User, moderator: User, now: datetime) -> None:
    lead_id = make_lead(resident, moderator, now)
    with speaking_as(resident.pk):
        assert Lead.objects.update(state=LeadState.ENDED, ended_at=now) == 1
    with speaking_as(moderator.pk):
        changed = Lead.objects.filter(pk=lead_id).update(state=LeadState.ACTIVE, named_by=moderator, named_at=now)
    assert changed == 0


def test_only_who_handles_a_report_decides_it(
    talk: Talk, resident: User, rosa: User, jun: User, neighbor: User, moderator: User, officer: User, now: datetime
) -> None:
    report_id = report_post(rosa, talk.closed, now)

    def decide(person: User, signed: User) -> int:
        with speaking_as(person.pk):
            return Report.objects.filter(pk=report_id).update(state=ReportState.KEPT, decided_by=signed, decided_at=now)

    for person in (resident, rosa, neighbor, moderator, officer):
        assert decide(person, person) == 0
    with pytest.raises(RefusedByWall):
        decide(jun, rosa)
    assert decide(jun, jun) == 1


def handlers(place: Neighborhood, *involved: User, by: User) -> set[int]:
    with speaking_as(by.pk), connection.cursor() as cursor:
        cursor.execute("SELECT community_handlers(%s, %s::bigint[])", [place.pk, [person.pk for person in involved]])
        return {person_id for (person_id,) in cursor.fetchall()}


def test_a_report_goes_to_the_place_then_beside_it_then_to_the_moderator(
    side_by_side: None, oak: Neighborhood, resident: User, rosa: User, neighbor: User, moderator: User, now: datetime
) -> None:
    assert handlers(oak, by=resident) == {moderator.pk}
    make_lead(neighbor, moderator, now)
    assert handlers(oak, by=resident) == {neighbor.pk}
    make_lead(rosa, moderator, now)
    assert handlers(oak, by=resident) == {rosa.pk}
    assert handlers(oak, rosa, by=resident) == {neighbor.pk}
    assert handlers(oak, rosa, neighbor, by=resident) == {moderator.pk}


def test_a_lead_who_moved_away_handles_nothing_and_is_none_after_coming_back(
    oak: Neighborhood, pine: Neighborhood, resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    make_lead(rosa, moderator, now)
    assert handlers(oak, by=resident) == {rosa.pk}
    residency = home_of(rosa)
    residency.neighborhood = pine
    residency.save(update_fields=["neighborhood"])
    assert handlers(oak, by=resident) == {moderator.pk}
    # Back again, verified anew: the old term stays over.
    residency.neighborhood, residency.verified_at = oak, now.replace(year=now.year + 1)
    residency.save(update_fields=["neighborhood", "verified_at"])
    assert handlers(oak, by=resident) == {moderator.pk}


def test_a_lead_whose_account_was_closed_handles_nothing(
    oak: Neighborhood, resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    make_lead(rosa, moderator, now)
    rosa.is_active = False
    rosa.save()
    assert handlers(oak, by=resident) == {moderator.pk}
