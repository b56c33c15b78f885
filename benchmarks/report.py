"""How is a measured figure told to programs and to people?"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure beside its bare limit.

    Attributes:
        limit: The bare figure measured in the same run, in the same unit; None where there is nothing to compare.
        goal: The bound on `ratio`: at most this where lower is better, at least where higher is.
    """

    benchmark: str
    measure: str
    value: float
    unit: str
    limit: float | None = None
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None

    @property
    def is_kept(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.ratio is None or self.goal is None:
            return None
        return self.ratio <= self.goal if self.better == "lower" else self.ratio >= self.goal

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "ratio": self.ratio})

    @classmethod
    def from_json(cls, line: str) -> "Measure":
        fields = json.loads(line)
        del fields["ratio"]
        return cls(**fields)


_TITLES = ("benchmark", "measure", "value", "limit", "unit", "ratio", "goal", "")


def as_table(measures: Iterable[Measure]) -> str:
    """All figures in columns, for people."""
    rows = [_TITLES, *(_cells(measure) for measure in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in (2, 3, 5, 6) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(measure: Measure) -> tuple[str, ...]:
    sign = "≤" if measure.better == "lower" else "≥"
    return (
        measure.benchmark,
        measure.measure,
        _figure(measure.value),
        "" if measure.limit is None else _figure(measure.limit),
        measure.unit,
        "" if measure.ratio is None else f"{measure.ratio:.2f}",
        "" if measure.goal is None else f"{sign} {measure.goal:g}",
        {True: "kept", False: "MISSED", None: ""}[measure.is_kept],
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
