"""Are copies true, and does nobody decide what they had a part in?"""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from community.identity import RefusedByWall, speaking_as
from community.models import (
    Appeal,
    Removal,
    Report,
    Room,
)
from community.rules import RoomRule, SubjectKind
from community.selectors.care import appeals_waiting
from community.services import appeal, remove
from neighborhoods.models import Neighborhood
from tests.community.conftest import Talk
from tests.community.factories import answer, home_of, make_adjoining, make_moderator, report_post, say


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
