"""Every change to police commands.

`start` makes what must exist in an empty installation, `coverage` says which neighborhoods a command serves, `staff`
who speaks for it, `invitations` how they are asked to, and `appointments` who comes from outside the commands: their
first managers, and the civic staff who watch over them.
"""

from commands.services.appointments import (
    Appointment,
    CannotAppoint,
    appoint,
    appoint_civic_staff,
    appoint_manager,
    end_appointment,
    end_management,
)
from commands.services.coverage import CannotCover, CommandReport, load_commands, set_coverage
from commands.services.invitations import (
    RESIDENT_STAYS_PRIVATE,
    CannotAccept,
    CannotInvite,
    accept_invitation,
    accept_with_new_account,
    forget_expired_invitations,
    invite,
    send_invitation_again,
    take_back_invitation,
    why_not,
)
from commands.services.staff import CannotAssign, assign, change_role, end_assignment
from commands.services.start import ensure_groups, ensure_headquarters

__all__ = [
    "RESIDENT_STAYS_PRIVATE",
    "Appointment",
    "CannotAccept",
    "CannotAppoint",
    "CannotAssign",
    "CannotCover",
    "CannotInvite",
    "CommandReport",
    "accept_invitation",
    "accept_with_new_account",
    "appoint",
    "appoint_civic_staff",
    "appoint_manager",
    "assign",
    "change_role",
    "end_appointment",
    "end_assignment",
    "end_management",
    "ensure_groups",
    "ensure_headquarters",
    "forget_expired_invitations",
    "invite",
    "load_commands",
    "send_invitation_again",
    "set_coverage",
    "take_back_invitation",
    "why_not",
]
