"""Does a number of people in words say no more than the counts that are shown elsewhere?"""

import pytest

from core.counts import people_in_places


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([], "nobody yet"),
        ([(0, 0)], "nobody yet"),
        ([(30, 6)], "36 people"),
        # 33 would give the hidden 3 away to whoever reads "30" on the page about reach.
        ([(30, 3)], "at least 31 people"),
        ([(30, 1)], "at least 31 people"),
        ([(2, 0)], "at least 1 person"),
        ([(1200, 5), (0, 0)], "1,205 people"),
        ([(1200, 5), (4, 0)], "at least 1,206 people"),
    ],
)
def test_people_in_places(places: list[tuple[int, int]], words: str) -> None:
    assert people_in_places(places) == words
