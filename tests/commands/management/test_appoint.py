"""Does `appoint` do one thing, say what it did, and leave nothing half-done?"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import find_role


def appoint(*arguments: str) -> str:
    error = StringIO()
    call_command("appoint", *arguments, stderr=error)
    return error.getvalue().strip()


def test_it_says_what_it_did(central: PoliceCommand) -> None:
    said = appoint("vera@city.test", "--group", "Verifiers", "--name", "Vera Ortiz")
    assert said == "Vera Ortiz, Verifiers: appointed; 1 accounts made."
    assert appoint("vera@city.test", "--group", "Verifiers").endswith("as before; 0 accounts made.")
    assert appoint("vera@city.test", "--group", "Verifiers", "--end").endswith("ended; 0 accounts made.")
    manager = ("osei@police.test", "--manager-of", "central", "--name", "Victor Osei", "--rank", "Capt.")
    assert appoint(*manager) == "Victor Osei, manager of central: appointed; 1 accounts made."
    person = User.objects.get(email="osei@police.test")
    assert find_role(person.pk, central.pk) == "manager"
    appoint("osei@police.test", "--manager-of", "central", "--end")
    assert find_role(person.pk, central.pk) is None


def test_a_dry_run_changes_nothing(db: None) -> None:
    said = appoint("vera@city.test", "--group", "Verifiers", "--name", "Vera Ortiz", "--dry-run")
    assert said.startswith("Dry run, nothing was changed: Vera Ortiz, Verifiers: appointed")
    assert not User.objects.exists()


def test_what_it_refuses_it_says_and_does_not_begin(officer: User, resident: User) -> None:
    before = User.objects.count()
    for arguments, words in (
        ((officer.email, "--group", "Verifiers"), "works for Central Command"),
        ((resident.email, "--group", "Verifiers"), "resident account"),
        (("new@city.test", "--group", "Verifiers"), "--name"),
        (("new@city.test", "--manager-of", "nowhere", "--name", "New"), "no command nowhere"),
        (("new@city.test", "--manager-of", "central", "--end"), "Nobody"),
    ):
        with pytest.raises(CommandError, match=words):
            appoint(*arguments)
    assert User.objects.count() == before


def test_group_and_command_exclude_each_other(db: None) -> None:
    for arguments in (("a@city.test",), ("a@city.test", "--group", "Verifiers", "--manager-of", "central")):
        with pytest.raises(CommandError):
            appoint(*arguments)


def test_one_community_moderator_is_told_to_be_too_few(db: None) -> None:
    group = ("--group", "Community moderators")
    assert "Hint: there is one community moderator. Appoint two" in appoint(
        "ana@city.test", *group, "--name", "Ana Cole"
    )
    assert "Hint" not in appoint("bo@city.test", *group, "--name", "Bo Dale")
    assert "Hint: there is one" in appoint("bo@city.test", *group, "--end")
    assert "Hint: there is no community moderator" in appoint("ana@city.test", *group, "--end")
    assert "Hint" not in appoint("vera@city.test", "--group", "Verifiers", "--name", "Vera Ortiz")
