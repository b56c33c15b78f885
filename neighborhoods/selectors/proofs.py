"""Which letters and vouches are there, who waits for them, and who was shown to live here?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date

from neighborhoods.codes import hash_of_link_token
from neighborhoods.letters_pdf import can_print
from neighborhoods.models import Home, Letter, Residency, Vouch, VouchLink
from neighborhoods.rules import HOW_VOUCHERS_WERE_VERIFIED, LETTERS_A_YEAR, LetterState, Standing, VouchLinkKind
from neighborhoods.sealing import CannotUnseal
from neighborhoods.selectors.residencies import open_home

YEAR = timedelta(days=365)
SEARCH_LETTERS = 3
SEARCH_HITS = 10


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that one verifier printed into one file.

    Attributes:
        printed_at: Names the batch: all its letters were printed at this moment.
        open_count: Letters whose code can still be given.
    """

    printed_at: datetime
    printed_by: str
    letter_count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class VerifiedNeighbor:
    """Who was shown to live here, as leads may know it.

    Attributes:
        vouchers: Their public names, in the order in which they vouched; empty unless neighbors vouched.
    """

    residency_id: int
    name: str
    how: str
    at: datetime
    vouchers: list[str]


@dataclass(frozen=True, slots=True)
class LetterStanding:
    """How far the way by letter has come.

    Attributes:
        address: The home's lines, for the resident alone; empty where no letter can be sent.
        letter: The one asked for last, or None.
        is_over: Its code can be given no more; nothing is on its way.
        why_not: Why no (other) letter may be asked for now, fit to show; empty where it may.
    """

    address: list[str]
    letter: Letter | None
    is_over: bool
    why_not: str

    @property
    def is_waiting(self) -> bool:
        """Whether it was asked for and not printed yet."""
        return self._is(LetterState.ASKED)

    @property
    def is_printed(self) -> bool:
        """Whether there is a code to give."""
        return self._is(LetterState.PRINTED) and not self.is_over

    @property
    def is_expired(self) -> bool:
        return self._is(LetterState.PRINTED) and self.is_over

    @property
    def is_locked(self) -> bool:
        return self._is(LetterState.LOCKED)

    def _is(self, state: LetterState) -> bool:
        return self.letter is not None and self.letter.state == state


def letter_standing(residency: Residency, at: datetime) -> LetterStanding:
    """What a resident reads about the letter, and whether another may be asked for. At most three queries.

    Args:
        residency: Claimed and current.
    """
    address = address_lines(residency.pk)
    letter = find_letter(residency.pk)
    is_over = letter is None or letter.is_over_at(at)
    return LetterStanding(address, letter, is_over, _why_no_letter(residency, address, letter, at))


def address_lines(residency_id: int) -> list[str]:
    """The address of a home as on an envelope, for the resident alone; empty where none is kept. One query."""
    try:
        home = open_home(residency_id)
    except CannotUnseal:
        return []
    return home.lines if home is not None and home.street else []


def is_home_kept(residency_id: int) -> bool:
    """Whether the resident wants the exact home kept after verification. One query."""
    return Home.objects.filter(pk=residency_id, is_kept=True).exists()


def find_letter(residency_id: int) -> Letter | None:
    """The letter asked for last, or None. One query."""
    return Letter.objects.filter(residency_id=residency_id).order_by("-asked_at", "-pk").first()


def letters_to_print() -> QuerySet[Letter]:
    """Letters that were asked for, longest waiting first."""
    return _letters_to_homes().filter(state=LetterState.ASKED)


def letters_of_batch(printed_at: datetime) -> QuerySet[Letter]:
    """Letters printed at one moment whose code can still be given."""
    return _letters_to_homes().filter(state=LetterState.PRINTED, printed_at=printed_at)


def _letters_to_homes() -> QuerySet[Letter]:
    """Letters that can still reach somebody who needs them, longest waiting first."""
    homes = Letter.objects.filter(residency__standing=Standing.CLAIMED, residency__home__isnull=False)
    return homes.order_by("asked_at", "pk")


def batches_printed_since(since: datetime, size: int) -> list[Batch]:
    """What was printed lately, newest first; a letter printed again counts in its newest batch alone. One query."""
    rows = (
        Letter.objects.filter(printed_at__gte=since)
        .order_by("-printed_at")
        .values_list("printed_at", "printed_by__full_name")
        .annotate(letter_count=Count("pk"), open_count=Count("pk", filter=Q(state=LetterState.PRINTED)))
    )
    return [Batch(at, name or "", letters, open_count) for at, name, letters, open_count in rows[:size]]


