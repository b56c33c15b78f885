"""What is kept about one person's homes, for that person's own eyes?"""

from accounts.models import User
from neighborhoods.models import Letter, Residency, Vouch, VouchLink, WaitingForArea


def all_own_residencies(person: User) -> list[Residency]:
    """Every home a person ever gave, newest first, with neighborhood and sealed home. One query."""
    return list(
        Residency.objects.filter(person=person).select_related("neighborhood", "home").order_by("-claimed_at", "-pk")
    )


def all_own_letters(person: User) -> list[Letter]:
    """Newest first. One query."""
    return list(Letter.objects.filter(residency__person=person).order_by("-asked_at", "-pk"))


def all_own_vouches(person: User) -> tuple[list[Vouch], list[Vouch]]:
    """(received, given), newest first, with who gave or got them. Two queries."""
    received = Vouch.objects.filter(residency__person=person).select_related("voucher")
    given = Vouch.objects.filter(voucher=person).select_related("residency__person")
    return list(received.order_by("-given_at", "-pk")), list(given.order_by("-given_at", "-pk"))


def all_own_vouch_links(person: User) -> list[VouchLink]:
    """Newest first. One query."""
    return list(VouchLink.objects.filter(made_by=person).order_by("-made_at", "-pk"))


def find_waiting(person: User) -> WaitingForArea | None:
    """Whether the person waits to be told of a neighborhood at their home. One query."""
    return WaitingForArea.objects.filter(person=person).first()
