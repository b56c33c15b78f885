"""Is what must exist there from the start, however often it is made?"""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from commands.models import PoliceCommand
from commands.rules import GROUP_PERMISSIONS
from commands.services import ensure_groups, ensure_headquarters


def permissions_of(name: str) -> set[str]:
    rows = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app_label}.{codename}" for app_label, codename in rows}


@pytest.mark.django_db
def test_every_named_permission_exists() -> None:
    for name, expected in GROUP_PERMISSIONS.items():
        assert permissions_of(name) >= set(expected)


@pytest.mark.django_db
def test_what_no_rule_names_is_taken_away() -> None:
    verifiers = Group.objects.get(name="Verifiers")
    before = permissions_of("Verifiers")
    verifiers.permissions.add(*Permission.objects.filter(codename__in=["change_user", "add_logentry"]))
    verifiers.permissions.remove(Permission.objects.get(codename="verify_residency"))
    for app in apps.get_app_configs():
        ensure_groups(app_config=app)
        ensure_headquarters()
    assert permissions_of("Verifiers") == before
    assert PoliceCommand.objects.filter(slug="headquarters").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_a_working_empty_installation() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert PoliceCommand.objects.get().slug == "headquarters"
    assert permissions_of("Verifiers") == {"neighborhoods.verify_residency"}


def test_a_site_admin_makes_nobody_more_than_they_are() -> None:
    assert not any(
        permission.startswith(("posts.", "community.", "auth.add", "auth.change"))
        or permission in {"commands.add_assignment", "commands.change_assignment", "neighborhoods.verify_residency"}
        for permission in GROUP_PERMISSIONS["Site admins"]
    )


def test_a_permission_that_opens_something_is_held_by_one_group_alone() -> None:
    held = [permission for permissions in GROUP_PERMISSIONS.values() for permission in permissions]
    shared = [permission for permission in held if held.count(permission) > 1]
    assert all(permission.partition(".")[2].startswith("view_") for permission in shared)
