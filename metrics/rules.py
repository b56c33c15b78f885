"""Which figures may be shown, so that no small number of people can be told from a page?

Everything shown is worked out from counts that are already hidden where they are small: totals, shades and the order of
rows are functions of what stands in the table, so nobody learns more from them than from the table itself.
"""

from datetime import datetime, timedelta

from django.db.models import IntegerChoices

from core.counts import HIDDEN_TEXT, PeopleCount

HEARD_WITHIN = timedelta(days=30)


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
