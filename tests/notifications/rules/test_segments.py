"""How many text messages does a text cost?"""

import pytest

from notifications.rules.segments import Cost, cost_of


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", Cost(True, 0, 1)),
        ("a" * 160, Cost(True, 160, 1)),
        ("a" * 161, Cost(True, 161, 2)),
        ("a" * 306, Cost(True, 306, 2)),
        ("a" * 307, Cost(True, 307, 3)),
        # Each of these takes an escape.
        ("€" * 80, Cost(True, 160, 1)),
        ("€" * 81, Cost(True, 162, 2)),
        ("Grüße à Ø Ω {ok}\r\n", Cost(True, 20, 1)),
        # One curved apostrophe, and all of it is of 16 bits.
        ("’" + "a" * 69, Cost(False, 70, 1)),
        ("’" + "a" * 70, Cost(False, 71, 2)),
        ("’" + "a" * 133, Cost(False, 134, 2)),
        ("’" + "a" * 134, Cost(False, 135, 3)),
        ("🏠" * 35, Cost(False, 70, 1)),
        ("ç", Cost(False, 1, 1)),
    ],
)
def test_a_text_costs_what_networks_count(text: str, cost: Cost) -> None:
    assert cost_of(text) == cost


def test_an_escape_is_not_parted_from_its_letter() -> None:
    assert cost_of("a" * 152 + "€" + "a" * 151) == Cost(True, 305, 2)
    assert cost_of("a" * 152 + "€" + "a" * 152) == Cost(True, 306, 3)


def test_a_pair_of_16_bits_is_not_parted() -> None:
    assert cost_of("a" * 66 + "🏠" + "a" * 65) == Cost(False, 133, 2)
    assert cost_of("a" * 66 + "🏠" + "a" * 66) == Cost(False, 134, 3)
