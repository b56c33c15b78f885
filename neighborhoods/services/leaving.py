"""What becomes of a person's homes and proofs when the person leaves Porchlight?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from neighborhoods.models import Letter, Vouch, VouchLink, WaitingForArea
from neighborhoods.services.residencies import end_residency, lock_current_residency


@transaction.atomic
def forget_resident(*, person: User, at: datetime) -> None:
    """End the person's residency and delete what shows where they lived, who vouched for them, and for whom they did.

    The counts stay right; of ended residencies the neighborhood and the dates stay. A neighbor who was confirmed by
    this person's vouch stays confirmed.
    """
    if person.is_police_or_civic_staff:
        return
    residency = lock_current_residency(person)
    if residency is not None:
        end_residency(residency_id=residency.pk, at=at)
    Letter.objects.filter(residency__person=person).delete()
    Vouch.objects.filter(residency__person=person).delete()
    Vouch.objects.filter(voucher=person).delete()
    VouchLink.objects.filter(made_by=person).delete()
    WaitingForArea.objects.filter(person=person).delete()
