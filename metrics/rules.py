"""Which figures may be shown, so that no small number of people can be told from a page?

Everything shown is worked out from counts that are already hidden where they are small: totals, shades and the order of
rows are functions of what stands in the table, so nobody learns more from them than from the table itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import IntegerChoices

from core.counts import SMALLEST_SHOWN_COUNT

# That a place has nobody is shown: it is what the page is for.
HIDDEN_TEXT = f"under {SMALLEST_SHOWN_COUNT}"

HEARD_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people, as everybody sees it, staff included. Made by `people_count`.

    Attributes:
        shown: The count, or None where it is hidden because it is small.
    """

    shown: int | None

    @property
    def is_hidden(self) -> bool:
        return self.shown is None

    @property
    def at_least(self) -> int:
        """The least it can be: hidden is at least one."""
        return 1 if self.shown is None else self.shown

    @property
    def plain(self) -> str:
        """For a machine: digits without commas."""
        return HIDDEN_TEXT if self.shown is None else str(self.shown)

    def __str__(self) -> str:
        return HIDDEN_TEXT if self.shown is None else f"{self.shown:,}"


def people_count(count: int) -> PeopleCount:
    """A count of people with the small ones hidden."""
    return PeopleCount(None if 0 < count < SMALLEST_SHOWN_COUNT else count)


@dataclass(frozen=True, slots=True)
class CityTotal:
    """A sum over neighborhoods that adds nothing to what the single counts say.

    The true sum would give a hidden count away: by subtraction where one is hidden, and where several are, whenever
    each of them is smallest or largest. So each hidden count adds the one person it stands for at the least.
    """

    at_least: int
    hidden_count: int

    @property
    def is_exact(self) -> bool:
        return self.hidden_count == 0

    def __str__(self) -> str:
        return f"{self.at_least:,}" if self.is_exact else f"at least {self.at_least:,}"


def city_total(counts: Iterable[PeopleCount]) -> CityTotal:
    """The sum of counts, exact only where none of them is hidden."""
    counts = list(counts)
    return CityTotal(sum(count.at_least for count in counts), sum(count.is_hidden for count in counts))


class Shade(IntegerChoices):
    """The five steps of the coverage scale; nobody stands out, then from pale to dark."""

    NOBODY = 0, "nobody yet"
    FEW = 1, f"only counts {HIDDEN_TEXT}"
    SOME = 2, "5 to 24 people"
    MANY = 3, "25 to 99 people"
    MOST = 4, "100 people or more"


def shade_of(claimed: PeopleCount, verified: PeopleCount) -> Shade:
    """How dark a neighborhood is on the map: by the people in the counts that are shown.

    By the true sum, 21 people beside a hidden count would be "25 to 99" only if that count were 4.
    """
    shown = (claimed.shown or 0) + (verified.shown or 0)
    if shown == 0:
        return Shade.FEW if claimed.is_hidden or verified.is_hidden else Shade.NOBODY
    if shown < 25:
        return Shade.SOME
    return Shade.MANY if shown < 100 else Shade.MOST


def has_heard(last_post_at: datetime | None, at: datetime) -> bool:
    """Whether a neighborhood heard from the police in the last 30 days."""
    return last_post_at is not None and last_post_at > at - HEARD_WITHIN


def spreadsheet_text(text: str) -> str:
    """Text that a spreadsheet shows instead of running it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
