"""Are passwords refused that somebody guesses first, and long ones taken whole?"""

import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "guessed",
    [
        "Porchlight2026!",
        "sacramento-police-1",
        "PoliceSacramento",
        "neighborhood123",
        "1234567890",
        "qwertyuiop",
        "too short",
    ],
)
def test_what_is_guessed_first_is_refused(guessed: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(guessed)


@pytest.mark.parametrize(
    "chosen",
    [
        "a porch light burns late",
        "correct horse battery",
        "lowercaseandnothingelse",
        "пароль на скамейке",
        " blanks around it ",
        "x7" * 100,
    ],
)
def test_any_signs_and_any_length_will_do(chosen: str) -> None:
    validate_password(chosen)
    assert check_password(chosen, make_password(chosen))


def test_every_sign_of_a_long_password_counts() -> None:
    kept = make_password("a" * 500)
    assert not check_password("a" * 499, kept)
    assert not check_password("a" * 499 + "A", kept)


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_passwords_of_a_list_of_stolen_ones_are_refused(tmp_path: Path, settings: LazySettings, count: int) -> None:
    stolen = [f"stolen from somebody {number}" for number in range(count)]
    digests = sorted(hashlib.sha1(password.encode()).hexdigest().upper() for password in stolen)
    listed = tmp_path / "digests.txt"
    listed.write_text("".join(f"{digest}:{number}\n" for number, digest in enumerate(digests)))
    settings.BREACHED_PASSWORDS = str(listed)
    for password in stolen:
        with pytest.raises(ValidationError, match="stolen"):
            validate_password(password)
    for number in range(50):
        validate_password(f"never stolen from anybody {number}")


def test_an_empty_list_refuses_nothing(tmp_path: Path, settings: LazySettings) -> None:
    listed = tmp_path / "digests.txt"
    listed.touch()
    settings.BREACHED_PASSWORDS = str(listed)
    validate_password("never stolen from anybody")
