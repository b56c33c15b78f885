"""Does a letter confirm a home, once, in time and for nobody else?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from core.errors import NotAllowed
from neighborhoods.models import Home, Letter, LookUp, Neighborhood, Residency
from neighborhoods.rules import LETTER_TRIES, LETTERS_A_PRINT, LetterState
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import find_residency
from neighborhoods.services import claim_secret_residency, move_residency
from neighborhoods.services.letters import (
    CannotAskForLetter,
    CannotPrint,
    WrongCode,
    ask_for_letter,
    give_code,
    print_letters,
    print_letters_again,
)
from neighborhoods.services.residencies import NoResidency
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import a_verifier, settle
from tests.neighborhoods.letters import HOME, codes_in, pages_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WRONG = "22222222"


@pytest.fixture
def verifier(db: None) -> User:
    return a_verifier()


@pytest.fixture
def tomas(oak: Neighborhood) -> User:
    """Has said where he lives, with an address."""
    return settle(make_resident_account("Tomas Greene"), oak, is_verified=False, home=HOME)


def home_of(person: User) -> Residency:
    home = find_residency(person.pk)
    assert home is not None
    return home


def letter_of(person: User) -> Letter:
    letter = Letter.objects.filter(residency__person=person).order_by("-pk").first()
    assert letter is not None
    return letter


def printed_code(person: User, verifier: User, at: datetime) -> str:
    """Ask for a letter, print it, and read its code off the paper."""
    ask_for_letter(person=person, at=at)
    (code,) = codes_in(print_letters(by=verifier, at=at))
    return code


# Asking


def test_a_letter_is_asked_for_once(tomas: User, now: datetime) -> None:
    assert ask_for_letter(person=tomas, at=now).state == LetterState.ASKED
    with pytest.raises(CannotAskForLetter, match="not been printed yet"):
        ask_for_letter(person=tomas, at=now + 30 * DAY)


def test_another_one_follows_after_five_days_and_makes_the_first_useless(
    tomas: User, verifier: User, now: datetime
) -> None:
    first = printed_code(tomas, verifier, now)
    with pytest.raises(CannotAskForLetter, match="by November 25, ask for another"):
        ask_for_letter(person=tomas, at=now + 4 * DAY)
    second = printed_code(tomas, verifier, now + 5 * DAY)
    for _ in range(LETTER_TRIES):
        with pytest.raises(WrongCode, match=r"from an earlier letter\. Use the one printed on November 25"):
            give_code(person=tomas, code=first, at=now + 6 * DAY)
    assert letter_of(tomas).wrong_tries == 0
    assert give_code(person=tomas, code=second, at=now + 6 * DAY).is_verified


def test_four_letters_a_year_and_no_more(tomas: User, verifier: User, now: datetime) -> None:
    for number in range(4):
        printed_code(tomas, verifier, now + number * 31 * DAY)
    with pytest.raises(CannotAskForLetter, match="4 letters"):
        ask_for_letter(person=tomas, at=now + 4 * 31 * DAY)
    assert ask_for_letter(person=tomas, at=now + 366 * DAY).state == LetterState.ASKED


def test_moving_does_not_bring_more_letters(tomas: User, elm: Neighborhood, verifier: User, now: datetime) -> None:
    for number in range(4):
        printed_code(tomas, verifier, now + number * 31 * DAY)
    move_residency(person=tomas, latitude=0.5, longitude=1.5, at=now + 130 * DAY, home=HOME)
    with pytest.raises(CannotAskForLetter, match="4 letters"):
        ask_for_letter(person=tomas, at=now + 131 * DAY)


def test_no_letter_goes_to_an_address_that_is_secret_or_unknown(
    oak: Neighborhood, newcomer: User, now: datetime
) -> None:
    hidden = make_resident_account("Hana Mori")
    claim_secret_residency(person=hidden, neighborhood_id=oak.pk, at=now)
    for person in (hidden, newcomer):
        with pytest.raises(CannotAskForLetter, match="We keep no address"):
            ask_for_letter(person=person, at=now)


def test_no_letter_goes_to_a_home_that_is_confirmed_or_not_there(
    resident: User, homeless_account: User, now: datetime
) -> None:
    with pytest.raises(CannotAskForLetter, match="confirmed already"):
        ask_for_letter(person=resident, at=now)
    with pytest.raises(NoResidency):
        ask_for_letter(person=homeless_account, at=now)


def test_an_address_the_printer_cannot_write_is_said_before_anything_is_printed(
    oak: Neighborhood, now: datetime
) -> None:
    person = settle(
        make_resident_account("Omar Said"), oak, is_verified=False, home=ExactHome(street="١٢ شارع", city="Sacramento")
    )
    with pytest.raises(CannotAskForLetter, match="Latin letters"):
        ask_for_letter(person=person, at=now)


# Printing


def test_printing_makes_codes_that_only_the_paper_knows(tomas: User, verifier: User, now: datetime) -> None:
    ask_for_letter(person=tomas, at=now)
    pdf = print_letters(by=verifier, at=now)
    (page,), (code,) = pages_of(pdf), codes_in(pdf)
    assert all(line in page for line in ("Tomas Greene", "1127 V St, Apt 2", "Sacramento 95818"))
    letter = letter_of(tomas)
    assert (letter.state, letter.printed_by, letter.printed_at) == (LetterState.PRINTED, verifier, now)
    assert letter.expires_at == now + 30 * DAY
    assert code not in str(letter.__dict__)


def test_each_printed_letter_is_recorded_as_a_look_up(tomas: User, verifier: User, now: datetime) -> None:
    printed_code(tomas, verifier, now)
    (look_up,) = LookUp.objects.all()
    assert (look_up.by, look_up.residency_id, look_up.reason) == (verifier, home_of(tomas).pk, "letter")


def test_a_letter_is_printed_once(tomas: User, verifier: User, now: datetime) -> None:
    printed_code(tomas, verifier, now)
    with pytest.raises(CannotPrint, match="No letter waits"):
        print_letters(by=verifier, at=now + DAY)


def test_only_verifiers_print(tomas: User, officer: User, now: datetime) -> None:
    ask_for_letter(person=tomas, at=now)
    with pytest.raises(NotAllowed):
        print_letters(by=officer, at=now)
    with pytest.raises(NotAllowed):
        print_letters_again(printed_at=now, by=officer, at=now)
    assert letter_of(tomas).state == LetterState.ASKED


def test_a_batch_printed_again_has_new_codes_and_the_old_ones_work_no_more(
    tomas: User, verifier: User, now: datetime
) -> None:
    old = printed_code(tomas, verifier, now)
    (lost,) = codes_in(print_letters_again(printed_at=now, by=verifier, at=now + DAY))
    (new,) = codes_in(print_letters_again(printed_at=now + DAY, by=verifier, at=now + 2 * DAY))
    for code in [old, lost] * LETTER_TRIES:
        with pytest.raises(
            WrongCode, match=r"from an earlier letter\. Use the one printed on November 22: .* until December 22"
        ):
            give_code(person=tomas, code=code, at=now + 2 * DAY)
    assert letter_of(tomas).wrong_tries == 0
    with pytest.raises(WrongCode, match=r"does not match\. You have 4 tries left"):
        give_code(person=tomas, code=WRONG, at=now + 2 * DAY)
    assert give_code(person=tomas, code=new, at=now + 2 * DAY).is_verified


def test_a_batch_printed_again_leaves_out_who_is_confirmed_or_has_moved(
    tomas: User, oak: Neighborhood, elm: Neighborhood, verifier: User, now: datetime
) -> None:
    mover = settle(make_resident_account("Mia Mover"), oak, is_verified=False, home=HOME)
    ask_for_letter(person=tomas, at=now)
    ask_for_letter(person=mover, at=now)
    code, _ = codes_in(print_letters(by=verifier, at=now))
    give_code(person=tomas, code=code, at=now)
    move_residency(person=mover, latitude=0.5, longitude=1.5, at=now)
    with pytest.raises(CannotPrint, match="No letter waits"):
        print_letters_again(printed_at=now, by=verifier, at=now + DAY)


def test_a_letter_asked_for_before_a_move_is_not_printed(
    tomas: User, elm: Neighborhood, verifier: User, now: datetime
) -> None:
    ask_for_letter(person=tomas, at=now)
    move_residency(person=tomas, latitude=0.5, longitude=1.5, at=now, home=HOME)
    with pytest.raises(CannotPrint):
        print_letters(by=verifier, at=now)


def test_homes_no_key_opens_are_not_printed_and_stay_asked_for(
    tomas: User, verifier: User, now: datetime, settings: LazySettings
) -> None:
    ask_for_letter(person=tomas, at=now)
    settings.HOME_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CannotPrint, match="HOME_KEYS"):
        print_letters(by=verifier, at=now)
    assert letter_of(tomas).state == LetterState.ASKED


def test_one_damaged_home_does_not_hold_up_the_others(
    tomas: User, oak: Neighborhood, verifier: User, now: datetime
) -> None:
    other = settle(make_resident_account("Olga Other"), oak, is_verified=False, home=HOME)
    for person in (tomas, other):
        ask_for_letter(person=person, at=now)
    Home.objects.filter(residency=home_of(tomas)).update(sealed=b"damaged")
    assert len(pages_of(print_letters(by=verifier, at=now))) == 1
    assert (letter_of(tomas).state, letter_of(other).state) == (LetterState.ASKED, LetterState.PRINTED)


def test_a_file_holds_as_many_letters_as_are_folded_in_a_day_longest_waiting_first(
    oak: Neighborhood, verifier: User, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.test", full_name=f"Person {number}") for number in range(LETTERS_A_PRINT + 1)
    )
    first_home = settle(people[0], oak, is_verified=False, home=HOME)
    sealed = Home.objects.get(residency__person=first_home).sealed
    homes = Residency.objects.bulk_create(
        Residency(
            person=person,
            neighborhood=oak,
            cell_row=1,
            cell_column=1,
            cell_center=oak.boundaries.get().center,
            claimed_at=now,
        )
        for person in people[1:]
    )
    Home.objects.bulk_create(Home(residency=home, sealed=sealed, sealed_at=now) for home in homes)
    Letter.objects.bulk_create(
        Letter(residency=home, asked_at=now + timedelta(seconds=number)) for number, home in enumerate(homes)
    )
    ask_for_letter(person=first_home, at=now + DAY)
    with django_assert_max_num_queries(12):
        pdf = print_letters(by=verifier, at=now + DAY)
    assert len(set(codes_in(pdf))) == LETTERS_A_PRINT
    assert letter_of(first_home).state == LetterState.ASKED
    assert len(codes_in(print_letters(by=verifier, at=now + 2 * DAY))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_verifiers_at_the_same_moment_print_each_letter_once(tomas: User, verifier: User, now: datetime) -> None:
    ask_for_letter(person=tomas, at=now)
    start = Barrier(2)

    def print_now(number: int) -> int:
        try:
            start.wait()
            return len(codes_in(print_letters(by=verifier, at=now + timedelta(seconds=number))))
        except CannotPrint:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(print_now, range(2))) == [0, 1]


# Giving the code


def test_the_right_code_verifies_by_letter_and_erases_the_home(
    tomas: User, oak: Neighborhood, verifier: User, now: datetime
) -> None:
    code = printed_code(tomas, verifier, now)
    home = give_code(person=tomas, code=code, at=now + 3 * DAY)
    assert (home.is_verified, home.verified_how, home.verified_by) == (True, "letter", None)
    assert not Home.objects.exists()
    assert (letter_of(tomas).state, letter_of(tomas).used_at) == (LetterState.USED, now + 3 * DAY)
    oak.refresh_from_db()
    assert (oak.claimed_count, oak.verified_count) == (0, 1)


def test_a_wrong_code_is_counted_and_says_how_many_tries_are_left(tomas: User, verifier: User, now: datetime) -> None:
    code = printed_code(tomas, verifier, now)
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        with pytest.raises(WrongCode, match=f"That code does not match. You have {left} left."):
            give_code(person=tomas, code=WRONG, at=now)
    assert give_code(person=tomas, code=code, at=now).is_verified


def test_the_fifth_wrong_code_locks_it_and_is_told_by_mail_without_the_address(
    tomas: User, verifier: User, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    code = printed_code(tomas, verifier, now)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            with pytest.raises(WrongCode):
                give_code(person=tomas, code=WRONG, at=now)
    assert letter_of(tomas).state == LetterState.LOCKED
    for guess in (WRONG, code):
        with pytest.raises(WrongCode, match=r"locked after 5 wrong tries\. We can mail a new one today"):
            give_code(person=tomas, code=guess, at=now)
    (sent,) = mail.outbox
    assert sent.to == [tomas.email]
    assert "V St" not in sent.body
    assert "95818" not in sent.body


def test_after_a_locked_code_a_new_letter_goes_out_the_same_day(tomas: User, verifier: User, now: datetime) -> None:
    printed_code(tomas, verifier, now)
    for _ in range(5):
        with pytest.raises(WrongCode):
            give_code(person=tomas, code=WRONG, at=now)
    code = printed_code(tomas, verifier, now + timedelta(hours=1))
    assert give_code(person=tomas, code=code, at=now + DAY).is_verified


def test_a_code_ends_after_thirty_days_and_says_when(tomas: User, verifier: User, now: datetime) -> None:
    code = printed_code(tomas, verifier, now)
    with pytest.raises(WrongCode, match=r"ended on December 20, after 30 days\. We can mail a new one"):
        give_code(person=tomas, code=code, at=now + 30 * DAY)
    assert letter_of(tomas).wrong_tries == 0
    assert give_code(person=tomas, code=code, at=now + 30 * DAY - timedelta(seconds=1)).is_verified


def test_a_code_confirms_nobody_elses_home(tomas: User, oak: Neighborhood, verifier: User, now: datetime) -> None:
    code = printed_code(tomas, verifier, now)
    other = settle(make_resident_account("Olga Other"), oak, is_verified=False, home=HOME)
    with pytest.raises(WrongCode, match="You have not asked for a letter"):
        give_code(person=other, code=code, at=now)
    printed_code(other, verifier, now + timedelta(seconds=1))
    with pytest.raises(WrongCode, match="does not match"):
        give_code(person=other, code=code, at=now)


def test_a_code_before_its_letter_is_printed_matches_nothing(tomas: User, now: datetime) -> None:
    ask_for_letter(person=tomas, at=now)
    with pytest.raises(WrongCode, match="not been printed yet"):
        give_code(person=tomas, code=WRONG, at=now)


def test_a_used_code_is_not_needed_again(tomas: User, verifier: User, now: datetime) -> None:
    code = printed_code(tomas, verifier, now)
    give_code(person=tomas, code=code, at=now)
    with pytest.raises(WrongCode, match="confirmed already"):
        give_code(person=tomas, code=code, at=now)


def test_a_move_makes_the_code_useless(tomas: User, elm: Neighborhood, verifier: User, now: datetime) -> None:
    code = printed_code(tomas, verifier, now)
    move_residency(person=tomas, latitude=0.5, longitude=1.5, at=now, home=HOME)
    with pytest.raises(WrongCode, match="You have not asked for a letter for this home"):
        give_code(person=tomas, code=code, at=now)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted(tomas: User, verifier: User, now: datetime) -> None:
    printed_code(tomas, verifier, now)
    start = Barrier(8)

    def guess(_: int) -> str:
        try:
            start.wait()
            give_code(person=tomas, code=WRONG, at=now)
        except WrongCode as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(8)))
    assert sum("does not match" in answer for answer in answers) == 4
    assert sum("locked" in answer for answer in answers) == 4
