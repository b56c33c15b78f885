"""What must exist from the start?"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from commands.models import PoliceCommand
from commands.rules import GROUP_PERMISSIONS, HEADQUARTERS_SLUG, CommandKind


def ensure_headquarters(**kwargs: Any) -> None:
    """Make the headquarters after every migrate and flush, because an empty installation must already work."""
    PoliceCommand.objects.using(kwargs.get("using", "default")).get_or_create(
        kind=CommandKind.HEADQUARTERS,
        defaults={"slug": HEADQUARTERS_SLUG, "name": "Police Headquarters", "letter": "HQ"},
    )


def ensure_groups(*, app_config: AppConfig, **kwargs: Any) -> None:
    """Give the groups just the permissions that the rules name, after every migrate and flush.

    Called for one app after the other, because the permissions of each come with its own tables. What no rule names is
    taken away: nobody becomes more by an upgrade that was forgotten, or by a row somebody slipped in.
    """
    using = kwargs.get("using", "default")
    named = {name: _of_app(permissions, app_config.label) for name, permissions in GROUP_PERMISSIONS.items()}
    held = Group.permissions.through.objects.using(using).filter(
        group__name__in=GROUP_PERMISSIONS, permission__content_type__app_label=app_config.label
    )
    for name, codenames in named.items():
        held = held.exclude(group__name=name, permission__codename__in=codenames)
    held.delete()
    for name, codenames in named.items():
        if codenames:
            group, _ = Group.objects.using(using).get_or_create(name=name)
            group.permissions.add(
                *Permission.objects.using(using).filter(
                    content_type__app_label=app_config.label, codename__in=codenames
                )
            )


def _of_app(permissions: tuple[str, ...], app_label: str) -> list[str]:
    return [codename for label, codename in (permission.split(".") for permission in permissions) if label == app_label]
