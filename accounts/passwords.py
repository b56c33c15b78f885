"""Which passwords does somebody guess who knows this city, or who holds a list of stolen ones?"""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

# Beside the city's and the police's own names.
WORDS_OF_THIS_PLACE = ("porchlight", "porch", "light", "neighborhood", "neighbor", "police", "password", "city")
OWN_CHARACTERS = 6


class NotOfThisPlace:
    """Refuses passwords that are little more than the names anybody here thinks of first."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.lower()
        for word in sorted(_words_of_this_place(), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.lower() and len(re.sub(r"[\W\d_]", "", left)) < OWN_CHARACTERS:
            raise ValidationError("Names of this city and this site are guessed first. Add words of your own.")

    def get_help_text(self) -> str:
        return "Use more than the names of this city and this site."


class NotStolen:
    """Refuses passwords from a list of breached ones, if the site has one (`BREACHED_PASSWORDS`); nobody is asked.

    The list is a file of SHA-1 digests in hexadecimal, sorted, one a line; what follows a digest does not matter.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if settings.BREACHED_PASSWORDS and _stands_in(Path(settings.BREACHED_PASSWORDS), password):
            raise ValidationError("This password was stolen somewhere and is on lists of guesses. Choose another one.")

    def get_help_text(self) -> str:
        return "Do not use a password that was stolen elsewhere."


def _words_of_this_place() -> set[str]:
    names = f"{settings.CITY_NAME} {settings.POLICE_NAME}".lower()
    return {*WORDS_OF_THIS_PLACE, *(word for word in re.findall(r"\w+", names) if len(word) > 3)}


def _stands_in(path: Path, password: str) -> bool:
    """By halving: some twenty short reads in a file of forty gigabytes."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        first, last = 0, file.seek(0, os.SEEK_END)
        while first < last:
            middle = (first + last) // 2
            file.seek(middle)
            if middle:
                file.readline()
            line = file.readline()
            if line[: len(digest)].upper() < digest and line:
                first = middle + 1
            else:
                last = middle
        file.seek(first)
        if first:
            file.readline()
        return file.readline()[: len(digest)].upper() == digest
