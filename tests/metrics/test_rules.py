from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from core.counts import people_count, people_total
from metrics.rules import Shade, has_heard, shade_of, spreadsheet_text

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (1, "under 5"), (4, "under 5"), (5, "5"), (1234, "1,234")],
)
def test_one_to_four_people_are_shown_as_under_five(count: int, text: str) -> None:
    assert str(people_count(count)) == text


def test_all_small_counts_are_the_same_to_whoever_gets_them() -> None:
    assert len({people_count(count) for count in range(1, 5)}) == 1


@pytest.mark.parametrize(
    ("counts", "text"),
    [([], "0"), ([0, 12, 7], "19"), ([0, 12, 3], "at least 13"), ([1, 1, 1000, 4], "at least 1,003")],
)
def test_a_people_total_is_exact_only_where_nothing_is_hidden(counts: list[int], text: str) -> None:
    assert str(people_total(people_count(count) for count in counts)) == text


def test_totals_and_shades_do_not_tell_a_hidden_count() -> None:
    """Whatever the hidden counts are, the page is the same: nothing on it depends on them."""
    for claimed, others in product((0, 5, 21, 24, 97, 99), ((), (6,), (0, 40))):
        totals = {people_total(people_count(n) for n in (claimed, hidden, *others)) for hidden in range(1, 5)}
        shades = {shade_of(people_count(claimed), people_count(hidden)) for hidden in range(1, 5)}
        assert len(totals) == 1
        assert len(shades) == 1


@pytest.mark.parametrize(
    ("claimed", "verified", "shade"),
    [
        (0, 0, Shade.NOBODY),
        (1, 0, Shade.FEW),
        (4, 4, Shade.FEW),
        (5, 0, Shade.SOME),
        (20, 4, Shade.SOME),
        (0, 25, Shade.MANY),
        (50, 49, Shade.MANY),
        (50, 50, Shade.MOST),
    ],
)
def test_shades_go_from_nobody_to_a_hundred(claimed: int, verified: int, shade: Shade) -> None:
    assert shade_of(people_count(claimed), people_count(verified)) == shade


def test_a_neighborhood_has_heard_for_thirty_days() -> None:
    assert has_heard(NOON - timedelta(days=29), NOON)
    assert not has_heard(NOON - timedelta(days=30), NOON)
    assert not has_heard(None, NOON)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_that_looks_like_a_formula_stays_text(text: str) -> None:
    assert spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Oak Park", "ʻEwa", "A=B", ""])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert spreadsheet_text(text) == text
