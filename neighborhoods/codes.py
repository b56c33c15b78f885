"""How does a secret on paper or in a link become something that can be kept and checked?"""

import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from neighborhoods.rules import LETTER_CODE_ALPHABET, LETTER_CODE_LENGTH


def make_letter_code() -> str:
    """A fresh code, 39 bits of chance: with five tries one letter in 130,000 million would be guessed."""
    return "".join(secrets.choice(LETTER_CODE_ALPHABET) for _ in range(LETTER_CODE_LENGTH))


def read_letter_code(typed: str) -> str | None:
    """The code in what somebody typed, whatever its case, blanks and dashes; None where it cannot be a code at all."""
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    is_one = len(code) == LETTER_CODE_LENGTH and all(letter in LETTER_CODE_ALPHABET for letter in code)
    return code if is_one else None


def in_groups(code: str) -> str:
    """A code as it is printed: "7KQ4 M2X9"."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def hash_of_letter_code(letter_id: int, code: str) -> str:
    """What is kept of a code: keyed with the installation's secret, so that the table alone cannot be searched."""
    return salted_hmac(f"neighborhoods.letter:{letter_id}", code, algorithm="sha256").hexdigest()


def is_letter_code(letter_id: int, code: str, code_hash: str) -> bool:
    """Whether a code is the one of this letter; takes the same time whichever letter is wrong."""
    return constant_time_compare(hash_of_letter_code(letter_id, code), code_hash)


def make_link_token() -> str:
    """A fresh token for a link, 256 bits of chance, of letters that an address may hold."""
    return secrets.token_urlsafe(32)


def hash_of_link_token(token: str) -> str:
    """What is kept of a token. There is too much chance in it to be guessed, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
