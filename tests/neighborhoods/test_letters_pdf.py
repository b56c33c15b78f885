"""Does every letter come out readable, whatever the name and the address?"""

from datetime import date

import pytest
import segno

from neighborhoods.letters_pdf import Sheet, can_print, draw_letters
from tests.neighborhoods.letters import codes_in, pages_of, squares_in


def draw(*sheets: Sheet) -> bytes:
    return draw_letters(
        sheets, city_name="City of San José", site_url="https://porchlight.example", ends_on=date(2026, 12, 21)
    )


def letter_to(name: str, *address: str, code: str = "7KQ4M2X9") -> Sheet:
    return Sheet(name, address or ("1127 V St, Apt 2", "Sacramento 95818"), code)


def test_a_letter_says_who_where_the_code_and_until_when() -> None:
    (page,) = pages_of(draw(letter_to("Maria Lopez")))
    for words in ("Maria Lopez", "1127 V St, Apt 2", "Sacramento 95818", "7KQ4 M2X9", "until December 21, 2026"):
        assert words in page
    assert "https://porchlight.example/residency/code/" in page


def test_each_letter_has_its_own_page_in_the_given_order() -> None:
    pdf = draw(letter_to("A", code="2222AAAA"), letter_to("B", code="3333BBBB"))
    assert codes_in(pdf) == ["2222AAAA", "3333BBBB"]


def test_the_square_leads_to_the_page_that_fills_the_code_in() -> None:
    (squares,) = squares_in(draw(letter_to("Maria Lopez")))
    rows = list(segno.make("https://porchlight.example/residency/code/?code=7KQ4M2X9", error="m", micro=False).matrix)
    assert squares == {
        (number, column) for number, row in enumerate(reversed(rows)) for column, is_dark in enumerate(row) if is_dark
    }


@pytest.mark.parametrize("name", ["Zoë Łukasz", "Nguyễn Thị Ánh", "Ā ʻĀina", "É", "X" * 80, "Word " * 16])
def test_latin_names_of_every_kind_are_printed(name: str) -> None:
    assert can_print(name)
    (page,) = pages_of(draw(letter_to(name)))
    assert "Resident" not in page


@pytest.mark.parametrize("name", ["محمد علي", "דוד", "王小明", "देव", "🙂", "Tom\u0000"])
def test_a_name_the_font_cannot_draw_becomes_resident_and_never_boxes(name: str) -> None:
    assert not can_print(name)
    (page,) = pages_of(draw(letter_to(name)))
    assert "Resident" in page
    assert "1127 V St, Apt 2" in page


def test_accents_typed_apart_from_their_letter_are_printed() -> None:
    assert can_print("Zoe\u0308")
