"""Who writes, changes and deletes rows of the room? Each policy, for everybody it lets do so and everybody it stops."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from community.identity import RefusedByWall, speaking_as
from community.models import (
    Appeal,
    Block,
    Comment,
    Lead,
    Mute,
    NeighborPost,
    Picture,
    Removal,
    RemovalCopy,
    Report,
    Thanks,
)
from community.rules import RoomRule
from community.services import delete_post
from neighborhoods.models import Neighborhood
from tests.community.conftest import TABLES, Talk
from tests.community.wall.looking import STAFF, STRANGERS, seen, titles


def post_row(author: User, place: Neighborhood, now: datetime) -> NeighborPost:
    return NeighborPost(author=author, neighborhood=place, title="Row", created_at=now)


def test_a_post_is_written_as_oneself_and_at_home(resident: User, oak: Neighborhood, now: datetime) -> None:
    with speaking_as(resident.pk):
        post_row(resident, oak, now).save()
    assert titles(resident) == ["Row"]


@pytest.mark.parametrize("who", [*STAFF, *STRANGERS, "moderator", "neighbor"])
def test_nobody_else_writes_into_a_room(
    oak: Neighborhood, who: str, now: datetime, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(RefusedByWall), speaking_as(person.pk):
        post_row(person, oak, now).save()


def test_nobody_writes_as_somebody_else(resident: User, rosa: User, oak: Neighborhood, now: datetime) -> None:
    with pytest.raises(RefusedByWall), speaking_as(rosa.pk):
        post_row(resident, oak, now).save()


def test_nobody_writes_without_an_identity(resident: User, oak: Neighborhood, now: datetime) -> None:
    with pytest.raises(Exception, match="row-level security"):
        post_row(resident, oak, now).save()


@pytest.mark.parametrize("who", ["faraway", "newcomer", "officer", "moderator", "neighbor"])
def test_only_who_reads_a_post_comments_and_thanks(
    talk: Talk, oak: Neighborhood, who: str, now: datetime, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(RefusedByWall), speaking_as(person.pk):
        Comment.objects.create(post_id=talk.closed, author=person, neighborhood=oak, text="Hi", created_at=now)
    with pytest.raises(RefusedByWall), speaking_as(person.pk):
        Thanks.objects.create(post_id=talk.closed, person=person, created_at=now)


def test_a_comment_says_where_its_author_lives(talk: Talk, jun: User, elm: Neighborhood, now: datetime) -> None:
    with pytest.raises(RefusedByWall), speaking_as(jun.pk):
        Comment.objects.create(post_id=talk.closed, author=jun, neighborhood=elm, text="Hi", created_at=now)


def test_nobody_puts_a_picture_to_somebody_elses_post(talk: Talk, rosa: User) -> None:
    with pytest.raises(RefusedByWall), speaking_as(rosa.pk):
        Picture.objects.create(
            post_id=talk.opened, content=b"x", content_type="image/jpeg", width=1, height=1, description="x"
        )


@pytest.mark.parametrize("model", [NeighborPost, Picture, Comment, Thanks, Mute, Block, RemovalCopy])
def test_what_was_said_is_never_changed(talk: Talk, model: type[Any], resident: User) -> None:
    column = next(
        f for f in model._meta.concrete_fields if f.get_internal_type() != "BinaryField" and not f.primary_key
    )
    with pytest.raises(RefusedByWall), speaking_as(resident.pk):
        model.objects.update(**{column.attname: column.get_default() or 1})


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Lead, {"person_id": 1}),
        (Lead, {"neighborhood_id": 1}),
        (Report, {"text": "Other words"}),
        (Report, {"reporter_id": 1}),
        (Removal, {"rule": RoomRule.SPAM}),
        (Removal, {"removed_by_id": 1}),
        (Appeal, {"text": "Other words"}),
    ],
)
def test_of_other_rows_only_the_state_moves(talk: Talk, model: type[Any], changes: dict[str, Any], jun: User) -> None:
    with pytest.raises(RefusedByWall), speaking_as(jun.pk):
        model.objects.update(**changes)


def test_a_post_is_deleted_by_its_author_and_nobody_else(
    talk: Talk, resident: User, jun: User, officer: User, now: datetime
) -> None:
    for person_id in (jun.pk, officer.pk):
        with speaking_as(person_id):
            assert NeighborPost.objects.filter(pk=talk.closed).delete()[0] == 0
    delete_post(person_id=resident.pk, post_id=talk.closed, at=now)
    assert talk.closed not in seen(NeighborPost, jun)


@pytest.mark.parametrize("table", ["neighborpost", "comment", "thanks", "mute", "block", "lead", "removalcopy"])
def test_a_delete_without_a_condition_takes_only_ones_own(
    talk: Talk, table: str, resident: User, rosa: User, jun: User, neighbor: User, officer: User
) -> None:
    people = (resident, rosa, jun, neighbor)
    model = {model._meta.db_table: model for model in TABLES}[f"community_{table}"]
    owner = "author_id" if table in ("neighborpost", "comment", "removalcopy") else "person_id"

    def own() -> dict[int, int]:
        counts = {}
        for person in people:
            with speaking_as(person.pk):
                counts[person.pk] = model.objects.filter(**{owner: person.pk}).count()
        return counts

    before = own()
    assert sum(before.values()) > 0
    for person_id in (officer.pk, None):
        delete_all(table, person_id)
    assert own() == before
    victim = next(pk for pk, count in before.items() if count)
    # Whatever hangs on a post goes with it, so only the posts of others are compared.
    delete_all(table, victim)
    assert own() == before | {victim: 0}


def delete_all(table: str, person_id: int | None) -> None:
    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM community_{table}")

    if person_id is None:
        delete()
    else:
        with speaking_as(person_id):
            delete()
