"""Does a sealed home tell nothing without its key, and do two people behind one door count as one household?"""

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings

from neighborhoods.sealing import CannotUnseal, ExactHome, household_hash, seal, seal_anew, unseal

HOME = ExactHome("1901 10th St", "Apt 2", "Sacramento", "95811", 38.57, -121.5)


def test_what_was_sealed_is_unsealed_and_cannot_be_read() -> None:
    sealed = seal(HOME)
    assert unseal(sealed) == HOME
    assert unseal(memoryview(sealed)) == HOME
    for word in (b"1901", b"10th", b"Sacramento", b"95811", b"38.57"):
        assert word not in sealed
    assert seal(HOME) != sealed


def test_an_old_key_still_opens_and_the_first_one_seals(settings: LazySettings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.HOME_KEYS = [old]
    sealed = seal(HOME)
    settings.HOME_KEYS = [new, old]
    assert unseal(sealed) == HOME
    resealed = seal_anew(sealed)
    assert resealed is not None
    assert seal_anew(resealed) is None
    settings.HOME_KEYS = [new]
    assert unseal(resealed) == HOME
    for attempt in (unseal, seal_anew):
        with pytest.raises(CannotUnseal):
            attempt(sealed)


def test_a_home_shown_by_mistake_does_not_tell_its_address() -> None:
    assert "10th" not in f"{HOME!r} {HOME}"


@pytest.mark.parametrize(
    ("unit", "city", "postcode", "is_same"),
    [
        ("Apt 2", "Sacramento", "95811", True),
        ("#2", "sacramento", "95811-1234", True),
        ("2", "", " 95811 ", True),
        ("unit 2", "Sacramento", "95811", True),
        ("Apt 3", "Sacramento", "95811", False),
        ("", "Sacramento", "95811", False),
        ("Apt 2", "Sacramento", "95816", False),
    ],
)
def test_one_door_is_one_household_however_it_is_written(unit: str, city: str, postcode: str, is_same: bool) -> None:
    other = ExactHome("1901 10TH STREET", unit, city, postcode)
    assert (household_hash(other) == household_hash(HOME)) is is_same


def test_a_household_cannot_be_computed_without_the_key(settings: LazySettings) -> None:
    before = household_hash(HOME)
    settings.HOUSEHOLD_KEY = "another"
    assert household_hash(HOME) != before


def test_a_letter_is_addressed_in_two_lines() -> None:
    assert HOME.lines == ["1901 10th St, Apt 2", "Sacramento 95811"]
    assert ExactHome("1901 10th St").lines == ["1901 10th St"]
