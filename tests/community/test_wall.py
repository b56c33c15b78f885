"""Who reads what neighbors say? Each policy, for everybody who lets it through and everybody it stops."""

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
    Room,
    Thanks,
    WeekCount,
)
from community.rules import LeadState, ReportState, RoomRule, SubjectKind
from community.selectors.care import appeals_waiting
from community.selectors.room import get_picture, get_post, room_page
from community.services import appeal, block, delete_post, remove, unblock
from neighborhoods.models import Neighborhood
from tests.community.conftest import TABLES, Talk
from tests.community.factories import answer, home_of, make_adjoining, make_lead, make_moderator, report_post, say

STAFF = (
    "officer", "sergeant", "manager", "stranger_officer", "pio", "chief", "verifier", "oversight", "site_admin",
)  # fmt: skip
STRANGERS = ("faraway", "newcomer", "homeless_account", "closed_account", "moved_away", "ended")


def rows(person_id: int | None) -> dict[str, int]:
    """How many rows of each table are there for somebody; None for nobody."""
    counts = {}
    for model in TABLES:
        if person_id is None:
            counts[model.__name__] = model.objects.count()
        else:
            with speaking_as(person_id):
                counts[model.__name__] = model.objects.count()
    return counts


def titles(person: User) -> list[str]:
    return [card.title for card in room_page(person.pk)]


def seen(model: type[Any], person: User) -> set[int]:
    with speaking_as(person.pk):
        return set(model.objects.values_list("pk", flat=True))


# --- Reading ------------------------------------------------------------------------------------------------------


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


# --- Writing ------------------------------------------------------------------------------------------------------


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


def test_a_post_is_deleted_by_its_author_and_nobody_else(talk: Talk, resident: User, jun: User, officer: User) -> None:
    for person_id in (jun.pk, officer.pk):
        with speaking_as(person_id):
            assert NeighborPost.objects.filter(pk=talk.closed).delete()[0] == 0
    delete_post(person_id=resident.pk, post_id=talk.closed)
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


# --- Leads --------------------------------------------------------------------------------------------------------


def offer(person: User, now: datetime, **changes: Any) -> Lead:
    fields = {"person": person, "neighborhood": home_of(person).neighborhood, "offered_at": now}
    with speaking_as(person.pk):
        lead: Lead = Lead.objects.create(**(fields | changes))
    return lead


def test_nobody_makes_themselves_a_lead(resident: User, moderator: User, now: datetime) -> None:
    with pytest.raises(RefusedByWall):
        offer(resident, now, state=LeadState.ACTIVE, named_by=moderator, named_at=now)
    offer(resident, now)
    with pytest.raises(RefusedByWall), speaking_as(resident.pk):
        Lead.objects.update(state=LeadState.ACTIVE, named_by=moderator, named_at=now)


def test_nobody_offers_for_a_place_where_they_do_not_live(resident: User, elm: Neighborhood, now: datetime) -> None:
    with pytest.raises(RefusedByWall):
        offer(resident, now, neighborhood=elm)


def test_the_first_lead_is_named_by_the_moderator_alone(
    resident: User, rosa: User, officer: User, moderator: User, now: datetime
) -> None:
    lead = offer(resident, now)
    for person in (rosa, officer):
        with speaking_as(person.pk):
            changed = Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=person, named_at=now)
        assert changed == 0
    with speaking_as(moderator.pk):
        assert Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=moderator, named_at=now) == 1


def test_who_names_a_lead_signs_as_oneself(resident: User, rosa: User, moderator: User, now: datetime) -> None:
    lead = offer(resident, now)
    with pytest.raises(RefusedByWall), speaking_as(moderator.pk):
        Lead.objects.filter(pk=lead.pk).update(state=LeadState.ACTIVE, named_by=rosa, named_at=now)


def test_a_lead_names_for_the_own_place_only(talk: Talk, jun: User, rosa: User, neighbor: User, now: datetime) -> None:
    """Jun leads Oak."""
    near, far = offer(rosa, now), offer(neighbor, now)
    with speaking_as(jun.pk):
        assert Lead.objects.filter(pk=near.pk).update(state=LeadState.ACTIVE, named_by=jun, named_at=now) == 1
        assert Lead.objects.filter(pk=far.pk).update(state=LeadState.ACTIVE, named_by=jun, named_at=now) == 0


def test_a_term_that_ended_does_not_begin_again(resident: User, moderator: User, now: datetime) -> None:
    lead_id = make_lead(resident, moderator, now)
    with speaking_as(resident.pk):
        assert Lead.objects.update(state=LeadState.ENDED, ended_at=now) == 1
    with speaking_as(moderator.pk):
        changed = Lead.objects.filter(pk=lead_id).update(state=LeadState.ACTIVE, named_by=moderator, named_at=now)
    assert changed == 0


def test_only_who_handles_a_report_decides_it(
    talk: Talk, resident: User, rosa: User, jun: User, neighbor: User, moderator: User, officer: User, now: datetime
) -> None:
    report_id = report_post(rosa, talk.closed, now)

    def decide(person: User, signed: User) -> int:
        with speaking_as(person.pk):
            return Report.objects.filter(pk=report_id).update(state=ReportState.KEPT, decided_by=signed, decided_at=now)

    for person in (resident, rosa, neighbor, moderator, officer):
        assert decide(person, person) == 0
    with pytest.raises(RefusedByWall):
        decide(jun, rosa)
    assert decide(jun, jun) == 1


