"""Do leads read who was verified and how, in pages that cost the same however many there are?"""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from neighborhoods.models import Neighborhood
from neighborhoods.selectors.proofs import batches_printed_since, recently_verified
from neighborhoods.services.letters import ask_for_letter, give_code, print_letters, print_letters_again
from neighborhoods.services.vouches import make_invitation, use_link
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import a_verifier, settle
from tests.neighborhoods.letters import HOME, codes_in

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_newest_first_with_the_way_and_the_vouchers(
    resident: User, newcomer: User, faraway: User, oak: Neighborhood, now: datetime
) -> None:
    rosa = settle(make_resident_account("Rosa Marin"), oak, is_verified=True)
    for voucher in (rosa, resident):
        use_link(token=make_invitation(person=voucher, at=now), person=newcomer, at=now)
    seen = recently_verified(oak.pk, None, 10)
    assert [(one.name, one.how, one.vouchers) for one in seen] == [
        ("Tomas G.", "By two neighbors", ["Rosa M.", "Maria L."]),
        ("Rosa M.", "In person", []),
        ("Maria L.", "In person", []),
    ]
    assert seen[0].at == now


def test_pages_follow_each_other_without_gap_or_repetition(oak: Neighborhood) -> None:
    for number in range(5):
        settle(make_resident_account(f"Neighbor N{number}"), oak, is_verified=True)
    first = recently_verified(oak.pk, None, 2)
    second = recently_verified(oak.pk, (first[-1].at, first[-1].residency_id), 2)
    third = recently_verified(oak.pk, (second[-1].at, second[-1].residency_id), 2)
    assert len({one.residency_id for one in (*first, *second, *third)}) == 5
    assert len(third) == 1


def test_it_costs_two_queries_however_many_there_are(
    oak: Neighborhood, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        settle(make_resident_account(f"Neighbor N{number}"), oak, is_verified=True)
    for size in (1, 6):
        with django_assert_num_queries(2):
            assert len(recently_verified(oak.pk, None, size)) == size


def test_a_batch_counts_its_letters_and_those_still_open(oak: Neighborhood, now: datetime) -> None:
    verifier = a_verifier()
    ann, ben = (
        settle(make_resident_account(name), oak, is_verified=False, home=HOME) for name in ("Ann Able", "Ben Baker")
    )
    for person in (ann, ben):
        ask_for_letter(person=person, at=now)
    code, _ = codes_in(print_letters(by=verifier, at=now))
    give_code(person=ann, code=code, at=now)
    (batch,) = batches_printed_since(now - HOUR, 10)
    assert (batch.printed_by, batch.letter_count, batch.open_count) == ("Vera Ortiz", 2, 1)
    print_letters_again(printed_at=now, by=verifier, at=now + HOUR)
    newest, oldest = batches_printed_since(now - HOUR, 10)
    assert (newest.letter_count, newest.open_count) == (1, 1)
    assert (oldest.letter_count, oldest.open_count) == (1, 0)
    assert batches_printed_since(now + HOUR / 2, 10) == [newest]
