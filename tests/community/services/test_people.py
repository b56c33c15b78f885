"""Who is kept away by whom, and who comes to keep the room?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from accounts.models import User
from community.models import Lead
from community.rules import KeptAway, LeadState
from community.selectors.people import is_lead, leads_of, own_lead, people_kept_away, volunteers
from community.selectors.room import get_post, room_page
from community.services import (
    CannotKeepAway,
    CannotLead,
    block,
    end_lead,
    mute,
    name_lead,
    offer_to_lead,
    step_down,
    unblock,
    unmute,
    withdraw_offer,
)
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from tests.community.factories import answer, home_of, make_lead, say

LATER = timedelta(days=1)


def test_who_is_muted_is_left_out_but_reads_on(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now)
    rosas = say(rosa, now, title="By Rosa")
    answer(rosa, post_id, now)
    mute(person_id=resident.pk, other_id=rosa.pk, at=now)
    mute(person_id=resident.pk, other_id=rosa.pk, at=now)
    assert [(card.id, card.comment_count) for card in room_page(resident.pk)] == [(post_id, 0)]
    assert get_post(resident.pk, post_id).comments == []
    assert [card.id for card in room_page(rosa.pk)] == [rosas, post_id]
    assert [(one.person_id, one.name, one.how) for one in people_kept_away(resident.pk)] == [
        (rosa.pk, "Rosa B.", KeptAway.MUTED)
    ]
    unmute(person_id=resident.pk, other_id=rosa.pk, at=now)
    assert [card.id for card in room_page(resident.pk)] == [rosas, post_id]


def test_a_block_keeps_both_apart_until_it_is_undone(resident: User, rosa: User, now: datetime) -> None:
    own, rosas = say(resident, now), say(rosa, now)
    block(person_id=resident.pk, other_id=rosa.pk, at=now)
    block(person_id=resident.pk, other_id=rosa.pk, at=now)
    assert [card.id for card in room_page(resident.pk)] == [own]
    assert [card.id for card in room_page(rosa.pk)] == [rosas]
    assert [one.how for one in people_kept_away(resident.pk)] == [KeptAway.BLOCKED]
    assert people_kept_away(rosa.pk) == []
    # Only whoever blocked can undo it.
    unblock(person_id=rosa.pk, other_id=resident.pk, at=now)
    assert len(room_page(resident.pk)) == 1
    unblock(person_id=resident.pk, other_id=rosa.pk, at=now)
    assert len(room_page(resident.pk)) == 2


@pytest.mark.parametrize("keep_away", [mute, block])
def test_only_somebody_of_whom_one_reads_something_is_kept_away(
    keep_away: Callable[..., None], resident: User, rosa: User, faraway: User, officer: User, now: datetime
) -> None:
    """Otherwise accounts could be tried out by number."""
    say(faraway, now)
    for other in (rosa, faraway, officer):
        with pytest.raises(CannotKeepAway, match="cannot see anything"):
            keep_away(person_id=resident.pk, other_id=other.pk, at=now)
    with pytest.raises(CannotKeepAway, match="This is you"):
        keep_away(person_id=resident.pk, other_id=resident.pk, at=now)


def test_a_first_lead_is_named_by_the_moderator_and_told(
    oak: Neighborhood,
    resident: User,
    rosa: User,
    moderator: User,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    mailoutbox.clear()
    lead_id = offer_to_lead(residency=home_of(resident), at=now)
    assert [(mail.to, "/moderation/" in mail.body) for mail in mailoutbox] == [([moderator.email], True)]
    assert [one.id for one in volunteers(moderator.pk)] == [lead_id]
    assert not is_lead(resident.pk)
    with pytest.raises(NotAllowed, match="Only leads of this neighborhood"):
        name_lead(lead_id=lead_id, by=rosa, at=now)
    mailoutbox.clear()
    name_lead(lead_id=lead_id, by=moderator, at=now)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([resident.email], "You are now a lead of your neighborhood")
    ]
    assert is_lead(resident.pk)
    assert [one.name for one in leads_of(rosa.pk, oak.pk)] == ["Maria L."]
    assert volunteers(moderator.pk) == []


def test_a_lead_hears_of_offers_and_names_the_next(
    resident: User,
    rosa: User,
    neighbor: User,
    moderator: User,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    make_lead(resident, moderator, now)
    mailoutbox.clear()
    rosas = offer_to_lead(residency=home_of(rosa), at=now)
    assert [(mail.to, "/neighbors/lead/" in mail.body) for mail in mailoutbox] == [([resident.email], True)]
    elms = offer_to_lead(residency=home_of(neighbor), at=now)
    assert [one.id for one in volunteers(resident.pk)] == [rosas]
    assert {one.id for one in volunteers(moderator.pk)} == {rosas, elms}
    assert volunteers(rosa.pk) == []
    with pytest.raises(NotAllowed):
        name_lead(lead_id=elms, by=resident, at=now)
    with pytest.raises(NotAllowed, match="Somebody else names you"):
        name_lead(lead_id=rosas, by=rosa, at=now)
    name_lead(lead_id=rosas, by=resident, at=now)
    with pytest.raises(CannotLead, match="no longer waits"):
        name_lead(lead_id=rosas, by=resident, at=now)


def test_police_and_strangers_do_not_learn_who_offers(
    resident: User, officer: User, newcomer: User, moderator: User, now: datetime
) -> None:
    lead_id = offer_to_lead(residency=home_of(resident), at=now)
    for person in (officer, newcomer):
        assert volunteers(person.pk) == []
        with pytest.raises(Lead.DoesNotExist):
            name_lead(lead_id=lead_id, by=person, at=now)


def test_an_offer_is_made_once_and_by_verified_residents(resident: User, newcomer: User, now: datetime) -> None:
    offer_to_lead(residency=home_of(resident), at=now)
    with pytest.raises(CannotLead, match="You have offered already"):
        offer_to_lead(residency=home_of(resident), at=now)
    with pytest.raises(CannotLead, match="once it is confirmed"):
        offer_to_lead(residency=home_of(newcomer), at=now)


def test_an_offer_and_a_term_end_by_oneself(resident: User, moderator: User, now: datetime) -> None:
    offer_to_lead(residency=home_of(resident), at=now)
    withdraw_offer(person_id=resident.pk, at=now)
    assert own_lead(resident.pk) is None
    make_lead(resident, moderator, now)
    withdraw_offer(person_id=resident.pk, at=now)
    assert is_lead(resident.pk)
    step_down(person_id=resident.pk, at=now)
    assert own_lead(resident.pk) is None
    assert volunteers(moderator.pk) == []


def test_a_term_is_ended_by_the_moderator_and_by_leads_of_the_place_alone(
    resident: User,
    rosa: User,
    jun: User,
    neighbor: User,
    moderator: User,
    officer: User,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    lead_id = make_lead(resident, moderator, now)
    for person in (jun, neighbor):
        with pytest.raises(NotAllowed):
            end_lead(lead_id=lead_id, by=person, at=now)
    with pytest.raises(Lead.DoesNotExist):
        end_lead(lead_id=lead_id, by=officer, at=now)
    make_lead(rosa, moderator, now)
    mailoutbox.clear()
    end_lead(lead_id=lead_id, by=rosa, at=now)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([resident.email], "You are no longer a lead")]
    assert not is_lead(resident.pk)
    with pytest.raises(CannotLead, match="no longer a lead"):
        end_lead(lead_id=lead_id, by=moderator, at=now)


def test_who_comes_back_offers_anew(
    oak: Neighborhood, pine: Neighborhood, resident: User, moderator: User, now: datetime
) -> None:
    make_lead(resident, moderator, now)
    residency = home_of(resident)
    residency.neighborhood = pine
    residency.save(update_fields=["neighborhood"])
    assert own_lead(resident.pk) is None
    residency.neighborhood, residency.verified_at = oak, now + LATER
    residency.save(update_fields=["neighborhood", "verified_at"])
    assert own_lead(resident.pk) is None
    offer_to_lead(residency=residency, at=now + 2 * LATER)
    own = own_lead(resident.pk)
    assert own is not None
    assert own.state == LeadState.OFFERED
