"""Who reads what neighbors say? Each policy, for everybody it lets through and everybody it stops."""

from datetime import datetime

import pytest

from accounts.models import User
from community.identity import speaking_as
from community.models import (
    Appeal,
    Block,
    Comment,
    Mute,
    NeighborPost,
    Picture,
    RemovalCopy,
    Report,
    Room,
    WeekCount,
)
from community.rules import RoomRule, SubjectKind
from community.selectors.room import get_picture, get_post, room_page
from community.services import block, remove, unblock
from neighborhoods.models import Neighborhood
from tests.community.conftest import TABLES, Talk
from tests.community.factories import home_of, report_post, say
from tests.community.wall.looking import STAFF, STRANGERS, rows, seen, titles


def test_without_an_identity_every_table_is_empty(talk: Talk) -> None:
    assert rows(None) == dict.fromkeys((model.__name__ for model in TABLES), 0)


@pytest.mark.parametrize("who", STAFF)
def test_staff_see_no_row_of_any_table(talk: Talk, who: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)
    assert set(rows(person.pk).values()) == {0}
    assert room_page(person.pk) == []
    with pytest.raises(NeighborPost.DoesNotExist):
        get_post(person.pk, talk.opened)


@pytest.mark.parametrize("who", STRANGERS)
def test_whoever_has_no_verified_home_beside_it_sees_no_words(
    talk: Talk, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    seen_rows = rows(person.pk)
    # Who is verified elsewhere may know that something was removed, and who leads; never the words.
    may_know = {"Removal", "Lead"} if who == "faraway" else set()
    assert {name for name, count in seen_rows.items() if count} == may_know
    for post_id in (talk.closed, talk.opened, talk.removed):
        with pytest.raises(NeighborPost.DoesNotExist):
            get_post(person.pk, post_id)
        with pytest.raises(NeighborPost.DoesNotExist):
            get_picture(person.pk, post_id)


def test_neighbors_of_the_place_read_everything_that_stands(talk: Talk, jun: User) -> None:
    assert titles(jun) == ["A cat was found", "A ladder to lend"]
    page = get_post(jun.pk, talk.closed)
    assert [comment.id for comment in page.comments] == [talk.rosas_comment]
    assert get_picture(jun.pk, talk.closed)[1] == "image/jpeg"


def test_adjoining_neighbors_read_what_was_opened_to_them_and_nothing_else(
    talk: Talk, neighbor: User, resident: User
) -> None:
    unblock(person_id=neighbor.pk, other_id=resident.pk, at=home_of(neighbor).claimed_at)
    assert titles(neighbor) == ["A cat was found"]
    assert room_page(neighbor.pk)[0].is_from_adjoining
    assert seen(NeighborPost, neighbor) == {talk.opened}
    assert seen(Comment, neighbor) == {talk.neighbors_comment}
    assert seen(Picture, neighbor) == set()
    with pytest.raises(NeighborPost.DoesNotExist):
        get_post(neighbor.pk, talk.closed)


def test_an_opened_post_stays_closed_to_places_that_do_not_adjoin(talk: Talk, faraway: User) -> None:
    assert titles(faraway) == []


def test_the_wall_follows_a_moved_boundary(talk: Talk, jun: User, elm: Neighborhood, neighbor: User) -> None:
    residency = home_of(jun)
    residency.neighborhood = elm
    residency.save(update_fields=["neighborhood"])
    assert titles(jun) == ["A cat was found"]
    assert seen(NeighborPost, jun) == {talk.opened}


def test_who_moves_away_keeps_only_own_words(talk: Talk, rosa: User, pine: Neighborhood, now: datetime) -> None:
    own = say(rosa, now, title="Own words")
    residency = home_of(rosa)
    residency.neighborhood = pine
    residency.save(update_fields=["neighborhood"])
    assert seen(NeighborPost, rosa) == {own}
    assert seen(Comment, rosa) == {talk.rosas_comment}
    assert titles(rosa) == []


def test_what_was_removed_is_read_by_its_author_alone(
    talk: Talk, resident: User, rosa: User, jun: User, moderator: User
) -> None:
    page = get_post(resident.pk, talk.removed)
    assert page.removal is not None
    assert page.removal.rule == RoomRule.PRIVATE_DATA
    for person in (rosa, jun, moderator):
        with pytest.raises(NeighborPost.DoesNotExist):
            get_post(person.pk, talk.removed)


def test_a_comment_that_was_removed_is_read_by_its_author_alone(
    talk: Talk, resident: User, rosa: User, jun: User, moderator: User, now: datetime
) -> None:
    with speaking_as(jun.pk):
        Report.objects.create(
            reporter=jun,
            subject_kind=SubjectKind.COMMENT,
            subject_id=talk.rosas_comment,
            neighborhood=home_of(jun).neighborhood,  # type: ignore[misc]
            author=rosa,
            author_name="Rosa B.",
            text="May I have it on Saturday?",
            rule=RoomRule.SPAM,
            reported_at=now,
        )
        report_id = Report.objects.get(reporter=jun).pk
    remove(report_id=report_id, by=moderator, rule=RoomRule.SPAM, at=now)
    assert [comment.removal is not None for comment in get_post(rosa.pk, talk.closed).comments] == [True]
    assert get_post(resident.pk, talk.closed).comments == []


def test_a_block_hides_each_from_the_other(talk: Talk, resident: User, rosa: User, jun: User, now: datetime) -> None:
    own = say(rosa, now, title="By Rosa")
    assert "By Rosa" in titles(resident)
    block(person_id=rosa.pk, other_id=resident.pk, at=now)
    assert titles(resident) == ["A cat was found", "A ladder to lend"]
    assert titles(rosa) == ["By Rosa"]
    assert seen(NeighborPost, rosa) == {own}
    # Rosa's comment and thanks under the resident's post are away too; others still see them.
    assert get_post(resident.pk, talk.closed).comments == []
    assert get_post(resident.pk, talk.closed).card.thanks_count == 0
    assert get_post(jun.pk, talk.closed).card.thanks_count == 1


def test_who_was_blocked_learns_only_that_row(talk: Talk, resident: User, neighbor: User, rosa: User) -> None:
    assert len(seen(Block, neighbor)) == 1
    assert len(seen(Block, resident)) == 1
    assert seen(Block, rosa) == set()


def test_a_mute_is_known_to_nobody_but_who_muted(talk: Talk, rosa: User, neighbor: User, jun: User) -> None:
    assert len(seen(Mute, rosa)) == 1
    assert seen(Mute, neighbor) == seen(Mute, jun) == set()


def test_a_report_is_seen_by_its_reporter_and_whoever_handles_it(
    talk: Talk, resident: User, rosa: User, jun: User, neighbor: User, moderator: User, now: datetime
) -> None:
    report_id = report_post(rosa, talk.closed, now)
    assert report_id in seen(Report, rosa)
    assert report_id in seen(Report, jun)
    for person in (resident, neighbor, moderator):
        assert report_id not in seen(Report, person)


def test_the_moderator_sees_the_copies_that_fall_to_them_and_no_room(
    talk: Talk, rosa: User, jun: User, moderator: User, now: datetime
) -> None:
    assert {name for name, count in rows(moderator.pk).items() if count} == {"Report", "Removal", "RemovalCopy", "Lead"}
    # The one the moderator decided; Jun's is Oak's lead by now, so a new one goes there.
    report_post(rosa, talk.closed, now)
    assert seen(Report, moderator) == {talk.report}
    assert room_page(moderator.pk) == []


def test_a_moderator_who_is_none_any_more_sees_nothing(talk: Talk, moderator: User) -> None:
    moderator.groups.clear()
    assert set(rows(moderator.pk).values()) == {0}


def test_a_copy_of_a_removal_is_for_its_author_and_for_who_decides(
    talk: Talk, resident: User, rosa: User, jun: User, neighbor: User, moderator: User
) -> None:
    for person in (resident, moderator, jun):
        assert seen(RemovalCopy, person) == {talk.removal}
    # The reporter decides nothing more, and neither do neighbors without a part in it.
    for person in (rosa, neighbor):
        assert seen(RemovalCopy, person) == set()


def test_an_appeal_is_for_its_author_and_somebody_with_no_part_in_it(
    talk: Talk, resident: User, rosa: User, jun: User, moderator: User
) -> None:
    for person in (resident, jun):
        assert seen(Appeal, person) == {talk.removal}
    for person in (rosa, moderator):
        assert seen(Appeal, person) == set()


def test_numbers_without_people_are_there_for_everybody(talk: Talk, oak: Neighborhood, officer: User) -> None:
    for person_id in (None, officer.pk):
        if person_id is None:
            assert Room.objects.get(pk=oak.pk).number > 0
            assert WeekCount.objects.get(neighborhood=oak).post_count == 3
        else:
            with speaking_as(person_id):
                assert Room.objects.get(pk=oak.pk).number > 0
