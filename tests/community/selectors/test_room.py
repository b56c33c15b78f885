"""What stands in the room, in which order, and at what cost?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from community import rules
from community.identity import speaking_as
from community.models import NeighborPost
from community.selectors import room
from community.selectors.room import get_own_post, get_post, room_page
from neighborhoods.models import Adjoining, Neighborhood
from tests.community.factories import answer, home_of, make_upload, say

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that were sent, without those that begin and end a transaction."""
    sent: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield sent
    sent += [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]


def test_the_newest_comes_first_page_by_page(side_by_side: None, resident: User, neighbor: User, now: datetime) -> None:
    ids = [say(author, now, is_open_to_adjoining=True) for author in (resident, neighbor, resident, neighbor, resident)]
    first = room_page(resident.pk, size=2)
    second = room_page(resident.pk, before=first[-1].id, size=2)
    third = room_page(resident.pk, before=second[-1].id, size=2)
    assert [card.id for card in first + second + third] == ids[::-1]
    assert [card.is_from_adjoining for card in first] == [False, True]
    assert room_page(resident.pk, before=ids[0]) == []


def test_only_what_came_since_a_moment(resident: User, now: datetime) -> None:
    say(resident, now - timedelta(hours=1))
    later = say(resident, now)
    assert [card.id for card in room_page(resident.pk, since=now)] == [later]


def test_a_list_shows_the_beginning_of_a_long_text_and_the_page_all_of_it(resident: User, now: datetime) -> None:
    text = "word " * 200
    post_id = say(resident, now, text=text)
    shown = room_page(resident.pk)[0].text
    assert len(shown) <= rules.EXCERPT_LENGTH
    assert shown.endswith("word…")
    assert get_post(resident.pk, post_id).card.text == text.strip()


@pytest.mark.parametrize("length", [rules.EXCERPT_LENGTH - 1, rules.EXCERPT_LENGTH])
def test_a_short_text_is_shown_whole(resident: User, now: datetime, length: int) -> None:
    say(resident, now, text="x" * length)
    assert room_page(resident.pk)[0].text == "x" * length


def test_one_word_longer_than_a_list_shows_is_cut() -> None:
    assert rules.excerpt("x" * 900) == "x" * (rules.EXCERPT_LENGTH - 1) + "…"


def test_comments_stand_in_the_order_they_were_written(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now)
    ids = [answer(person, post_id, now) for person in (rosa, resident, rosa)]
    page = get_post(resident.pk, post_id)
    assert [comment.id for comment in page.comments] == ids
    assert [comment.anchor for comment in page.comments] == [f"comment-{pk}" for pk in ids]
    assert page.card.comment_count == 3


def test_only_ones_own_words_are_handed_out_for_police(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now, title="Gone bicycle", text="Red, by the shed.")
    own = get_own_post(resident.pk, post_id)
    assert (own.id, own.title, own.text) == (post_id, "Gone bicycle", "Red, by the shed.")
    with pytest.raises(NeighborPost.DoesNotExist):
        get_own_post(rosa.pk, post_id)


@pytest.mark.django_db(transaction=True)
def test_a_page_costs_one_query_and_one_to_set_the_identity(
    side_by_side: None, resident: User, neighbor: User, now: datetime
) -> None:
    def cost() -> int:
        with counting() as sent:
            room_page(resident.pk)
        assert "set_config" in sent[0]
        return len(sent)

    say(resident, now)
    few = cost()
    for author in (resident, neighbor) * 6:
        post_id = say(author, now, is_open_to_adjoining=True, picture=make_upload(), description="x")
        answer(resident, post_id, now)
        answer(neighbor, post_id, now)
    assert cost() == few == 2


@pytest.mark.django_db(transaction=True)
def test_a_posts_page_costs_the_same_with_many_comments(resident: User, rosa: User, now: datetime) -> None:
    post_id = say(resident, now)
    costs = []
    for count in (1, 10):
        for _ in range(count):
            answer(rosa, post_id, now)
        with counting() as sent:
            get_post(rosa.pk, post_id)
        costs.append(len(sent))
    assert costs == [3, 3]


def test_pages_are_read_by_the_index_of_the_place_however_much_the_city_says(
    oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User, neighbor: User, faraway: User
) -> None:
    Adjoining.objects.create(neighborhood=oak, other=elm)
    for author in (resident, neighbor, faraway):
        say_much(author, 3_000)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE community_neighborpost")
        cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')
    values: dict[str, int | datetime] = {
        "person": resident.pk,
        "before": 2**63 - 1,
        "since": home_of(resident).claimed_at,
        "size": 20,
    }
    with speaking_as(resident.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) " + room._ROOM, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(room._ROOM, values)
        assert len(cursor.fetchall()) == 20
    assert "using community_neighborpost_newest" in plan
    assert "using community_neighborpost_open" in plan
    assert "Seq Scan on community_neighborpost" not in plan
    # The newest twenty of each place at most: nothing is read that may not be shown.
    read = re.findall(r"using community_neighborpost_\w+ .*actual rows=(\d+)", plan)
    assert read
    assert max(map(int, read)) <= 20


def say_much(author: User, count: int) -> None:
    with speaking_as(author.pk), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO community_neighborpost (
                author_id, neighborhood_id, kind, title, text, is_open_to_adjoining, submission_key, created_at
            )
            SELECT %s, %s, 'talk', 'Words', repeat('words ', 50), number %% 3 = 0, gen_random_uuid(),
                timestamptz '2026-11-01' + number * interval '1 minute'
            FROM generate_series(1, %s) AS number
            """,
            [author.pk, home_of(author).neighborhood_id, count],
        )
