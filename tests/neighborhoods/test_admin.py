"""Does the administration show places alone, and nobody's home?"""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from neighborhoods.models import Home, Letter, LookUp, Neighborhood, Residency, Vouch, VouchLink, WaitingForArea
from tests.accounts.factories import make_staff

pytestmark = pytest.mark.django_db


def test_homes_and_what_proves_them_are_not_in_the_administration() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "neighborhoods"}
    assert registered.isdisjoint({Home, Letter, LookUp, Residency, Vouch, VouchLink, WaitingForArea})
    assert registered


@pytest.mark.parametrize("group", ["Verifiers", "Site admins", "Oversight readers", "Community moderators"])
def test_no_civic_staff_find_a_residency_there(sign_in: Callable[[User], Client], newcomer: User, group: str) -> None:
    person = make_staff("Civic Person", "")
    person.groups.add(Group.objects.get(name=group))
    client = sign_in(person)
    assert client.get("/admin/neighborhoods/residency/").status_code == 404
    assert "Tomas" not in client.get("/admin/", follow=True).content.decode()


def test_boundaries_are_looked_at_and_never_changed_by_hand(sign_in: Callable[[User], Client]) -> None:
    person = make_staff("Civic Person", "")
    person.groups.add(Group.objects.get(name="Site admins"))
    client = sign_in(person)
    assert client.get("/admin/neighborhoods/neighborhood/").status_code == 200
    assert client.get("/admin/neighborhoods/neighborhood/add/").status_code == 403


def test_few_people_are_not_counted_there_either(
    sign_in: Callable[[User], Client], oak: Neighborhood, resident: User
) -> None:
    person = make_staff("Civic Person", "")
    person.groups.add(Group.objects.get(name="Oversight readers"))
    client, path = sign_in(person), "/admin/neighborhoods/neighborhood/"
    for page in (path, f"{path}{oak.pk}/change/"):
        assert "under 5" in client.get(page).content.decode()
    for few in (1, 4):
        Neighborhood.objects.filter(pk=oak.pk).update(verified_count=few)
        assert client.get(f"{path}?verified_count__exact=1").status_code == 400
    Neighborhood.objects.filter(pk=oak.pk).update(verified_count=1234)
    assert "1,234" in client.get(path).content.decode()
