"""Where does the person behind a request live?"""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from accounts.models import User
from neighborhoods.models import Residency
from neighborhoods.selectors import find_residency


class ResidencyMiddleware:
    """Gives every request a `residency`: the current one of a signed-in resident, else None.

    It is read when first asked for, by one query, and without any for visitors and staff.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A lazy object in front of None is never `is None`; a property of the request's class is.
        request.__class__ = _with_residency(type(request))  # type: ignore[arg-type]
        return self.get_response(request)


def residency_of(request: HttpRequest) -> Residency | None:
    """The request's `residency`, for callers that want its type."""
    found: Residency | None = request.residency  # type: ignore[attr-defined]
    return found


@cache
def _with_residency(request_class: type[HttpRequest]) -> type[HttpRequest]:
    return type(request_class.__name__, (request_class,), {"residency": cached_property(_read_residency)})


def _read_residency(request: HttpRequest) -> Residency | None:
    if not isinstance(request.user, User) or request.user.is_police_or_civic_staff:
        return None
    return find_residency(request.user.pk)
