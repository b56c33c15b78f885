"""Every change to police commands.

`start` makes what must exist in an empty installation, `coverage` says which neighborhoods a command serves, `staff`
who speaks for it.
"""

from commands.services.coverage import CannotCover, CommandReport, load_commands, set_coverage
from commands.services.staff import CannotAssign, assign, end_assignment
from commands.services.start import ensure_groups, ensure_headquarters

__all__ = [
    "CannotAssign",
    "CannotCover",
    "CommandReport",
    "assign",
    "end_assignment",
    "ensure_groups",
    "ensure_headquarters",
    "load_commands",
    "set_coverage",
]
