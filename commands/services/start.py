"""What must exist from the start?"""

from typing import Any

from django.contrib.auth.models import Group, Permission

from commands.models import PoliceCommand
from commands.rules import GROUP_PERMISSIONS, HEADQUARTERS_SLUG, CommandKind


def ensure_headquarters(**kwargs: Any) -> None:
    """Make the headquarters after every migrate and flush, because an empty installation must already work."""
    PoliceCommand.objects.using(kwargs.get("using", "default")).get_or_create(
        kind=CommandKind.HEADQUARTERS,
        defaults={"slug": HEADQUARTERS_SLUG, "name": "Police Headquarters", "letter": "HQ"},
    )


def ensure_groups(**kwargs: Any) -> None:
    """Make the groups that carry named permissions, after every migrate and flush; what a site added to one stays."""
    using = kwargs.get("using", "default")
    for name, codenames in GROUP_PERMISSIONS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        for app_label, codename in (codename.split(".") for codename in codenames):
            found = Permission.objects.using(using).filter(content_type__app_label=app_label, codename=codename)
            group.permissions.add(*found)
