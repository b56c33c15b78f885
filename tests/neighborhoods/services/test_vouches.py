"""Does it take the word of two neighbors who were themselves shown to live there, and of nobody else?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from neighborhoods.models import Neighborhood, Residency, Vouch, VouchLink
from neighborhoods.rules import VOUCHES_A_YEAR
from neighborhoods.selectors import find_residency
from neighborhoods.selectors.proofs import vouches_for
from neighborhoods.services import end_residency, move_residency
from neighborhoods.services.residencies import NoResidency
from neighborhoods.services.vouches import (
    CannotVouch,
    UnknownLink,
    VouchOffer,
    look_at_link,
    make_invitation,
    make_request,
    take_back_link,
    use_link,
)
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle
from tests.neighborhoods.letters import HOME

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def rosa(oak: Neighborhood) -> User:
    """Verified in person, lives in Oak like `resident` (Maria L.)."""
    return settle(make_resident_account("Rosa Marin"), oak, is_verified=True)


def home_of(person: User) -> Residency:
    home = find_residency(person.pk)
    assert home is not None
    return home


def refused(use: Callable[..., VouchOffer], token: str, person: User, at: datetime) -> str:
    """Why a link leads to nothing; looking and pressing have to agree."""
    with pytest.raises(CannotVouch) as looked:
        look_at_link(token=token, person=person, at=at)
    with pytest.raises(CannotVouch) as used:
        use(token=token, person=person, at=at)
    assert str(looked.value) == str(used.value)
    return str(used.value)


# Two words verify


def test_two_invitations_verify_and_the_first_alone_does_not(
    newcomer: User, resident: User, rosa: User, oak: Neighborhood, now: datetime
) -> None:
    first = use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    assert not first.newcomer_home.is_verified
    second = use_link(token=make_invitation(person=rosa, at=now), person=newcomer, at=now)
    assert second.newcomer_home.is_verified
    home = home_of(newcomer)
    assert (home.verified_how, home.verified_by, home.verified_at) == ("vouches", None, now)
    oak.refresh_from_db()
    assert (oak.claimed_count, oak.verified_count) == (0, 3)


def test_one_request_serves_two_neighbors_and_the_newcomer_is_told(
    newcomer: User,
    resident: User,
    rosa: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    token = make_request(person=newcomer, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        for voucher in (resident, rosa):
            use_link(token=token, person=voucher, at=now)
    assert home_of(newcomer).verified_how == "vouches"
    (sent,) = mail.outbox
    assert sent.to == [newcomer.email]
    assert not {"Maria", "Rosa", "Oak"} & set(sent.body.split())


def test_an_invitation_and_a_request_count_together(newcomer: User, resident: User, rosa: User, now: datetime) -> None:
    use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    use_link(token=make_request(person=newcomer, at=now), person=rosa, at=now)
    assert home_of(newcomer).is_verified


def test_one_neighbor_counts_once_by_whichever_way(newcomer: User, resident: User, now: datetime) -> None:
    use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    again = refused(use_link, make_invitation(person=resident, at=now), newcomer, now)
    assert "Maria L. has vouched for you already" in again
    assert "You have vouched for Tomas G. already" in refused(
        use_link, make_request(person=newcomer, at=now), resident, now
    )
    assert Vouch.objects.count() == 1


def test_a_word_counts_no_more_once_its_giver_has_moved_away(
    newcomer: User, resident: User, rosa: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    move_residency(person=resident, latitude=0.5, longitude=1.5, at=now)
    use_link(token=make_invitation(person=rosa, at=now), person=newcomer, at=now)
    assert not home_of(newcomer).is_verified
    third = settle(make_resident_account("Sam Staid"), oak, is_verified=True)
    use_link(token=make_invitation(person=third, at=now), person=newcomer, at=now)
    assert home_of(newcomer).is_verified


def test_a_word_counts_only_for_the_neighborhood_it_was_given_in(
    newcomer: User, resident: User, elm: Neighborhood, now: datetime
) -> None:
    use_link(token=make_invitation(person=resident, at=now), person=newcomer, at=now)
    # As a moved boundary does to one home and not to the other.
    Residency.objects.filter(person=newcomer).update(neighborhood=elm)
    neighbor = settle(make_resident_account("Sam Staid"), elm, is_verified=True)
    use_link(token=make_invitation(person=neighbor, at=now), person=newcomer, at=now)
    assert not home_of(newcomer).is_verified
    assert [vouch.voucher for vouch in vouches_for(home_of(newcomer).pk)] == [neighbor]


@pytest.mark.django_db(transaction=True)
def test_two_neighbors_at_the_same_moment_verify_once(
    newcomer: User, resident: User, rosa: User, oak: Neighborhood, now: datetime
) -> None:
    token = make_request(person=newcomer, at=now)
    start = Barrier(2)

    def say_yes(voucher: User) -> None:
        try:
            start.wait()
            use_link(token=token, person=voucher, at=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(say_yes, (resident, rosa)))
    assert home_of(newcomer).is_verified
    oak.refresh_from_db()
    assert (oak.claimed_count, oak.verified_count) == (0, 3)


@pytest.mark.django_db(transaction=True)
def test_two_newcomers_at_the_same_moment_cannot_share_an_invitation(
    newcomer: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    other = settle(make_resident_account("Olga Other"), oak, is_verified=False)
    token = make_invitation(person=resident, at=now)
    start = Barrier(2)

    def accept(person: User) -> bool:
        try:
            start.wait()
            use_link(token=token, person=person, at=now)
        except CannotVouch:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept, (newcomer, other))) == [False, True]
    assert Vouch.objects.count() == 1


# Who may give their word


def test_who_was_not_verified_or_only_vouched_for_cannot_invite(
    newcomer: User, homeless_account: User, resident: User, rosa: User, now: datetime
) -> None:
    for person in (newcomer, homeless_account):
        with pytest.raises(CannotVouch, match="by letter or in person"):
            make_invitation(person=person, at=now)
    for voucher in (resident, rosa):
        use_link(token=make_invitation(person=voucher, at=now), person=newcomer, at=now)
    assert home_of(newcomer).is_verified
    with pytest.raises(CannotVouch, match="by letter or in person"):
        make_invitation(person=newcomer, at=now)


def test_who_is_not_verified_or_only_vouched_for_cannot_answer_a_request(
    newcomer: User, resident: User, rosa: User, oak: Neighborhood, now: datetime
) -> None:
    other = settle(make_resident_account("Olga Other"), oak, is_verified=False)
    token = make_request(person=other, at=now)
    assert "First your own home has to be confirmed" in refused(use_link, token, newcomer, now)
    for voucher in (resident, rosa):
        use_link(token=make_invitation(person=voucher, at=now), person=newcomer, at=now)
    assert "confirmed by two neighbors" in refused(use_link, token, newcomer, now)


def test_five_a_year_links_in_the_hands_of_others_included(
    newcomer: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    tokens = [make_invitation(person=resident, at=now) for _ in range(VOUCHES_A_YEAR)]
    with pytest.raises(CannotVouch, match="5 times in the last 12 months"):
        make_invitation(person=resident, at=now)
    assert "5 times" in refused(use_link, make_request(person=newcomer, at=now), resident, now)
    # Used, it still counts; taken back or over, it does not.
    use_link(token=tokens[0], person=newcomer, at=now)
    with pytest.raises(CannotVouch):
        make_invitation(person=resident, at=now)
    take_back_link(link_id=VouchLink.objects.filter(used_at=None).earliest("pk").pk, person=resident, at=now)
    make_invitation(person=resident, at=now)
    make_invitation(person=resident, at=now + 31 * DAY)


def test_a_word_given_counts_for_a_year(newcomer: User, resident: User, oak: Neighborhood, now: datetime) -> None:
    for number in range(VOUCHES_A_YEAR):
        person = settle(make_resident_account(f"New Person{number}"), oak, is_verified=False)
        use_link(token=make_invitation(person=resident, at=now), person=person, at=now)
    token = make_request(person=newcomer, at=now)
    assert "5 times" in refused(use_link, token, resident, now)
    later = now + 366 * DAY
    assert use_link(token=make_request(person=newcomer, at=later), person=resident, at=later).voucher == resident


def test_nobody_vouches_for_themselves(newcomer: User, resident: User, now: datetime) -> None:
    assert "your own" in refused(use_link, make_request(person=newcomer, at=now), newcomer, now)
    assert "your own" in refused(use_link, make_invitation(person=resident, at=now), resident, now)


def test_people_of_one_household_do_not_vouch_for_each_other(oak: Neighborhood, now: datetime) -> None:
    parent = settle(make_resident_account("Pat Young"), oak, is_verified=True, home=HOME)
    child = settle(make_resident_account("Kit Young"), oak, is_verified=False, home=HOME)
    assert home_of(parent).household_hash == home_of(child).household_hash != ""
    assert "same address" in refused(use_link, make_invitation(person=parent, at=now), child, now)
    assert "same address" in refused(use_link, make_request(person=child, at=now), parent, now)


# Links that lead to nothing


def test_a_link_nobody_made_is_unknown(newcomer: User, now: datetime) -> None:
    for step in (look_at_link, use_link):
        for token in ("", "x", "\0", "é" * 300):
            with pytest.raises(UnknownLink, match="not valid any more"):
                step(token=token, person=newcomer, at=now)


def test_the_token_is_not_kept(resident: User, now: datetime) -> None:
    token = make_invitation(person=resident, at=now)
    assert token not in str(VouchLink.objects.get().__dict__)


def test_an_invitation_forwarded_to_a_second_neighbor_is_used_up(
    newcomer: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    token = make_invitation(person=resident, at=now)
    use_link(token=token, person=newcomer, at=now)
    other = settle(make_resident_account("Olga Other"), oak, is_verified=False)
    assert "has been used. Each one is for one neighbor: ask Maria L. for another" in refused(
        use_link, token, other, now
    )
    assert "Maria L. has vouched for you already" in refused(use_link, token, newcomer, now)


def test_a_link_ends_after_thirty_days_and_says_when(newcomer: User, resident: User, now: datetime) -> None:
    token = make_invitation(person=resident, at=now)
    assert "ended on December 20, after 30 days" in refused(use_link, token, newcomer, now + 30 * DAY)
    use_link(token=token, person=newcomer, at=now + 29 * DAY)


def test_a_link_taken_back_says_so(newcomer: User, resident: User, now: datetime) -> None:
    token = make_invitation(person=resident, at=now)
    take_back_link(link_id=VouchLink.objects.get().pk, person=resident, at=now)
    assert "Maria L. took this link back" in refused(use_link, token, newcomer, now)


def test_only_the_maker_takes_a_link_back_and_not_after_it_was_used(
    newcomer: User, resident: User, rosa: User, now: datetime
) -> None:
    token = make_invitation(person=resident, at=now)
    link = VouchLink.objects.get()
    with pytest.raises(VouchLink.DoesNotExist):
        take_back_link(link_id=link.pk, person=rosa, at=now)
    use_link(token=token, person=newcomer, at=now)
    with pytest.raises(CannotVouch, match="used this link already"):
        take_back_link(link_id=link.pk, person=resident, at=now)


def test_a_person_of_another_neighborhood_is_told_which_one_it_is_for(
    neighbor: User, newcomer: User, resident: User, elm: Neighborhood, now: datetime
) -> None:
    stranger = settle(make_resident_account("Sam Elm"), elm, is_verified=False)
    answer = refused(use_link, make_invitation(person=resident, at=now), stranger, now)
    assert "for neighbors in Oak, and your home is in Elm" in answer
    assert "for neighbors in Oak" in refused(use_link, make_request(person=newcomer, at=now), neighbor, now)


def test_who_has_no_home_yet_says_first_where_it_is(homeless_account: User, resident: User, now: datetime) -> None:
    token = make_invitation(person=resident, at=now)
    assert "Say first where your home is" in refused(use_link, token, homeless_account, now)


def test_who_is_confirmed_already_needs_no_invitation_and_leaves_it_for_others(
    resident: User, rosa: User, newcomer: User, now: datetime
) -> None:
    token = make_invitation(person=resident, at=now)
    assert "confirmed already" in refused(use_link, token, rosa, now)
    assert use_link(token=token, person=newcomer, at=now).voucher == resident


def test_a_voucher_who_moved_or_left_cannot_vouch_any_more(
    newcomer: User, resident: User, rosa: User, elm: Neighborhood, now: datetime
) -> None:
    of_mover, of_leaver = make_invitation(person=resident, at=now), make_invitation(person=rosa, at=now)
    move_residency(person=resident, latitude=0.5, longitude=1.5, at=now + DAY)
    end_residency(residency_id=home_of(rosa).pk, at=now + DAY)
    for token in (of_mover, of_leaver):
        answer = refused(use_link, token, newcomer, now + DAY)
        assert "can not vouch here any more. Ask another neighbor" in answer
        assert "Elm" not in answer


def test_a_request_ends_with_the_home_it_was_made_for(
    newcomer: User, resident: User, elm: Neighborhood, now: datetime
) -> None:
    token = make_request(person=newcomer, at=now)
    move_residency(person=newcomer, latitude=0.5, longitude=1.5, at=now + DAY)
    answer = refused(use_link, token, resident, now + DAY)
    assert "Tomas G. no longer asks" in answer
    assert "Elm" not in answer


def test_a_request_of_somebody_confirmed_meanwhile_needs_no_word(
    newcomer: User, resident: User, rosa: User, oak: Neighborhood, now: datetime
) -> None:
    third = settle(make_resident_account("Theo Third"), oak, is_verified=True)
    token = make_request(person=newcomer, at=now)
    for voucher in (resident, rosa):
        use_link(token=token, person=voucher, at=now)
    assert "Tomas G. is confirmed already" in refused(use_link, token, third, now)


# Asking


def test_a_request_needs_a_home_that_waits_to_be_confirmed(
    resident: User, homeless_account: User, now: datetime
) -> None:
    with pytest.raises(CannotVouch, match="confirmed already"):
        make_request(person=resident, at=now)
    with pytest.raises(NoResidency):
        make_request(person=homeless_account, at=now)


def test_nobody_collects_links(newcomer: User, now: datetime) -> None:
    for _ in range(5):
        make_request(person=newcomer, at=now)
    with pytest.raises(CannotVouch, match="5 links that still work"):
        make_request(person=newcomer, at=now)
    make_request(person=newcomer, at=now + 31 * DAY)
