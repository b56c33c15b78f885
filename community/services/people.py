"""How does a neighbor keep somebody away, and how does one come to keep the room?"""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from community.identity import speaking_as
from community.models import Block, Lead, Mute
from community.rules import LeadState
from community.selectors.care import waiting_for
from community.selectors.people import reads_somebody, who_names_leads
from community.services.mails import tell, tell_keepers
from core.errors import DomainError, NotAllowed
from neighborhoods.models import Residency


class CannotKeepAway(DomainError):
    """Nothing changed; the text says why."""


class CannotLead(DomainError):
    """Nothing changed; the text says why and what to do."""


def mute(*, person_id: int, other_id: int, at: datetime) -> None:
    """No longer read somebody, who is not told; a second time changes nothing.

    Raises:
        CannotKeepAway: Oneself, or nobody of whom the person can read anything.
    """
    with speaking_as(person_id):
        _check_other(person_id, other_id)
        Mute.objects.bulk_create([Mute(person_id=person_id, muted_id=other_id, created_at=at)], ignore_conflicts=True)


def unmute(*, person_id: int, other_id: int, at: datetime) -> None:
    """Read somebody again."""
    with speaking_as(person_id):
        Mute.objects.filter(person_id=person_id, muted_id=other_id).delete()


def block(*, person_id: int, other_id: int, at: datetime) -> None:
    """Neither read somebody nor be read by them; a second time changes nothing.

    Raises:
        CannotKeepAway: Oneself, or nobody of whom the person can read anything.
    """
    with speaking_as(person_id):
        # What is blocked already can no longer be read.
        if Block.objects.filter(person_id=person_id, blocked_id=other_id).exists():
            return
        _check_other(person_id, other_id)
        Block.objects.bulk_create(
            [Block(person_id=person_id, blocked_id=other_id, created_at=at)], ignore_conflicts=True
        )


def unblock(*, person_id: int, other_id: int, at: datetime) -> None:
    """Let each read the other again, unless the other has blocked too."""
    with speaking_as(person_id):
        Block.objects.filter(person_id=person_id, blocked_id=other_id).delete()


def offer_to_lead(*, residency: Residency, at: datetime) -> int:
    """Offer to keep the room of one's own neighborhood; whoever may name leads is told.

    Returns:
        The offer's id.

    Raises:
        CannotLead: Not verified, or a lead or waiting to be one already.
    """
    if not residency.is_verified or residency.neighborhood_id is None or residency.verified_at is None:
        raise CannotLead("You can offer to lead once it is confirmed that you live here.")
    with speaking_as(residency.person_id):
        # A term from before a move stands for nothing any more.
        own = Lead.objects.filter(person_id=residency.person_id, neighborhood_id=residency.neighborhood_id)
        own.filter(offered_at__lt=residency.verified_at).exclude(state=LeadState.ENDED).update(
            state=LeadState.ENDED, ended_at=at
        )
        try:
            with transaction.atomic():
                lead = Lead.objects.create(
                    person_id=residency.person_id, neighborhood_id=residency.neighborhood_id, offered_at=at
                )
        except IntegrityError as error:
            raise CannotLead("You have offered already, or lead here now.") from error
        tell_keepers(who_names_leads(residency.neighborhood_id), "room_lead_offered")
    return lead.pk


def withdraw_offer(*, person_id: int, at: datetime) -> None:
    """Take one's offers back; without one nothing changes."""
    with speaking_as(person_id):
        Lead.objects.filter(person_id=person_id, state=LeadState.OFFERED).update(state=LeadState.ENDED, ended_at=at)


def step_down(*, person_id: int, at: datetime) -> None:
    """Stop leading; who does not lead stays as they are."""
    with speaking_as(person_id):
        Lead.objects.filter(person_id=person_id, state=LeadState.ACTIVE).update(state=LeadState.ENDED, ended_at=at)


def name_lead(*, lead_id: int, by: User, at: datetime) -> None:
    """Make a neighbor who offered a lead: the first of a place by the moderator, later ones by its leads too.

    Raises:
        Lead.DoesNotExist: Not there, or not for this person to know.
        CannotLead: No longer on offer.
        NotAllowed: Not this person's to name.
    """
    with speaking_as(by.pk):
        lead = Lead.objects.select_related("person").get(pk=lead_id)
        if lead.state != LeadState.OFFERED:
            raise CannotLead("This neighbor no longer waits to be named.")
        if lead.person_id == by.pk:
            raise NotAllowed("Somebody else names you.")
        _change(lead, state=LeadState.ACTIVE, named_by_id=by.pk, named_at=at)
        tell(lead.person, "room_lead_named", "community:lead", waiting=waiting_for(lead.person_id))


def end_lead(*, lead_id: int, by: User, at: datetime) -> None:
    """End somebody's term as a lead, or decline the offer: the moderator, and leads of the same place.

    Raises:
        Lead.DoesNotExist: Not there, or not for this person to know.
        CannotLead: Ended already.
        NotAllowed: Not this person's to end.
    """
    with speaking_as(by.pk):
        lead = Lead.objects.select_related("person").get(pk=lead_id)
        if lead.state == LeadState.ENDED:
            raise CannotLead("This neighbor is no longer a lead.")
        was_active = lead.state == LeadState.ACTIVE
        _change(lead, state=LeadState.ENDED, ended_at=at)
        if was_active and lead.person_id != by.pk:
            tell(lead.person, "room_lead_ended", "community:lead")


def _change(lead: Lead, **fields: object) -> None:
    """Change a lead's row if the wall lets this person do so, and if nobody has in the meantime."""
    if not Lead.objects.filter(pk=lead.pk, state=lead.state).update(**fields):
        raise NotAllowed("Only leads of this neighborhood and the community moderator decide who leads here.")


def _check_other(person_id: int, other_id: int) -> None:
    if person_id == other_id:
        raise CannotKeepAway("This is you.")
    if not reads_somebody(person_id, other_id):
        raise CannotKeepAway("You cannot see anything this neighbor wrote, so there is nothing to hide.")
