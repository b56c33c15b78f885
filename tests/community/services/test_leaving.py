"""What goes when somebody leaves or when time has passed, and what must stay?"""

import threading
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from accounts.services import leave
from community.identity import speaking_as
from community.models import Comment, Lead, NeighborPost, Picture
from community.rules import RoomRule
from community.selectors.care import reports_waiting
from community.selectors.people import leads_of
from community.selectors.room import get_post, room_page
from community.services import appeal, forget_person, purge_old, remove
from neighborhoods.models import Neighborhood
from neighborhoods.services import end_residency
from tests.community.conftest import TABLES, Talk
from tests.community.factories import (
    answer,
    home_of,
    make_lead,
    make_upload,
    report_comment,
    report_post,
    say,
)


def all_rows() -> dict[str, int]:
    """Everything that is there, whoever may see it: as the owner, with the wall out of the way for a moment."""
    counts = {}
    with connection.cursor() as cursor:
        # A table with checks still to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
        for model in TABLES:
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[model.__name__] = cursor.fetchone()[0]
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')
    return counts


def test_everything_of_who_leaves_goes(talk: Talk, resident: User, now: datetime) -> None:
    before = all_rows()
    assert before["NeighborPost"] == 3
    leave(person=resident, at=now)
    after = all_rows()
    # Posts with all that hung on them, the appeal, and every copy of the words; of a removal the ids and the rule stay.
    for gone in ("NeighborPost", "Picture", "Comment", "Thanks", "Report", "RemovalCopy", "Appeal"):
        assert after[gone] == 0, gone
    for stays in ("Mute", "Lead", "Removal"):
        assert after[stays] == before[stays], stays


def test_of_others_nothing_goes(talk: Talk, rosa: User, jun: User, now: datetime) -> None:
    before = all_rows()
    leave(person=rosa, at=now)
    # One comment, one thanks, one mute, and the report Rosa made.
    gone = {"Comment": 1, "Thanks": 1, "Mute": 1, "Report": 1}
    assert all_rows() == {name: count - gone.get(name, 0) for name, count in before.items()}
    assert len(room_page(jun.pk)) == 2


def test_open_reports_about_who_leaves_go(
    resident: User, rosa: User, jun: User, moderator: User, now: datetime
) -> None:
    make_lead(jun, moderator, now)
    report_post(rosa, say(resident, now), now)
    report_comment(rosa, answer(resident, say(jun, now), now), now)
    assert len(reports_waiting(jun.pk)) == 2
    leave(person=resident, at=now)
    assert reports_waiting(jun.pk) == []


def test_a_lead_who_leaves_leads_no_more(
    oak: Neighborhood, resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    make_lead(rosa, moderator, now)
    assert len(leads_of(resident.pk, oak.pk)) == 1
    leave(person=rosa, at=now)
    assert leads_of(resident.pk, oak.pk) == []
    with speaking_as(resident.pk):
        assert Lead.objects.count() == 0


def test_who_moved_away_takes_everything_along_too(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now, picture=make_upload(), description="x")
    answer(resident, say(rosa, now), now)
    end_residency(residency_id=home_of(resident).pk, at=now)
    assert forget_person(person_id=resident.pk, at=now) == 2
    with speaking_as(resident.pk):
        assert not NeighborPost.objects.filter(pk=post_id).exists()
        assert not Comment.objects.exists()
        assert not Picture.objects.exists()


def test_a_closed_account_can_still_be_emptied(resident: User, rosa: User, now: datetime) -> None:
    say(resident, now)
    resident.is_active = False
    resident.save()
    forget_person(person_id=resident.pk, at=now)
    assert room_page(rosa.pk) == []


def test_purging_takes_what_is_old_and_all_that_hangs_on_it(
    resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    now = timezone.now()
    old = now - timedelta(days=400)
    old_post = say(resident, old, picture=make_upload(), description="x")
    answer(rosa, old_post, now)
    removal = remove(report_id=report_post(rosa, old_post, old), by=moderator, rule=RoomRule.SPAM, at=old)
    appeal(person_id=resident.pk, removal_id=removal, text="No", at=old)
    young_post = say(resident, now)
    report_post(rosa, young_post, now)
    assert purge_old(at=now) == 3
    assert all_rows() == {
        "NeighborPost": 1, "Picture": 0, "Comment": 0, "Thanks": 0, "Mute": 0, "Block": 0, "Lead": 0,
        "Report": 1, "Removal": 0, "RemovalCopy": 0, "Appeal": 0,
    }  # fmt: skip
    assert get_post(rosa.pk, young_post).card.id == young_post
    assert purge_old(at=now) == 0


def test_nothing_younger_than_a_month_is_ever_purged(resident: User) -> None:
    """Whatever the setting or the clock of a worker says."""
    now = timezone.now()
    kept = say(resident, now - timedelta(days=20))
    assert purge_old(at=now + timedelta(days=10_000)) == 0
    assert [card.id for card in room_page(resident.pk)] == [kept]


def test_without_its_moment_nothing_is_purged(resident: User, officer: User) -> None:
    say(resident, timezone.now() - timedelta(days=400))
    for person_id in (0, officer.pk):
        with speaking_as(person_id), connection.cursor() as cursor:
            for table in ("neighborpost", "comment", "report", "removal"):
                cursor.execute(f"DELETE FROM community_{table}")
                assert cursor.rowcount == 0
    assert all_rows()["NeighborPost"] == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_beside_writing_never_waits_in_a_ring(
    side_by_side: None, resident: User, neighbor: User, now: datetime
) -> None:
    """Both raise the rooms of Oak and Elm; PostgreSQL would end one of two that wait for each other with an error."""
    for _ in range(5):
        say(resident, now, is_open_to_adjoining=True)
    errors: list[Exception] = []
    begin = threading.Barrier(3)

    def write() -> None:
        try:
            begin.wait()
            for _ in range(15):
                say(neighbor, now, is_open_to_adjoining=True)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    def purge() -> None:
        try:
            begin.wait()
            for _ in range(15):
                purge_old(at=timezone.now())
                say(resident, now - timedelta(days=500), is_open_to_adjoining=True)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write), threading.Thread(target=purge)]
    for thread in threads:
        thread.start()
    begin.wait()
    for _ in range(5):
        forget_person(person_id=resident.pk, at=now)
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(room_page(neighbor.pk, size=50)) >= 15
