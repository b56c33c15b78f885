"""What do the numbers in a page's address mean? What cannot be one counts as not given."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

LARGEST = 2**62


def positive_number(request: HttpRequest, name: str) -> int | None:
    """A whole number from the query string, None when it is missing or makes no sense."""
    text = request.GET.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    return min(int(text), LARGEST)


def keyset(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where the page before ended: `before=<time>~<id>`."""
    at_text, _, id_text = request.GET.get("before", "").partition("~")
    try:
        at = parse_datetime(at_text)
    except ValueError:
        return None
    if at is None or at.tzinfo is None or not id_text.isascii() or not id_text.isdigit() or len(id_text) > 18:
        return None
    return at, int(id_text)
