"""How does a letter with a code show that somebody lives where they say?

Asked for by the resident, printed by a verifier together with the day's others, confirmed by giving its code. The code
exists only on paper: it is made while the file is written, and a file that got lost is printed again with new ones.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.mails import send_mail_to
from accounts.models import User
from core.errors import DomainError, NotAllowed
from neighborhoods.codes import hash_of_letter_code, is_letter_code, make_letter_code
from neighborhoods.letters_pdf import Sheet, draw_letters
from neighborhoods.models import Letter, LookUp, Residency
from neighborhoods.rules import (
    LETTER_DAYS,
    LETTER_TRIES,
    LETTERS_A_PRINT,
    HowVerified,
    LetterState,
    LookUpReason,
)
from neighborhoods.sealing import CannotUnseal, unseal
from neighborhoods.selectors.proofs import letter_standing, letters_of_batch, letters_to_print
from neighborhoods.services.residencies import NoResidency, lock_current_residency, verify_residency


class CannotAskForLetter(DomainError):
    """No letter can be sent, or not yet; the text says why and what helps."""


class WrongCode(DomainError):
    """The code does not confirm the home; the text says why and what helps."""


class CannotPrint(DomainError):
    """There is no letter to print; the text says why."""


_NONE_WAITS = "No letter waits to be printed now. A colleague may have printed them meanwhile."
_UNREADABLE = (
    "The homes of these letters cannot be read with this installation’s keys. "
    "Nothing was printed and nothing is lost: tell who runs the server to look at HOME_KEYS."
)


@transaction.atomic
def ask_for_letter(*, person: User, at: datetime) -> Letter:
    """Ask for a letter with a code to the person's home; an earlier one that did not come works no more.

    Raises:
        NoResidency: There is no home to write to.
        CannotAskForLetter: It is confirmed, its address is secret or cannot be printed, or a letter is on its way.
    """
    residency = lock_current_residency(person)
    if residency is None:
        raise NoResidency
    if residency.is_verified:
        raise CannotAskForLetter("Your home is confirmed already. You need no letter.")
    why_not = letter_standing(residency, at).why_not
    if why_not:
        raise CannotAskForLetter(why_not)
    Letter.objects.filter(residency=residency, state=LetterState.PRINTED).update(state=LetterState.VOID)
    return Letter.objects.create(residency=residency, asked_at=at)


@transaction.atomic
def print_letters(*, by: User, at: datetime) -> bytes:
    """Make the codes of the letters that wait, longest waiting first, and write them all into one file.

    The file and what is kept of its codes come into being together: whoever has no file has printed nothing.

    Args:
        at: Names the batch; no letter of another batch was printed at the same moment.

    Returns:
        A PDF of at most `LETTERS_A_PRINT` pages.

    Raises:
        NotAllowed: `by` is no verifier.
        CannotPrint: Nobody waits for a letter.
    """
    _check_verifier(by)
    # Two verifiers who press the button together share the letters: the second waits, and finds none left.
    return _print(letters_to_print(), by, at)


@transaction.atomic
def print_letters_again(*, printed_at: datetime, by: User, at: datetime) -> bytes:
    """Print a batch anew because its file got lost. Its codes work no more; letters used meanwhile are left out.

    Args:
        printed_at: Names the batch.

    Raises:
        NotAllowed: `by` is no verifier.
        CannotPrint: No letter of the batch is still waiting for its code.
    """
    _check_verifier(by)
    return _print(letters_of_batch(printed_at), by, at)


def give_code(*, person: User, code: str, at: datetime) -> Residency:
    """Confirm the person's home with the code from their letter. A wrong one is counted, and the last one locks it.

    Args:
        code: As `codes.read_letter_code` has read it.

    Raises:
        NoResidency: There is no home to confirm.
        WrongCode: It does not match, came too late, or there is no letter it could belong to.
    """
    # The count of wrong tries has to stay although the code is refused, so the refusal is raised after the commit.
    with transaction.atomic():
        residency, refusal = _try_code(person, code, at)
    if refusal:
        raise WrongCode(refusal)
    return residency


def _try_code(person: User, code: str, at: datetime) -> tuple[Residency, str]:
    """(the residency, why not or an empty text)."""
    residency = lock_current_residency(person)
    if residency is None:
        raise NoResidency
    if residency.is_verified:
        return residency, "Your home is confirmed already. You need no code."
    letter = Letter.objects.select_for_update().filter(residency=residency).order_by("-asked_at", "-pk").first()
    if letter is None:
        return residency, "You have not asked for a letter for this home. Ask for one, or choose another way."
    if letter.state == LetterState.LOCKED:
        return residency, LOCKED
    if letter.state != LetterState.PRINTED or letter.expires_at is None or letter.printed_at is None:
        return residency, (
            "Your newest letter has not been printed yet, and an older code works no more. "
            "Wait for the letter, then give its code."
        )
    if letter.expires_at <= at:
        return residency, expired(letter.expires_at)
    if is_letter_code(letter.pk, code, letter.code_hash):
        letter.state, letter.used_at = LetterState.USED, at
        letter.save(update_fields=["state", "used_at"])
        return verify_residency(residency_id=residency.pk, how=HowVerified.LETTER, by=None, at=at), ""
    if _is_of_an_earlier_letter(residency, code):
        return residency, (
            f"That code is from an earlier letter. Use the one printed on {_day(letter.printed_at)}: "
            f"it says that its code works until {_day(letter.expires_at)}."
        )
    return residency, _count_wrong_try(letter, person)


def _is_of_an_earlier_letter(residency: Residency, code: str) -> bool:
    return any(
        is_letter_code(letter.pk, code, code_hash)
        for letter in Letter.objects.filter(residency=residency)
        for code_hash in (*letter.earlier_hashes, letter.code_hash)
    )


LOCKED = f"This code is locked after {LETTER_TRIES} wrong tries. We can mail a new one today: send another letter."


def expired(expires_at: datetime) -> str:
    """What is said of a code that came too late."""
    return (
        f"This code ended on {_day(expires_at)}, after {LETTER_DAYS} days. We can mail a new one: send another letter."
    )


def _day(at: datetime) -> str:
    return format_date(timezone.localtime(at), "F j")


def _count_wrong_try(letter: Letter, person: User) -> str:
    letter.wrong_tries += 1
    left = LETTER_TRIES - letter.wrong_tries
    if left <= 0:
        letter.state = LetterState.LOCKED
        send_mail_to(person, template="letter_locked")
    letter.save(update_fields=["wrong_tries", "state"])
    if left <= 0:
        return LOCKED
    return f"That code does not match. You have {left} {'try' if left == 1 else 'tries'} left."


def _print(wanted: QuerySet[Letter], by: User, at: datetime) -> bytes:
    wanted = wanted.select_related("residency__person", "residency__home").select_for_update(of=("self",))
    letters = list(wanted[:LETTERS_A_PRINT])
    sheets: list[Sheet] = []
    printed: list[Letter] = []
    for letter in letters:
        try:
            address = unseal(bytes(letter.residency.home.sealed))
        except CannotUnseal:
            continue
        code = make_letter_code()
        letter.code_hash = hash_of_letter_code(letter.pk, code)
        sheets.append(Sheet(letter.residency.person.full_name, tuple(address.lines), code))
        printed.append(letter)
    if not printed:
        raise CannotPrint(_UNREADABLE if letters else _NONE_WAITS)
    expires_at = at + timedelta(days=LETTER_DAYS)
    _mark_printed(printed, by, at, expires_at)
    LookUp.objects.bulk_create(
        LookUp(by=by, residency_id=letter.residency_id, reason=LookUpReason.LETTER, at=at) for letter in printed
    )
    return draw_letters(
        sheets,
        city_name=settings.CITY_NAME,
        site_url=settings.SITE_URL,
        ends_on=timezone.localdate(expires_at),
    )


def _mark_printed(letters: Sequence[Letter], by: User, at: datetime, expires_at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE neighborhoods_letter AS letter
            SET state = 'printed', code_hash = made.code_hash, wrong_tries = 0,
                earlier_hashes = array_remove(letter.earlier_hashes || letter.code_hash, ''),
                printed_at = %s, printed_by_id = %s, expires_at = %s
            FROM unnest(%s::bigint[], %s::text[]) AS made (id, code_hash)
            WHERE made.id = letter.id
            """,
            [at, by.pk, expires_at, [letter.pk for letter in letters], [letter.code_hash for letter in letters]],
        )


def _check_verifier(by: User) -> None:
    if not by.has_perm("neighborhoods.verify_residency"):
        raise NotAllowed("Only the city’s verifiers print letters.")
