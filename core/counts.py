"""Which numbers of people may be shown, so that nobody can be told from them?

Everything shown is worked out from counts that are already hidden where they are small, so a sum on one page never
gives away by subtraction what another page hides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# A small number in a small place points at somebody: a neighbor can tell 1 to 4 people apart.
SMALLEST_SHOWN_COUNT = 5
# That a place has nobody is shown: it says that a first neighbor is missing.
HIDDEN_TEXT = f"under {SMALLEST_SHOWN_COUNT}"


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
class PeopleTotal:
    """A sum of counts that adds nothing to what the single counts say.

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


def people_total(counts: Iterable[PeopleCount]) -> PeopleTotal:
    """The sum of counts, exact only where none of them is hidden."""
    counts = list(counts)
    return PeopleTotal(sum(count.at_least for count in counts), sum(count.is_hidden for count in counts))


def people_in_places(places: Iterable[tuple[int, int]]) -> str:
    """How many people live in some places, in words: "33 people", "at least 31 people", "nobody yet".

    Args:
        places: For each place its claimed and its verified residents. Both counts stand on the page about reach, so
            their sum may not say more than they do.
    """
    total = people_total(people_count(count) for pair in places for count in pair)
    if total.is_exact and total.at_least == 0:
        return "nobody yet"
    return f"{total} {'person' if total.at_least == 1 else 'people'}"
