"""Is what must exist there from the start, however often it is made?"""

import pytest
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
def test_making_them_again_changes_nothing_and_keeps_what_a_site_added() -> None:
    added = Permission.objects.get(codename="view_policecommand")
    Group.objects.get(name="Verifiers").permissions.add(added)
    before = permissions_of("Verifiers")
    ensure_groups()
    ensure_headquarters()
    assert permissions_of("Verifiers") == before
    assert PoliceCommand.objects.filter(slug="headquarters").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_a_working_empty_installation() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert PoliceCommand.objects.get().slug == "headquarters"
    assert permissions_of("Verifiers") == {"neighborhoods.verify_residency", "neighborhoods.view_residency"}


def test_nobody_may_change_what_neighbors_say_or_hold_everything() -> None:
    forbidden = ("posts.", "community.", "auth.add", "auth.change")
    for codenames in GROUP_PERMISSIONS.values():
        assert not any(codename.startswith(forbidden) for codename in codenames)
