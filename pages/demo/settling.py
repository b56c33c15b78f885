"""How do the people of the demo city come to live there, and how far have they come with showing it?"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from accounts.rules import Kind
from neighborhoods.codes import hash_of_letter_code, make_letter_code
from neighborhoods.models import Letter
from neighborhoods.rules import LETTER_TRIES, LetterState
from neighborhoods.selectors.proofs import letters_to_print
from neighborhoods.services import claim_residency, claim_secret_residency, keep_home, wait_for_area
from neighborhoods.services.letters import WrongCode, ask_for_letter, give_code, print_letters
from neighborhoods.services.verifiers import confirm_in_person
from neighborhoods.services.vouches import make_invitation, make_request, use_link
from pages.demo.city import City, Event
from pages.demo.people import CAST, Person, Proof

# How long ago people signed up, first and last: most before the first post went out, 33 days ago.
FIRST_SIGN_UP = timedelta(days=42)
BEFORE_FIRST_POST = (FIRST_SIGN_UP, timedelta(days=34))
SINCE_FIRST_POST = (timedelta(days=34), timedelta(days=1))
STILL_WAITING = (timedelta(days=12), timedelta(days=4))
MOST = 0.7

# Whose letter was printed with the first was asked for before; its codes work for thirty days.
FOR_FIRST_LETTERS = (FIRST_SIGN_UP, timedelta(days=41))
FOR_SECOND_LETTERS = (timedelta(days=10), timedelta(days=9))
PRINTED_BEFORE = (timedelta(days=40, hours=20), timedelta(days=8, hours=2), timedelta(days=3, hours=1))
LETTERS_TAKE = timedelta(days=4)
# Since the last were printed.
ASKED_BEFORE = (timedelta(days=3), timedelta(hours=2))

CLAIMED: dict[Proof, tuple[timedelta, timedelta]] = {
    Proof.LETTER: FOR_FIRST_LETTERS,
    Proof.LETTER_EXPIRED: FOR_FIRST_LETTERS,
    Proof.VOUCHES: (timedelta(days=30), timedelta(days=29)),
    Proof.LETTER_LOCKED: FOR_SECOND_LETTERS,
    Proof.LETTER_SENT: (timedelta(days=5), timedelta(days=4)),
    Proof.NOTHING_YET: STILL_WAITING,
    Proof.LETTER_ASKED: STILL_WAITING,
    Proof.SECRET: STILL_WAITING,
    Proof.OUTSIDE: STILL_WAITING,
}
# Told to whoever tries the demo, so that they can give it.
NEWCOMERS_CODE = "PRCH2468"
WRONG_CODE = "22222222"
VOUCHERS = ("neighbor", "lead")
ACROSS_THE_RIVER = (38.5800, -121.5500)


def plan(city: City, people: Sequence[Person]) -> list[Event]:
    """Everybody's home, the days on which letters are printed, and one neighbor's word that nobody has used yet."""
    residents = [person for person in people if person.kind == Kind.RESIDENT]
    events = [event for number, person in enumerate(residents) for event in _settling(city, person, number)]
    events += [Event(city.clock.now - before, lambda at: _print(city, at)) for before in PRINTED_BEFORE]
    events.append(
        Event(city.clock.now - timedelta(days=2), lambda at: make_invitation(person=city.users["lead"], at=at))
    )
    return events


def _settling(city: City, person: Person, number: int) -> list[Event]:
    """Signing up, claiming a home and, for most, showing some days later that it is theirs."""
    now, random = city.clock.now, Random(person.key)
    if person.proof in CLAIMED:
        first, last = CLAIMED[person.proof]
    elif person in CAST or random.random() < MOST:
        first, last = BEFORE_FIRST_POST
    else:
        first, last = SINCE_FIRST_POST
    claimed_at = now - (last + (first - last) * random.random())

    def claim(at: datetime) -> None:
        _claim(city, person, number, random, at)

    def confirm(at: datetime) -> None:
        city.homes[person.key] = confirm_in_person(
            residency_id=city.homes[person.key].pk, by=city.users["verifier"], at=at
        )

    def ask(at: datetime) -> None:
        ask_for_letter(person=city.users[person.key], at=at)

    def give(at: datetime) -> None:
        code = _know_code(city, person, make_letter_code())
        city.homes[person.key] = give_code(person=city.users[person.key], code=code, at=at)

    def give_wrong_ones(at: datetime) -> None:
        for minutes in range(LETTER_TRIES):
            with suppress(WrongCode):
                give_code(person=city.users[person.key], code=WRONG_CODE, at=at + timedelta(minutes=minutes))

    def ask_neighbors(at: datetime) -> None:
        token = make_request(person=city.users[person.key], at=at)
        for voucher in VOUCHERS[: 2 if person.proof == Proof.VOUCHES else 1]:
            at += timedelta(hours=3)
            offer = use_link(token=token, person=city.users[voucher], at=at)
            city.homes[person.key] = offer.newcomer_home

    def know_code(at: datetime) -> None:
        _know_code(city, person, NEWCOMERS_CODE)

    soon = claimed_at + timedelta(minutes=5)
    events = [Event(claimed_at, claim)]
    match person.proof:
        case Proof.IN_PERSON:
            events.append(Event(claimed_at + timedelta(hours=random.uniform(2, 20)), confirm))
        case Proof.LETTER:
            events += [Event(soon, ask), Event(now - PRINTED_BEFORE[0] + LETTERS_TAKE, give)]
        case Proof.LETTER_EXPIRED:
            events.append(Event(soon, ask))
        case Proof.LETTER_LOCKED:
            events += [Event(soon, ask), Event(now - PRINTED_BEFORE[1] + LETTERS_TAKE, give_wrong_ones)]
        case Proof.LETTER_SENT:
            events += [Event(soon, ask), Event(soon, ask_neighbors)]
            events.append(Event(now - PRINTED_BEFORE[-1] + timedelta(minutes=1), know_code))
        case Proof.LETTER_ASKED:
            first, last = ASKED_BEFORE
            events.append(Event(now - (last + (first - last) * random.random()), ask))
        case Proof.VOUCHES:
            events.append(Event(soon, ask_neighbors))
    return events


def _claim(city: City, person: Person, number: int, random: Random, at: datetime) -> None:
    """An address is kept of whoever waits to be confirmed, or wants it kept."""
    user = city.users[person.key]
    user.joined_at = at
    user.save(update_fields=["joined_at"])
    if person.proof == Proof.OUTSIDE:
        latitude, longitude = ACROSS_THE_RIVER
        wait_for_area(person=user, latitude=latitude, longitude=longitude, at=at)
        return
    if person.proof == Proof.SECRET:
        city.homes[person.key] = claim_secret_residency(person=user, neighborhood_id=city.places[person.place], at=at)
        return
    doors = city.doors[person.place]
    # Those with a part in the stories live in homes of their own: one household does not vouch for itself.
    door = doors[number % len(doors)] if person in CAST else random.choice(doors)
    needs_address = person.keeps_home or person.proof != Proof.IN_PERSON
    city.homes[person.key] = claim_residency(
        person=user,
        latitude=door.latitude,
        longitude=door.longitude,
        home=door.home if needs_address else None,
        at=at,
    )
    if person.keeps_home:
        keep_home(person=user, is_kept=True)


def _print(city: City, at: datetime) -> None:
    """A morning's letters, where there are any."""
    if letters_to_print().exists():
        print_letters(by=city.users["verifier"], at=at)


def _know_code(city: City, person: Person, code: str) -> str:
    """A code stands on paper alone, and the demo's letters are on none: exchange it for one that is known."""
    letter = Letter.objects.get(residency=city.homes[person.key], state=LetterState.PRINTED)
    letter.code_hash = hash_of_letter_code(letter.pk, code)
    letter.save(update_fields=["code_hash"])
    return code
