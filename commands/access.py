"""Who may work at a command's desk?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.access import staff_required
from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from commands.selectors import find_assignment, get_command

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request by a staff member who works at the command that the address names."""

    user: User
    assignment: Assignment


def desk_member(
    view: Callable[Concatenate[DeskRequest, str, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Staff with a current assignment at the command whose slug the address names, and a second factor.

    The view finds it as `request.assignment`, with its command. No such command is 404, another's command 403. Two
    queries besides that of the second factor.
    """

    @wraps(view)
    def only_desk_members(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        assert isinstance(request.user, User)
        try:
            command = get_command(slug)
        except PoliceCommand.DoesNotExist as error:
            raise Http404 from error
        assignment = find_assignment(request.user.pk, command.pk)
        if assignment is None:
            raise PermissionDenied
        request.assignment = assignment  # type: ignore[attr-defined]
        return view(request, slug, *args, **kwargs)  # type: ignore[arg-type]

    return staff_required(only_desk_members)  # type: ignore[arg-type]


def desk_manager(
    view: Callable[Concatenate[DeskRequest, str, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """The managers among `desk_member`; for their colleagues it is 403."""

    @wraps(view)
    def only_managers(request: DeskRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.assignment.role != Role.MANAGER:
            raise PermissionDenied
        return view(request, slug, *args, **kwargs)

    return desk_member(only_managers)  # type: ignore[arg-type]
