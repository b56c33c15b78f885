"""Are codes and tokens read as people write them, and kept so that nobody can read them back?"""

import pytest

from neighborhoods.codes import (
    hash_of_letter_code,
    hash_of_link_token,
    in_groups,
    is_letter_code,
    make_letter_code,
    make_link_token,
    read_letter_code,
)


@pytest.mark.parametrize("typed", ["7KQ4M2X9", "7kq4 m2x9", " 7KQ4-M2X9 ", "7 K Q 4 – m2x9."])
def test_case_blanks_and_dashes_do_not_matter(typed: str) -> None:
    assert read_letter_code(typed) == "7KQ4M2X9"


@pytest.mark.parametrize("typed", ["", "7KQ4", "7KQ4M2X99", "7KQ4M2XO", "0KQ4M2X9", "7KQ4M2X1", "٧KQ4M2X9", "🙂" * 8])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_letter_code(typed) is None


def test_a_fresh_code_is_one_that_can_be_read() -> None:
    codes = {make_letter_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_letter_code(in_groups(code)) == code for code in codes)
    assert in_groups("7KQ4M2X9") == "7KQ4 M2X9"


def test_a_hash_belongs_to_one_code_and_one_letter() -> None:
    kept = hash_of_letter_code(5, "7KQ4M2X9")
    assert is_letter_code(5, "7KQ4M2X9", kept)
    assert not is_letter_code(6, "7KQ4M2X9", kept)
    assert not is_letter_code(5, "7KQ4M2X8", kept)
    assert "7KQ4" not in kept


def test_tokens_differ_and_fit_an_address() -> None:
    tokens = {make_link_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert len({hash_of_link_token(token) for token in tokens}) == 100
