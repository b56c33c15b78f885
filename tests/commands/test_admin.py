"""Can a site admin keep commands and coverage without touching the past, and assignments not at all?"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from commands.models import Assignment, Coverage, PoliceCommand
from commands.selectors import covered_neighborhoods, find_assignment
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_staff

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def admin(db: None, sign_in: SignIn) -> Client:
    person = make_staff("Ada Clerk", "")
    person.groups.add(Group.objects.get(name="Site admins"))
    return sign_in(person)


def test_every_page_opens(admin: Client, central: PoliceCommand, officer: User) -> None:
    for page in ("", "policecommand/", "policecommand/add/", "coverage/", "coverage/add/", "assignment/"):
        assert admin.get(f"/admin/commands/{page}").status_code == 200
    assert admin.get(f"/admin/commands/policecommand/{central.pk}/change/").status_code == 200
    for page in ("neighborhood/", "boundary/", "boundaryload/"):
        assert admin.get(f"/admin/neighborhoods/{page}").status_code == 200


def test_assignments_are_only_looked_at(admin: Client, officer: User, south: PoliceCommand) -> None:
    assert "Kim Delgado" in admin.get("/admin/commands/assignment/").content.decode()
    fields = {"person": officer.pk, "command": south.pk, "role": "author"}
    assert admin.post("/admin/commands/assignment/add/", fields).status_code == 403
    own = officer.assignments.get()
    for page in (f"{own.pk}/change/", f"{own.pk}/delete/"):
        assert admin.post(f"/admin/commands/assignment/{page}", fields | {"post": "yes"}).status_code == 403
    admin.post("/admin/commands/assignment/", {"action": "end_now", "_selected_action": [own.pk]})
    assert Assignment.objects.get() == own
    assert find_assignment(officer.pk, own.command_id) is not None


def test_a_changed_command_says_who_changed_it(admin: Client, central: PoliceCommand) -> None:
    fields = {"name": central.name, "letter": "C", "second_person": "always"}
    assert admin.post(f"/admin/commands/policecommand/{central.pk}/change/", fields).status_code == 302
    central.refresh_from_db()
    assert central.second_person == "always"
    assert central.changed_by == User.objects.get(full_name="Ada Clerk")


def test_coverage_is_added_and_ended(admin: Client, central: PoliceCommand, pine: Neighborhood) -> None:
    admin.post("/admin/commands/coverage/add/", {"command": central.pk, "neighborhood": pine.pk})
    assert [place.name for place in covered_neighborhoods(central)] == ["Elm", "Oak", "Pine"]
    coverage = Coverage.objects.get(neighborhood=pine)
    admin.post("/admin/commands/coverage/", {"action": "end_now", "_selected_action": [coverage.pk]})
    assert [place.name for place in covered_neighborhoods(central)] == ["Elm", "Oak"]
    assert Coverage.objects.filter(neighborhood=pine).count() == 1


def test_a_second_headquarters_cannot_be_made(admin: Client) -> None:
    fields = {"name": "Other", "slug": "other", "letter": "O", "kind": "headquarters", "second_person": "never"}
    assert admin.post("/admin/commands/policecommand/add/", fields).status_code == 200
    assert not PoliceCommand.objects.filter(slug="other").exists()
    assert admin.post("/admin/commands/policecommand/add/", fields | {"kind": "specialty"}).status_code == 302
    assert PoliceCommand.objects.filter(slug="other").exists()


def test_no_list_of_residents_for_a_site_admin(admin: Client, resident: User) -> None:
    assert admin.get("/admin/neighborhoods/residency/").status_code == 404


def test_officers_are_not_in_the_administration(sign_in: SignIn, officer: User) -> None:
    assert sign_in(officer).get("/admin/commands/coverage/", follow=True).status_code == 403
