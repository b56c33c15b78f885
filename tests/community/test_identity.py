"""For how long does the wall stay open? To the end of the transaction, whatever ends it."""

from datetime import datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from accounts.models import User
from community.identity import PURGES_BEFORE, SPEAKER, RefusedByWall, setting_for_transaction, speaking_as
from community.models import NeighborPost
from community.selectors.room import room_page
from core.errors import NotAllowed
from tests.community.factories import say


def speaker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SPEAKER])
        return str(cursor.fetchone()[0])


def test_the_identity_ends_with_the_block(resident: User, now: datetime) -> None:
    say(resident, now)
    with speaking_as(resident.pk):
        assert speaker() == str(resident.pk)
        assert NeighborPost.objects.count() == 1
    assert speaker() == ""
    assert NeighborPost.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_identity_ends_with_the_transaction(resident: User, now: datetime) -> None:
    say(resident, now)
    with speaking_as(resident.pk):
        assert NeighborPost.objects.count() == 1
    assert not connection.in_atomic_block
    assert speaker() == ""
    assert NeighborPost.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_identity_does_not_survive_an_error(resident: User, now: datetime) -> None:
    say(resident, now)
    with pytest.raises(ObjectDoesNotExist), speaking_as(resident.pk):
        NeighborPost.objects.get(pk=0)
    assert speaker() == ""
    assert NeighborPost.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_identity_does_not_survive_a_rollback(resident: User, now: datetime) -> None:
    say(resident, now)
    with speaking_as(resident.pk):
        transaction.set_rollback(True)
    assert speaker() == ""
    assert NeighborPost.objects.count() == 0


def test_inside_a_transaction_an_error_takes_the_identity_back_too(resident: User, now: datetime) -> None:
    say(resident, now)
    with transaction.atomic():
        with pytest.raises(RuntimeError), speaking_as(resident.pk):
            raise RuntimeError
        assert speaker() == ""
        assert NeighborPost.objects.count() == 0


def test_who_spoke_before_speaks_again_after_a_block_inside(resident: User, faraway: User, now: datetime) -> None:
    say(resident, now)
    with speaking_as(resident.pk):
        assert room_page(faraway.pk) == []
        assert NeighborPost.objects.count() == 1
    assert speaker() == ""


def test_a_queryset_that_is_read_too_late_is_empty(resident: User, now: datetime) -> None:
    say(resident, now)
    with speaking_as(resident.pk):
        late = NeighborPost.objects.all()
    assert list(late) == []


def test_what_a_policy_refuses_is_an_error_a_person_can_read(officer: User, resident: User) -> None:
    with pytest.raises(NotAllowed, match="Go back to your feed") as refused, speaking_as(officer.pk):
        NeighborPost.objects.update(title="x")
    assert isinstance(refused.value, RefusedByWall)


def test_other_errors_of_the_database_stay_what_they_are(resident: User) -> None:
    with (
        pytest.raises(Exception, match="division by zero"),
        speaking_as(resident.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 / 0")


@pytest.mark.django_db
def test_the_moment_of_purging_ends_with_its_block() -> None:
    with transaction.atomic():
        with setting_for_transaction(PURGES_BEFORE, "2020-01-01"), connection.cursor() as cursor:
            cursor.execute("SELECT community_purges_before() IS NOT NULL")
            assert cursor.fetchone() == (True,)
        with connection.cursor() as cursor:
            cursor.execute("SELECT community_purges_before() IS NULL")
            assert cursor.fetchone() == (True,)
