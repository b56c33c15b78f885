"""What is let go of when nobody came back to it, and what stays?"""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.gis.geos import Point

from accounts.holds import place_hold
from accounts.models import User
from neighborhoods.models import Home, Residency, WaitingForArea
from neighborhoods.services import forget_what_is_over
from tests.accounts.factories import make_staff

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)


def seal(person: User, at: datetime, *, is_kept: bool = False) -> Home:
    return Home.objects.create(
        residency=Residency.objects.get(person=person), sealed=b"sealed", sealed_at=at, is_kept=is_kept
    )


def test_a_home_that_nobody_confirmed_is_erased_after_a_year(
    newcomer: User, resident: User, neighbor: User, now: datetime
) -> None:
    seal(newcomer, now - YEAR)
    confirmed = seal(resident, now - YEAR, is_kept=True)
    assert forget_what_is_over(at=now)["homes"] == 1
    assert list(Home.objects.all()) == [confirmed]
    assert Residency.objects.get(person=newcomer).standing == "claimed"


def test_a_young_or_wanted_one_stays(newcomer: User, now: datetime) -> None:
    home = seal(newcomer, now - timedelta(days=360))
    assert forget_what_is_over(at=now)["homes"] == 0
    Home.objects.filter(pk=home.pk).update(sealed_at=now - YEAR, is_kept=True)
    assert forget_what_is_over(at=now)["homes"] == 0


def test_a_hold_keeps_both(newcomer: User, homeless_account: User, now: datetime) -> None:
    clerk = make_staff("Rae Clerk", "")
    clerk.groups.add(Group.objects.get(name="Records clerks"))
    seal(newcomer, now - YEAR)
    WaitingForArea.objects.create(person=homeless_account, cell_center=Point(50, 50), asked_at=now - YEAR)
    place_hold(person_id=newcomer.pk, post_id=None, reason="Case 1", by=clerk, at=now)
    assert forget_what_is_over(at=now) == {"homes": 0, "waiting": 1}