def vouches_for(residency_id: int) -> list[Vouch]:
    """The vouches that count for somebody, each with who gave it, oldest first. One query.

    A word counts while whoever gave it could give it today: not after a move, theirs or a boundary's, out of the
    neighborhood that the home lies in.
    """
    vouches = Vouch.objects.filter(
        residency_id=residency_id,
        voucher__residencies__standing=Standing.VERIFIED,
        voucher__residencies__verified_how__in=HOW_VOUCHERS_WERE_VERIFIED,
        voucher__residencies__neighborhood=F("residency__neighborhood"),
    )
    return list(vouches.select_related("voucher").order_by("given_at", "pk"))


def vouches_given_by(person_id: int) -> list[Vouch]:
    """The vouches somebody has given, each with whom for, newest first. One query."""
    vouches = Vouch.objects.filter(voucher_id=person_id).select_related("residency__person")
    return list(vouches.order_by("-given_at", "-pk"))


def open_links(person_id: int, kind: VouchLinkKind, at: datetime) -> QuerySet[VouchLink]:
    """Somebody's links of one kind that can still be used, newest first."""
    links = VouchLink.objects.filter(made_by_id=person_id, kind=kind, used_at=None, taken_back_at=None)
    return links.filter(expires_at__gt=at).order_by("-made_at", "-pk")


def count_vouches_promised(person_id: int, at: datetime) -> int:
    """What counts towards a year's vouches: those given in the last year and invitations still open. Two queries."""
    given = Vouch.objects.filter(voucher_id=person_id, given_at__gt=at - YEAR).count()
    return given + open_links(person_id, VouchLinkKind.INVITATION, at).count()


def find_vouch_link(token: str) -> VouchLink | None:
    """The link with this token and who made it, or None. One query."""
    return VouchLink.objects.select_related("made_by").filter(token_hash=hash_of_link_token(token)).first()


def find_waiting_by_name(text: str) -> list[Residency]:
    """People who wait to be confirmed and whose name holds what was typed; nobody before three letters. One query.

    At most `SEARCH_HITS`, so that nobody lists a neighborhood.
    """
    text = " ".join(text.replace("\0", "").split())
    if len(text) < SEARCH_LETTERS:
        return []
    waiting = Residency.objects.filter(standing=Standing.CLAIMED, neighborhood__isnull=False)
    hits = waiting.filter(person__full_name__icontains=text, person__is_active=True)
    return list(hits.select_related("person", "neighborhood").order_by("person__full_name", "pk")[:SEARCH_HITS])


def recently_verified(
    neighborhood_id: int, before: tuple[datetime, int] | None, size: int
) -> Sequence[VerifiedNeighbor]:
    """Who of a neighborhood was verified and how, newest first. Two queries.

    Args:
        before: (at, residency_id) of the last one seen; None begins with the newest.
    """
    residencies = Residency.objects.filter(neighborhood_id=neighborhood_id, standing=Standing.VERIFIED)
    if before is not None:
        at, residency_id = before
        residencies = residencies.filter(Q(verified_at__lt=at) | Q(verified_at=at, pk__lt=residency_id))
    shown = list(residencies.select_related("person").order_by("-verified_at", "-pk")[:size])
    vouchers: dict[int, list[str]] = {residency.pk: [] for residency in shown}
    vouches = Vouch.objects.filter(residency__in=vouchers).select_related("voucher").order_by("given_at", "pk")
    for vouch in vouches:
        vouchers[vouch.residency_id].append(vouch.voucher.public_name)
    return [
        VerifiedNeighbor(
            residency.pk,
            residency.person.public_name,
            residency.get_verified_how_display(),
            residency.verified_at,
            vouchers[residency.pk],
        )
        for residency in shown
        if residency.verified_at is not None
    ]


def _why_no_letter(residency: Residency, address: list[str], letter: Letter | None, at: datetime) -> str:
    if not address:
        return "We keep no address for you, so no letter can reach you. Choose another way."
    if not all(can_print(line) for line in address):
        return "Our printer knows only Latin letters. Give your address in them under “I have moved”, then ask again."
    if letter is not None and not letter.is_over_at(at):
        follows_at = letter.may_be_followed_at
        if follows_at is None:
            return "Your letter has not been printed yet. You need not ask again."
        if follows_at > at:
            day = format_date(timezone.localtime(follows_at), "F j")
            return f"Your letter may still come. If it has not by {day}, ask for another."
    # In whichever home: moving does not bring more letters.
    asked = Letter.objects.filter(residency__person_id=residency.person_id, asked_at__gt=at - YEAR).count()
    if asked >= LETTERS_A_YEAR:
        return f"You have asked for {LETTERS_A_YEAR} letters in 12 months, and we send no more. Choose another way."
    return ""
