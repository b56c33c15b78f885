"""What goes when somebody leaves or when time has passed, and what must stay?"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from accounts.holds import lift_hold, place_hold
from accounts.models import LegalHold, User
from accounts.services import leave
from community.identity import RefusedByWall, speaking_as
from community.models import Comment, Lead, NeighborPost, Picture, Room
from community.rules import RoomRule
from community.selectors.care import reports_waiting
from community.selectors.people import leads_of
from community.selectors.room import get_post, room_page
from community.services import CannotDecide, appeal, decide_appeal, delete_post, forget_person, purge_old, remove
from core.errors import DomainError
from neighborhoods.models import Neighborhood
from neighborhoods.services import end_residency
from tests.accounts.factories import make_resident_account, make_staff
from tests.community.conftest import TABLES, Talk
from tests.community.factories import (
    answer,
    home_of,
    make_adjoining,
    make_lead,
    make_moderator,
    make_upload,
    report_comment,
    report_post,
    say,
    waiting_sessions,
)
from tests.neighborhoods.factories import make_neighborhood, settle
from tests.servers import wait_until


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
def test_purging_beside_writing_never_waits_in_a_ring() -> None:
    """Five places in a row. Purging raises the last three for a comment, then the first for a post; whoever writes in
    the second raises the first three. PostgreSQL would end one of two that wait for each other with an error.
    """
    places = [make_neighborhood(f"Place {number}", west=number) for number in range(5)]
    for one, other in pairwise(places):
        make_adjoining(one, other)
    first, second, _, _, last = (
        settle(make_resident_account(f"Person {place.name}"), place, is_verified=True) for place in places
    )
    now = timezone.now()
    old = now - timedelta(days=400)
    answer(last, say(last, old), old)
    say(first, old)
    say(second, now)
    errors: list[Exception] = []

    def in_thread(act: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except Exception as error:
                errors.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    with transaction.atomic():
        Room.objects.select_for_update().get(pk=places[1].pk)
        writing = in_thread(lambda: say(second, now))
        wait_until(lambda: waiting_sessions() == 1, "the writer holds the first room and waits for the second")
        purging = in_thread(lambda: purge_old(at=now))
        wait_until(lambda: waiting_sessions() == 2, "purging waits for the first room")
    writing.join()
    purging.join()
    assert errors == []
    assert room_page(last.pk) == room_page(first.pk) == []
    assert len(room_page(second.pk)) == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_somebody_leaves_does_not_stay() -> None:
    person = settle(make_resident_account("Liv Ing"), make_neighborhood("Place", west=0), is_verified=True)
    now, home = timezone.now(), home_of(person)
    say(person, now)
    refused: list[Exception] = []

    def write() -> None:
        try:
            say(person, now, residency=home)
        except RefusedByWall as error:
            refused.append(error)
        finally:
            connections.close_all()

    window = threading.Thread(target=write)
    with transaction.atomic():
        leave(person=person, at=now)
        window.start()
        wait_until(lambda: waiting_sessions() == 1, "somebody who is leaving writes in another window")
    window.join()
    assert len(refused) == 1
    with speaking_as(person.pk):
        assert not NeighborPost.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["report", "remove", "appeal", "decide"])
def test_no_copy_of_somebodys_words_is_made_while_they_leave(what: str) -> None:
    place, now = make_neighborhood("Place", west=0), timezone.now()
    author, other = (settle(make_resident_account(name), place, is_verified=True) for name in ("Aut Hor", "Re Porter"))
    Group.objects.get_or_create(name="Community moderators")
    first, second = make_moderator("Fir St"), make_moderator("Sec Ond")
    post_id = say(author, now)
    report_id = report_post(other, post_id, now) if what != "report" else 0
    removal_id = remove(report_id=report_id, by=first, rule="spam", at=now) if what in ("appeal", "decide") else 0
    if what == "decide":
        appeal(person_id=author.pk, removal_id=removal_id, text="Mine", at=now)
    do: dict[str, Callable[[], object]] = {
        "report": lambda: report_post(other, post_id, now),
        "remove": lambda: remove(report_id=report_id, by=first, rule="spam", at=now),
        "appeal": lambda: appeal(person_id=author.pk, removal_id=removal_id, text="Mine", at=now),
        "decide": lambda: decide_appeal(removal_id=removal_id, by=second, overturn=True, reason="x", at=now),
    }
    refused: list[Exception] = []

    def act() -> None:
        try:
            do[what]()
        except (DomainError, OperationalError) as error:
            refused.append(error)
        finally:
            connections.close_all()

    window = threading.Thread(target=act)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM community_room ORDER BY neighborhood_id FOR UPDATE")
        window.start()
        wait_until(lambda: waiting_sessions() == 1, "somebody else makes a copy of what is being deleted")
        leave(person=author, at=now)
    window.join()
    assert [type(error) for error in refused] == [RefusedByWall if what in ("report", "appeal") else CannotDecide]
    for name, count in all_rows().items():
        assert count == (1 if name == "Removal" and what in ("appeal", "decide") else 0), name


def test_a_legal_hold_keeps_the_rooms_where_somebody_lives_and_those_beside(
    oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User, neighbor: User, faraway: User
) -> None:
    """Also what others wrote there: words of the one who is held may hang on it, and nobody may look."""
    now = timezone.now()
    make_adjoining(oak, elm)
    for person in (resident, neighbor, faraway):
        answer(person, say(person, now - timedelta(days=400)), now - timedelta(days=400))
    clerk = make_staff("Rae Clerk", "")
    clerk.groups.add(Group.objects.get(name="Records clerks"))
    placed = place_hold(person_id=resident.pk, post_id=None, reason="Case 1", by=clerk, at=now)
    of_a_post = place_hold(person_id=None, post_id=1, reason="Case 2", by=clerk, at=now)
    # The comment and the post in Pine.
    assert purge_old(at=now) == 2
    lift_hold(hold_id=placed.pk, by=clerk, at=now)
    of_all = place_hold(person_id=None, post_id=None, reason="Case 3", by=clerk, at=now)
    assert purge_old(at=now) == 0
    lift_hold(hold_id=of_all.pk, by=clerk, at=now)
    assert purge_old(at=now) == 4
    assert LegalHold.objects.filter(lifted_at=None).get() == of_a_post


def test_under_a_hold_ones_own_words_can_still_be_taken_back(resident: User, rosa: User, now: datetime) -> None:
    clerk = make_staff("Rae Clerk", "")
    clerk.groups.add(Group.objects.get(name="Records clerks"))
    stays, goes = say(resident, now), say(resident, now)
    place_hold(person_id=resident.pk, post_id=None, reason="Case 1", by=clerk, at=now)
    delete_post(person_id=resident.pk, post_id=goes, at=now)
    leave(person=resident, at=now)
    assert [card.id for card in room_page(rosa.pk)] == [stays]
