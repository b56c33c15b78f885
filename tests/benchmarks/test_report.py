"""When is a promise kept, and how is a figure told?"""

import pytest

from benchmarks.report import Measure, as_table


@pytest.mark.parametrize(
    ("value", "better", "is_kept"),
    [(20.0, "lower", True), (20.1, "lower", False), (20.0, "higher", True), (19.9, "higher", False)],
)
def test_goal_bounds_the_ratio_from_the_side_that_is_worse(value: float, better: str, is_kept: bool) -> None:
    measure = Measure("fan_out", "anything", value, "ms", limit=10.0, goal=2.0, better=better)  # type: ignore[arg-type]

    assert measure.is_kept is is_kept


def test_figure_without_a_limit_promises_nothing() -> None:
    measure = Measure("feed", "rows", 100, "rows")

    assert measure.ratio is None
    assert measure.is_kept is None


def test_figure_survives_its_line_of_json() -> None:
    measure = Measure("feed", "SQL of a page", 120.5, "µs", limit=100.0, goal=2.0)

    assert Measure.from_json(measure.as_json()) == measure


def test_table_says_which_promise_is_missed() -> None:
    kept = Measure("feed", "kept one", 90, "requests/s", limit=100, goal=0.7, better="higher")
    missed = Measure("feed", "missed one", 60, "requests/s", limit=100, goal=0.7, better="higher")

    lines = as_table([kept, missed]).splitlines()

    assert [line.split()[-1] for line in lines[1:]] == ["kept", "MISSED"]
