"""Who may open the neighbors' room, as far as the account and the home decide? What is in it the database decides."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control

from accounts.access import civic_required, resident_required
from accounts.models import User
from neighborhoods.middleware import residency_of
from neighborhoods.models import Neighborhood, Residency

P = ParamSpec("P")


class ResidentRequest(HttpRequest):
    """A request by a resident, whether or not they live anywhere now."""

    user: User


class NeighborRequest(ResidentRequest):
    """A request by a verified resident of a neighborhood."""

    residency: Residency
    neighborhood: Neighborhood


class ModeratorRequest(HttpRequest):
    """A request by a community moderator, who is civic staff."""

    user: User


_kept_nowhere = cache_control(private=True, no_store=True)


def resident_page(
    view: Callable[Concatenate[ResidentRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """What is a resident's own, wherever they live by now. Staff get 403."""
    return _kept_nowhere(resident_required(view))  # type: ignore[arg-type]


def neighbor_page(
    view: Callable[Concatenate[NeighborRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """What opens with a verified home; until then residents are led to the page that says so. Staff get 403."""

    @wraps(view)
    def only_neighbors(request: ResidentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        residency = residency_of(request)
        if residency is None or not residency.is_verified or residency.neighborhood is None:
            return redirect("community:room")
        request.neighborhood = residency.neighborhood  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return resident_page(only_neighbors)


def moderator_page(
    view: Callable[Concatenate[ModeratorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """What falls to the community moderator; everybody else gets 403."""
    return _kept_nowhere(civic_required("community.moderate")(view))  # type: ignore[arg-type]
