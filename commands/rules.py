"""Which kinds of police commands and roles are there, and what may each role do?"""

from collections.abc import Container
from datetime import timedelta

from django.db.models import TextChoices

HEADQUARTERS_SLUG = "headquarters"

INVITATION_LIFETIME = timedelta(days=7)


class CommandKind(TextChoices):
    AREA = "area", "Area command"
    SPECIALTY = "specialty", "Specialty unit"
    HEADQUARTERS = "headquarters", "Headquarters"


class Role(TextChoices):
    """One staff member's role on one command page."""

    AUTHOR = "author", "Author"
    APPROVER = "approver", "Approver"
    MANAGER = "manager", "Manager"


ROLES_IN_WORDS: dict[str, str] = {
    Role.AUTHOR: "Author: writes posts, answers neighbors",
    Role.APPROVER: "Approver: also releases colleagues’ posts",
    Role.MANAGER: "Manager: also decides who works here",
}


class SecondPerson(TextChoices):
    """When a post of this command waits for a colleague's release before it goes out."""

    NEVER = "never", "Never"
    CITYWIDE = "citywide", "For the whole command or city"
    ALWAYS = "always", "Always"


# An approver and a manager also write and answer; only these two release a colleague's post.
ROLES_THAT_WRITE = frozenset({Role.AUTHOR, Role.APPROVER, Role.MANAGER})
ROLES_THAT_RELEASE = frozenset({Role.APPROVER, Role.MANAGER})


def letter_for(name: str, taken: Container[str]) -> str:
    """What a command's shield mark shows: the first letter, or up to three where that is taken by another command."""
    letters = "".join(letter for letter in name.upper() if letter.isalnum()) or "X"
    return next((letters[:length] for length in (1, 2, 3) if letters[:length] not in taken), letters[:3])


# The wall asks for them by this name (community/migrations/0002).
COMMUNITY_MODERATORS = "Community moderators"

# Nobody is a superuser: each kind of civic staff holds just these, whatever else was ever given to its group.
GROUP_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Site admins": (
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_user",
        "auth.view_group",
        "neighborhoods.load_boundaries",
        "neighborhoods.view_neighborhood",
        "neighborhoods.view_boundary",
        "neighborhoods.view_boundaryload",
        "commands.view_policecommand",
        "commands.add_policecommand",
        "commands.change_policecommand",
        "commands.view_coverage",
        "commands.add_coverage",
        "commands.change_coverage",
        "commands.view_assignment",
        "notifications.see_operations",
    ),
    "Verifiers": ("neighborhoods.verify_residency",),
    COMMUNITY_MODERATORS: ("neighborhoods.view_neighborhood", "community.moderate", "posts.decide_appeals"),
    "Records clerks": ("accounts.export_record", "accounts.place_legal_hold"),
    "Oversight readers": (
        "accounts.read_audit",
        "neighborhoods.view_neighborhood",
        "neighborhoods.view_boundary",
        "neighborhoods.view_boundaryload",
        "commands.view_policecommand",
        "commands.view_coverage",
        "commands.view_assignment",
    ),
}
