"""Do residents follow a moved boundary, are they told once, and asked where only the boundary cannot say?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from neighborhoods import tasks
from neighborhoods.loading.reading import read_polygons
from neighborhoods.models import Neighborhood, Residency, WaitingForArea
from neighborhoods.rules import HowVerified, cell_at
from neighborhoods.selectors import find_residency, sides_of
from neighborhoods.services import (
    CannotChooseSide,
    IsServed,
    NeedsConfirmation,
    StaffHoldNoResidency,
    acknowledge_move,
    choose_side,
    claim_residency,
    claim_secret_residency,
    load_boundaries,
    verify_residency,
    wait_for_area,
)
from tests.accounts.factories import make_resident_account, make_staff
from tests.neighborhoods.factories import a_verifier
from tests.neighborhoods.loading.files import named, square, write_geojson

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)

Load = Callable[..., None]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def _load(*features: tuple[str, Any], at: datetime = LATER, **options: Any) -> None:
        path = write_geojson(tmp_path / "city.geojson", [named(feature)[0] for feature in features])
        load_boundaries(file=read_polygons(path, name_field="name"), at=at, **options)

    _load(("Oak", square(0)), ("Elm", square(1)), at=AT)
    return _load


@pytest.fixture
def person() -> User:
    return make_resident_account("Maria Lopez")


def live_at(person: User, longitude: float) -> Residency:
    return claim_residency(person=person, latitude=0.5, longitude=longitude, at=AT)


def home_of(person: User) -> Residency:
    residency = find_residency(person.pk)
    assert residency is not None
    return residency


def neighborhood(name: str) -> Neighborhood:
    return Neighborhood.objects.get(name=name)


def counts(name: str) -> tuple[int, int]:
    place = neighborhood(name)
    return place.claimed_count, place.verified_count


def border_through_cell_of(longitude: float) -> float:
    west, _, east, _ = cell_at(0.5, longitude).bounds
    return (west + east) / 2


def test_who_was_moved_is_marked_with_where_from_and_when(load: Load, person: User) -> None:
    live_at(person, 0.9)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)))
    home = home_of(person)
    assert (str(home.neighborhood), str(home.moved_from), home.moved_at) == ("Elm", "Oak", LATER)
    assert home.asks_where_since is None


def test_a_second_move_before_the_first_was_read_still_tells_where_it_began(load: Load, person: User) -> None:
    live_at(person, 0.9)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)))
    again = LATER + timedelta(days=1)
    load(("Oak", square(0, width=0.8)), ("Ash", square(0.8, width=0.15)), ("Elm", square(0.95)), at=again)
    home = home_of(person)
    assert (str(home.neighborhood), str(home.moved_from), home.moved_at) == ("Ash", "Oak", again)


def test_reading_it_ends_it(load: Load, person: User) -> None:
    live_at(person, 0.9)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)))
    acknowledge_move(person=person)
    home = home_of(person)
    assert (home.moved_from, home.moved_at) == (None, None)
    acknowledge_move(person=make_resident_account("Ann Nowhere"))


def test_whose_cell_is_cut_is_asked_and_stays_meanwhile(load: Load, person: User) -> None:
    live_at(person, 0.9)
    border = border_through_cell_of(0.9)
    load(("Oak", square(0, width=border)), ("Elm", square(border, width=2 - border)))
    home = home_of(person)
    assert (str(home.neighborhood), home.moved_at, home.asks_where_since) == ("Oak", None, LATER)
    assert [str(side) for side in sides_of(home)] == ["Elm", "Oak"]


def test_a_border_that_stayed_where_it_was_asks_nobody(load: Load, person: User) -> None:
    live_at(person, 0.99999)
    assert len(sides_of(home_of(person))) == 2
    load(("Oak", square(0, height=0.9)), ("Elm", square(1)))
    assert home_of(person).asks_where_since is None


def test_a_later_border_that_leaves_the_cell_whole_asks_no_more(load: Load, person: User) -> None:
    live_at(person, 0.9)
    border = border_through_cell_of(0.9)
    load(("Oak", square(0, width=border)), ("Elm", square(border, width=2 - border)))
    load(("Oak", square(0)), ("Elm", square(1)), at=LATER + timedelta(days=1))
    home = home_of(person)
    assert (str(home.neighborhood), home.asks_where_since, home.moved_at) == ("Oak", None, None)


@pytest.mark.parametrize("side", ["Oak", "Elm"])
def test_a_chosen_side_keeps_the_standing_and_the_counts(load: Load, person: User, side: str) -> None:
    residency = live_at(person, 0.9)
    verify_residency(residency_id=residency.pk, how=HowVerified.IN_PERSON, by=a_verifier(), at=AT)
    border = border_through_cell_of(0.9)
    load(("Oak", square(0, width=border)), ("Elm", square(border, width=2 - border)))
    choose_side(person=person, neighborhood_id=neighborhood(side).pk)
    home = home_of(person)
    assert (str(home.neighborhood), home.is_verified, home.asks_where_since) == (side, True, None)
    assert {name: counts(name) for name in ("Oak", "Elm")} == {"Oak": (0, 0), "Elm": (0, 0)} | {side: (0, 1)}


def test_only_a_side_of_the_cell_can_be_chosen_and_only_when_asked(load: Load, person: User) -> None:
    live_at(person, 0.9)
    border = border_through_cell_of(0.9)
    with pytest.raises(CannotChooseSide):
        choose_side(person=person, neighborhood_id=neighborhood("Oak").pk)
    load(("Oak", square(0, width=border)), ("Elm", square(border, width=2 - border)), ("Pine", square(5)))
    with pytest.raises(CannotChooseSide):
        choose_side(person=person, neighborhood_id=neighborhood("Pine").pk)
    with pytest.raises(StaffHoldNoResidency):
        choose_side(person=make_staff("Kim Delgado", "Officer"), neighborhood_id=neighborhood("Oak").pk)
    assert str(home_of(person).neighborhood) == "Oak"


def test_a_secret_address_stays_while_its_neighborhood_is_there(load: Load, person: User) -> None:
    claim_secret_residency(person=person, neighborhood_id=neighborhood("Oak").pk, at=AT)
    load(("Oak", square(0, width=0.5)), ("Elm", square(1)))
    home = home_of(person)
    assert (str(home.neighborhood), home.moved_at, home.asks_where_since) == ("Oak", None, None)


def test_a_secret_address_is_asked_for_when_its_neighborhood_is_gone(load: Load, person: User) -> None:
    claim_secret_residency(person=person, neighborhood_id=neighborhood("Oak").pk, at=AT)
    with pytest.raises(NeedsConfirmation, match="1 resident without"):
        load(("Elm", square(0, width=2)))
    load(("Elm", square(0, width=2)), confirm=True)
    home = home_of(person)
    assert (home.neighborhood, str(home.moved_from), home.asks_where_since) == (None, "Oak", LATER)


def test_everybody_moved_gets_one_mail_without_an_address(
    load: Load, person: User, django_capture_on_commit_callbacks: Any
) -> None:
    live_at(person, 0.9)
    live_at(make_resident_account("Dev Wolde"), 0.9)
    live_at(make_resident_account("Ruth Stays"), 0.1)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_moved()
    assert sorted(recipient for sent in mail.outbox for recipient in sent.to) == [
        "dev.wolde@example.test",
        "maria.lopez@example.test",
    ]
    assert mail.outbox[0].subject == "The boundary changed: your neighborhood is now Elm"
    assert "/residency/" in str(mail.outbox[0].body)


def test_who_has_read_it_already_gets_no_mail(
    load: Load, person: User, django_capture_on_commit_callbacks: Any
) -> None:
    live_at(person, 0.9)
    load(("Oak", square(0, width=0.8)), ("Elm", square(0.8, width=1.2)))
    acknowledge_move(person=person)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tell_moved()
    assert mail.outbox == []


def test_who_waits_for_an_area_is_told_once_when_it_opens(
    load: Load, person: User, django_capture_on_commit_callbacks: Any
) -> None:
    waiting = wait_for_area(person=person, latitude=0.51234, longitude=5.51234, at=AT)
    assert (waiting.cell_center.y, waiting.cell_center.x) == pytest.approx(cell_at(0.51234, 5.51234).center)
    wait_for_area(person=person, latitude=0.51234, longitude=5.51234, at=LATER)
    assert WaitingForArea.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tell_waiting()
    assert mail.outbox == []
    load(("Oak", square(0)), ("Elm", square(1)), ("Pine", square(5)))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_waiting()
    assert [sent.subject for sent in mail.outbox] == ["Pine is here now"]


def test_nobody_waits_where_a_neighborhood_is_or_as_staff(load: Load, person: User) -> None:
    with pytest.raises(IsServed):
        wait_for_area(person=person, latitude=0.5, longitude=0.5, at=AT)
    with pytest.raises(StaffHoldNoResidency):
        wait_for_area(person=make_staff("Kim Delgado", "Officer"), latitude=0.5, longitude=5.5, at=AT)


def test_a_home_ends_the_waiting(load: Load, person: User) -> None:
    wait_for_area(person=person, latitude=0.5, longitude=5.5, at=AT)
    live_at(person, 0.5)
    assert not WaitingForArea.objects.exists()
