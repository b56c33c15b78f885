"""What does a verifier do about somebody who is there in person?"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import NotAllowed
from neighborhoods.models import LookUp, Residency
from neighborhoods.rules import HowVerified, LookUpReason
from neighborhoods.selectors.proofs import find_waiting_by_name
from neighborhoods.services.residencies import verify_residency


@transaction.atomic
def look_up_waiting(*, name: str, by: User, at: datetime) -> Sequence[Residency]:
    """People who wait to be confirmed, by their name; that `by` saw each of them is recorded.

    Raises:
        NotAllowed: `by` is no verifier.
    """
    if not by.has_perm("neighborhoods.verify_residency"):
        raise NotAllowed("Only the city’s verifiers look residents up.")
    found = find_waiting_by_name(name)
    LookUp.objects.bulk_create(
        LookUp(by=by, residency_id=residency.pk, reason=LookUpReason.SEARCH, at=at) for residency in found
    )
    return found


@transaction.atomic
def confirm_in_person(*, residency_id: int, by: User, at: datetime) -> Residency:
    """Verify somebody whose papers `by` has seen; of the papers nothing is kept.

    Raises:
        NotAllowed: `by` may not verify, or it is their own home.
        CannotVerify: The residency is not waiting for it.
        Residency.DoesNotExist: There is none with this id.
    """
    residency = verify_residency(residency_id=residency_id, how=HowVerified.IN_PERSON, by=by, at=at)
    LookUp.objects.create(by=by, residency_id=residency.pk, reason=LookUpReason.IN_PERSON, at=at)
    return residency
