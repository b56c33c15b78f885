"""Does everybody hear what is theirs to hear, and nothing else?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from commands.models import PoliceCommand
from commands.services import end_assignment
from neighborhoods.models import Neighborhood
from neighborhoods.services import end_residency
from notifications import channels
from notifications.selectors import channels_of

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def heard_by(person: User) -> set[str]:
    heard = set(channels_of(person))
    own_closing = channels.closing(person.pk)
    assert own_closing in heard
    return heard - {own_closing}


def test_a_verified_resident_hears_police_and_neighbors_of_one_neighborhood(resident: User, oak: Neighborhood) -> None:
    assert heard_by(resident) == {f"neighborhood:{oak.pk}:police", f"neighborhood:{oak.pk}:verified"}


def test_a_newcomer_hears_the_police_only(newcomer: User, oak: Neighborhood) -> None:
    assert heard_by(newcomer) == {f"neighborhood:{oak.pk}:police"}


def test_an_officer_hears_the_own_desk_and_no_neighborhood(officer: User, central: PoliceCommand) -> None:
    assert heard_by(officer) == {f"command:{central.pk}:desk"}


def test_headquarters_hears_its_own_desk(pio: User, headquarters: PoliceCommand) -> None:
    assert heard_by(pio) == {f"command:{headquarters.pk}:desk"}


def test_who_has_no_home_hears_nothing(homeless_account: User) -> None:
    assert heard_by(homeless_account) == set()


def test_an_officer_without_a_second_factor_hears_nothing(officer: User) -> None:
    Authenticator.objects.filter(user=officer).delete()
    assert heard_by(officer) == set()


def test_what_has_ended_is_heard_no_more(resident: User, officer: User) -> None:
    end_residency(residency_id=resident.residencies.get().pk, at=AT)
    end_assignment(assignment_id=officer.assignments.get().pk, at=AT)
    assert heard_by(resident) == heard_by(officer) == set()


@pytest.mark.parametrize(("who", "queries"), [("resident", 1), ("homeless_account", 1), ("officer", 2)])
def test_the_number_of_queries_is_fixed(
    who: str, queries: int, request: pytest.FixtureRequest, django_assert_num_queries: Any
) -> None:
    person = request.getfixturevalue(who)
    with django_assert_num_queries(queries):
        channels_of(person)
