"""How do the figures look as a page and as a file?"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import has_second_factor
from commands.models import Assignment
from commands.selectors import assignments_of
from community.selectors.weeks import posts_per_week
from core.counts import people_total
from metrics import selectors
from metrics.maps import shaded_map
from metrics.rules import Shade, has_heard, spreadsheet_text
from metrics.selectors import NeighborhoodReach, PrivateReach


@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    """Whom the police reach and whom they miss, on a map and in a table that say the same."""
    rows = selectors.reach_by_neighborhood()
    sort = request.GET.get("sort", selectors.DEFAULT_SORT)
    if sort.removeprefix("-") not in selectors.SORT_KEYS:
        sort = selectors.DEFAULT_SORT
    desks = desks_of(request)
    private = selectors.private_reach([desk.command_id for desk in desks])
    at = timezone.now()
    names = {row.id: row.name for row in rows}
    weeks = [week for week in posts_per_week(until=at.astimezone(UTC).date()) if week.neighborhood_id in names]
    return render(
        request,
        "metrics/reach.html",
        {
            "rows": [(row, private.get(row.id)) for row in selectors.in_order(rows, sort)],
            "columns": columns_for(sort),
            "desks": desks,
            "map": shaded_map(rows, settings.CITY_NAME),
            "people": people_total(count for row in rows for count in (row.claimed, row.verified)),
            "claimed": people_total(row.claimed for row in rows),
            "verified": people_total(row.verified for row in rows),
            "neighborhood_count": len(rows),
            "nobody_count": sum(row.shade == Shade.NOBODY for row in rows),
            "heard_count": sum(has_heard(row.last_post_at, at) for row in rows),
            "silent_count": sum(not has_heard(row.last_post_at, at) for row in rows),
            "shades": Shade,
            "neighbors": sorted(((names[week.neighborhood_id], week) for week in weeks), key=itemgetter(0)),
        },
    )


@require_safe
def reach_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The table as a file for a spreadsheet, with the columns this person sees on the page."""
    desks = desks_of(request)
    private = selectors.private_reach([desk.command_id for desk in desks]) if desks else None
    response = StreamingHttpResponse(
        csv_lines(selectors.reach_by_neighborhood(), private), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="reach.csv"'
    patch_vary_headers(response, ["Cookie"])
    return response


def desks_of(request: HttpRequest) -> list[Assignment]:
    """Where the person behind a request works, if they are staff whose second factor is set up."""
    user = request.user
    if not isinstance(user, User) or not user.is_police_or_civic_staff or not has_second_factor(user.pk):
        return []
    return assignments_of(user.pk)


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head, which is a link that sorts by it.

    Attributes:
        sort: What the link asks for; the other way round where the table is sorted by this column already.
        order: "ascending", "descending", or empty where the table is sorted by another column.
    """

    label: str
    sort: str
    order: str
    is_number: bool


# What people look for first: names from A, figures from the largest, and whoever has waited longest for a word.
_COLUMNS = (
    ("name", "Neighborhood", "name", False),
    ("command", "Command", "command", False),
    ("claimed", "Claimed", "-claimed", True),
    ("verified", "Verified", "-verified", True),
    ("posts", "Posts", "-posts", True),
    ("replies", "Replies", "-replies", True),
    ("activity", "Last activity", "activity", False),
)


def columns_for(sort: str) -> list[Column]:
    """The heads of a table that is sorted by `sort`."""
    columns = []
    for key, label, first, is_number in _COLUMNS:
        is_current = sort.removeprefix("-") == key
        order = ("descending" if sort.startswith("-") else "ascending") if is_current else ""
        turned = key if sort.startswith("-") else f"-{key}"
        columns.append(Column(label, turned if is_current else first, order, is_number))
    return columns


class _Line:
    """Stands in for a file: `csv.writer` hands each finished line through."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Sequence[NeighborhoodReach], private: Mapping[int, PrivateReach] | None) -> Iterator[str]:
    """The head and a line for each neighborhood.

    Args:
        private: What passed in private, for staff; None leaves its two columns out.
    """
    writer = csv.writer(_Line())
    head = ["neighborhood", "slug", "commands", "claimed", "verified", "posts", "replies", "last_activity"]
    yield writer.writerow([*head, "conversations", "waiting"] if private is not None else head)
    for row in rows:
        cells = [
            spreadsheet_text(row.name),
            row.slug,
            spreadsheet_text("; ".join(row.commands)),
            row.claimed.plain,
            row.verified.plain,
            row.posts,
            row.replies,
            _moment(row.last_activity_at),
        ]
        if private is not None:
            own = private.get(row.id)
            cells += [own.conversations, own.waiting] if own else ["", ""]
        yield writer.writerow(cells)


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
