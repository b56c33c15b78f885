"""How does a manager decide who works for the command?"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commands import services
from commands.access import DeskRequest, desk_manager
from commands.forms import InviteForm, RoleForm
from commands.models import Assignment, Invitation
from commands.selectors import assignments_at, get_current_assignment, get_invitation_of, open_invitations
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait

INVITATIONS_AN_HOUR = 20


@desk_manager
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: DeskRequest, slug: str) -> HttpResponse:
    """Who works here, who is invited, and the form to invite somebody."""
    if request.method != "POST":
        return _page(request, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    wait = _seconds_to_wait(request)
    if wait:
        form.add_error(None, _ask_to_wait(wait))
        return _page(request, form, status=429)
    try:
        services.invite(
            command=request.assignment.command,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            by=request.user,
            at=timezone.now(),
        )
    except services.CannotInvite as error:
        form.add_error("email", str(error))
        return _page(request, form)
    messages.success(request, "The invitation is on its way. It works for seven days.")
    return redirect("commands:staff", slug)


@desk_manager
@require_POST
def send_invitation_again(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """A new link for an invitation that was lost or has expired."""
    invitation = _invitation_of(request, invitation_id)
    wait = _seconds_to_wait(request)
    if wait:
        messages.error(request, _ask_to_wait(wait))
        return redirect("commands:staff", slug)
    try:
        services.send_invitation_again(invitation_id=invitation.pk, by=request.user, at=timezone.now())
    except services.CannotInvite as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "Sent again. The new link works for seven days; the one before does not work any more."
        )
    return redirect("commands:staff", slug)


@desk_manager
@require_POST
def take_back_invitation(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Make the link of an invitation useless."""
    invitation = _invitation_of(request, invitation_id)
    try:
        services.take_back_invitation(invitation_id=invitation.pk, by=request.user, at=timezone.now())
    except services.CannotInvite as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Taken back. Its link does not work any more.")
    return redirect("commands:staff", slug)


@desk_manager
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_member(request: DeskRequest, slug: str, assignment_id: int) -> HttpResponse:
    """A colleague's role, and the way to change it."""
    assignment = _colleague(request, assignment_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": assignment.role})
    if form.is_bound and form.is_valid():
        role = form.cleaned_data["role"]
        try:
            changed = services.change_role(assignment_id=assignment.pk, role=role, by=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error("role", str(error))
        else:
            label = changed.get_role_display().lower()
            messages.success(request, f"{assignment.person.public_name} is {label} at {assignment.command.name} now.")
            return redirect("commands:staff", slug)
    context = {"command": assignment.command, "colleague": assignment, "form": form}
    return render(request, "commands/staff_member.html", context, status=422 if form.errors else 200)


@desk_manager
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_assignment(request: DeskRequest, slug: str, assignment_id: int) -> HttpResponse:
    """Ask, then end a colleague's assignment."""
    assignment = _colleague(request, assignment_id)
    if request.method != "POST":
        context = {"command": assignment.command, "colleague": assignment}
        return render(request, "commands/staff_end.html", context)
    services.end_assignment(assignment_id=assignment.pk, by=request.user, at=timezone.now())
    messages.success(request, f"{assignment.person.public_name} does not work for {assignment.command.name} any more.")
    return redirect("commands:staff", slug)


def _page(request: DeskRequest, form: InviteForm, status: int = 422) -> HttpResponse:
    command, now = request.assignment.command, timezone.now()
    return render(
        request,
        "commands/staff.html",
        {
            "command": command,
            "assignments": assignments_at(command.pk),
            "invitations": [
                {"row": invitation, "is_open": invitation.is_open(now)} for invitation in open_invitations(command.pk)
            ],
            "form": form,
        },
        status=status if form.errors else 200,
    )


def _colleague(request: DeskRequest, assignment_id: int) -> Assignment:
    """A current assignment at this command that is not the manager's own.

    Raises:
        Http404: Ended, not there, or another command's.
        PermissionDenied: Nobody changes or ends their own.
    """
    try:
        assignment = get_current_assignment(request.assignment.command_id, assignment_id)
    except Assignment.DoesNotExist as error:
        raise Http404 from error
    if assignment.person_id == request.user.pk:
        raise PermissionDenied
    return assignment


def _invitation_of(request: DeskRequest, invitation_id: int) -> Invitation:
    try:
        return get_invitation_of(request.assignment.command_id, invitation_id)
    except Invitation.DoesNotExist as error:
        raise Http404 from error


def _seconds_to_wait(request: DeskRequest) -> int:
    return seconds_to_wait("invite", caller_of(request), count=INVITATIONS_AN_HOUR, seconds=3600)


def _ask_to_wait(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return f"You sent {INVITATIONS_AN_HOUR} invitations within an hour. Wait {minutes} min, then try again."