def handlers(place: Neighborhood, *involved: User, by: User) -> set[int]:
    with speaking_as(by.pk), connection.cursor() as cursor:
        cursor.execute("SELECT community_handlers(%s, %s::bigint[])", [place.pk, [person.pk for person in involved]])
        return {person_id for (person_id,) in cursor.fetchall()}


def test_a_report_goes_to_the_place_then_beside_it_then_to_the_moderator(
    side_by_side: None, oak: Neighborhood, resident: User, rosa: User, neighbor: User, moderator: User, now: datetime
) -> None:
    assert handlers(oak, by=resident) == {moderator.pk}
    make_lead(neighbor, moderator, now)
    assert handlers(oak, by=resident) == {neighbor.pk}
    make_lead(rosa, moderator, now)
    assert handlers(oak, by=resident) == {rosa.pk}
    assert handlers(oak, rosa, by=resident) == {neighbor.pk}
    assert handlers(oak, rosa, neighbor, by=resident) == {moderator.pk}


def test_a_lead_who_moved_away_handles_nothing_and_is_none_after_coming_back(
    oak: Neighborhood, pine: Neighborhood, resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    make_lead(rosa, moderator, now)
    assert handlers(oak, by=resident) == {rosa.pk}
    residency = home_of(rosa)
    residency.neighborhood = pine
    residency.save(update_fields=["neighborhood"])
    assert handlers(oak, by=resident) == {moderator.pk}
    # Back again, verified anew: the old term stays over.
    residency.neighborhood, residency.verified_at = oak, now.replace(year=now.year + 1)
    residency.save(update_fields=["neighborhood", "verified_at"])
    assert handlers(oak, by=resident) == {moderator.pk}


def test_a_lead_whose_account_was_closed_handles_nothing(
    oak: Neighborhood, resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    make_lead(rosa, moderator, now)
    rosa.is_active = False
    rosa.save()
    assert handlers(oak, by=resident) == {moderator.pk}


# --- Copies -------------------------------------------------------------------------------------------------------


def test_a_report_holds_a_true_copy_or_is_refused(talk: Talk, resident: User, rosa: User, now: datetime) -> None:
    true: dict[str, Any] = {
        "reporter": rosa,
        "subject_kind": SubjectKind.POST,
        "subject_id": talk.opened,
        "neighborhood": home_of(rosa).neighborhood,
        "author": resident,
        "author_name": "Maria L.",
        "title": "A cat was found",
        "text": "It is gray.",
        "rule": RoomRule.SPAM,
        "reported_at": now,
    }
    for changes in ({"text": "Worse words"}, {"title": "x"}, {"picture": b"x"}, {"subject_kind": SubjectKind.COMMENT}):
        with pytest.raises(RefusedByWall), speaking_as(rosa.pk):
            Report.objects.create(**(true | changes))
    with speaking_as(rosa.pk):
        Report.objects.create(**true)


def test_nobody_reports_what_they_cannot_read(talk: Talk, resident: User, faraway: User, now: datetime) -> None:
    with pytest.raises(RefusedByWall), speaking_as(faraway.pk):
        Report.objects.create(
            reporter=faraway,
            subject_kind=SubjectKind.POST,
            subject_id=talk.opened,
            neighborhood=home_of(resident).neighborhood,  # type: ignore[misc]
            author=resident,
            author_name="Maria L.",
            title="A cat was found",
            text="It is gray.",
            rule=RoomRule.SPAM,
            reported_at=now,
        )


@pytest.mark.parametrize("who", ["rosa", "jun", "neighbor", "moderator", "officer"])
def test_nothing_is_removed_that_was_not_reported_and_decided(
    talk: Talk, oak: Neighborhood, who: str, rosa: User, now: datetime, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(RefusedByWall), speaking_as(person.pk):
        Removal.objects.create(
            subject_kind=SubjectKind.POST,
            subject_id=talk.closed,
            neighborhood=oak,
            rule=RoomRule.SPAM,
            removed_by=person,
            reporter=rosa,
            removed_at=now,
        )


def test_a_removal_comes_back_only_after_an_appeal_was_decided(
    talk: Talk, jun: User, moderator: User, now: datetime
) -> None:
    for person in (jun, moderator):
        with speaking_as(person.pk):
            assert Removal.objects.filter(pk=talk.removal).update(overturned_at=now) == 0


def test_an_appeal_is_decided_by_somebody_with_no_part_in_it(
    talk: Talk, resident: User, rosa: User, moderator: User, jun: User, now: datetime
) -> None:
    def decide(person: User) -> int:
        with speaking_as(person.pk):
            return Appeal.objects.update(outcome="upheld", reason="x", decided_by=person, decided_at=now)

    for person in (resident, rosa, moderator):
        assert decide(person) == 0
    assert decide(jun) == 1


def test_two_moderators_look_at_each_others_removals(
    resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    other = make_moderator("Ada Second")
    removal = remove(report_id=report_post(rosa, say(resident, now), now), by=moderator, rule=RoomRule.SPAM, at=now)
    appeal(person_id=resident.pk, removal_id=removal, text="No.", at=now)
    assert appeals_waiting(moderator.pk) == []
    assert [waiting.removal_id for waiting in appeals_waiting(other.pk)] == [removal]


def test_a_comment_on_a_post_of_an_adjoining_place_counts_there(
    oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User, neighbor: User, now: datetime
) -> None:
    """Pine adjoins Oak, where the post is, but not Elm, where the comment comes from."""
    make_adjoining(oak, elm)
    make_adjoining(oak, pine)
    post_id = say(resident, now, is_open_to_adjoining=True)
    before = Room.objects.get(pk=pine.pk).number
    answer(neighbor, post_id, now)
    assert Room.objects.get(pk=pine.pk).number == before + 1
