"""How is a legal hold placed and lifted?"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import LegalHold, RecordExport, User
from core.errors import DomainError, NotAllowed
from core.locks import place_hold_alone

PLACE_HOLDS = "accounts.place_legal_hold"


class LiftedBefore(DomainError):
    """Somebody else was first."""

    def __init__(self) -> None:
        super().__init__("This hold was lifted before. The list now shows which are in force.")


@transaction.atomic
def place_hold(*, person_id: int | None, post_id: int | None, reason: str, by: User, at: datetime) -> LegalHold:
    """Keep everything of one person or one post from being deleted; of neither means everything there is.

    It waits until what is being deleted at this moment is done; from then on nothing goes that it covers.

    Args:
        post_id: Of a post that exists: whoever calls has looked.

    Raises:
        NotAllowed: `by` may not place holds.
    """
    _check_may_hold(by)
    place_hold_alone()
    return LegalHold.objects.create(person_id=person_id, post_id=post_id, reason=reason, placed_by=by, placed_at=at)


@transaction.atomic
def lift_hold(*, hold_id: int, by: User, at: datetime) -> LegalHold:
    """End a hold. What only it kept is deleted by the daily work, as its age and its owner's wish say.

    Raises:
        LegalHold.DoesNotExist: There is none with this number.
        LiftedBefore: It has ended already.
        NotAllowed: `by` may not lift holds.
    """
    _check_may_hold(by)
    hold = LegalHold.objects.select_for_update().get(pk=hold_id)
    if hold.lifted_at is not None:
        raise LiftedBefore
    hold.lifted_by, hold.lifted_at = by, at
    hold.save(update_fields=["lifted_by", "lifted_at"])
    return hold


@transaction.atomic
def record_export(*, by: User | None, first_day: date, last_day: date, at: datetime) -> RecordExport:
    """Note for the audit trail that somebody takes a copy of the record along."""
    return RecordExport.objects.create(by=by, first_day=first_day, last_day=last_day, at=at)


def _check_may_hold(person: User) -> None:
    if not person.has_perm(PLACE_HOLDS):
        raise NotAllowed("Only records clerks place and lift legal holds.")
