"""How does a list of the room go on where a page of it ends?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of a list, with the way on and the way back to its beginning; both may be empty."""

    shown: list[Item]
    older_url: str
    newer_url: str


def page_of(
    request: HttpRequest, found: list[Item], *, size: int, place: Callable[[Item], str], parameter: str = "before"
) -> Page[Item]:
    """Cut a list that was asked for with one more than fits.

    Args:
        place: What the address says of the last one shown, so that the next page goes on behind it.
        parameter: Its name in the address.
    """
    shown = found[:size]
    return Page(
        shown,
        older_url=f"?{parameter}={place(shown[-1])}" if len(found) > size else "",
        newer_url=request.path if parameter in request.GET else "",
    )
