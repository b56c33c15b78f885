"""What becomes of a report: who gets the copy, who decides, who is told, who looks again?"""

from datetime import datetime
from typing import Any

import pytest
from django.core.mail import EmailMessage

from accounts.models import User
from community.models import Appeal, Comment, NeighborPost, Removal, Report
from community.rules import AppealOutcome, ReportState, RoomRule
from community.selectors.care import (
    appeals_waiting,
    get_appeal,
    get_report,
    own_removals,
    own_reports,
    reports_waiting,
    waiting_for,
    who_would_handle,
)
from community.selectors.room import get_post, room_page
from community.services import (
    CannotAppeal,
    CannotDecide,
    CannotReport,
    appeal,
    block,
    decide_appeal,
    delete_post,
    keep,
    remove,
)
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from tests.community.factories import (
    answer,
    make_lead,
    make_moderator,
    make_upload,
    report_comment,
    report_post,
    say,
)

SECRET = "It has the plate 7ABC123"


@pytest.fixture
def lead(jun: User, moderator: User, now: datetime) -> User:
    """Jun keeps the room of Oak."""
    make_lead(jun, moderator, now)
    return jun


@pytest.fixture
def post_id(resident: User, now: datetime) -> int:
    return say(resident, now, title="Whose car?", text=SECRET, picture=make_upload(), description="A car")


def test_a_report_hands_over_a_copy_and_nothing_else(
    lead: User, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    say(resident, now, title="Another")
    report_id = report_post(rosa, post_id, now, note=" Look at the plate ")
    (waiting,) = reports_waiting(lead.pk)
    assert (waiting.id, waiting.title, waiting.text, waiting.note) == (
        report_id, "Whose car?", SECRET, "Look at the plate",
    )  # fmt: skip
    assert (waiting.author_name, waiting.reporter_name, waiting.place) == ("Maria L.", "Rosa B.", "Oak")
    assert (waiting.has_picture, waiting.picture) == (True, None)
    picture = get_report(lead.pk, report_id).picture
    assert picture is not None
    assert picture[0][:3] == b"\xff\xd8\xff"
    assert waiting_for(lead.pk) == 1
    assert waiting_for(rosa.pk) == waiting_for(resident.pk) == 0


def test_the_copy_outlives_what_its_author_deletes(
    lead: User, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    report_id = report_post(rosa, post_id, now)
    delete_post(person_id=resident.pk, post_id=post_id, at=now)
    assert get_report(lead.pk, report_id).text == SECRET
    remove(report_id=report_id, by=lead, rule=RoomRule.PRIVATE_DATA, at=now)
    assert len(own_removals(resident.pk)) == 1


def test_keepers_are_told_without_words(
    lead: User,
    rosa: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    mailoutbox.clear()
    report_post(rosa, post_id, now, note="Look at the plate")
    (mail,) = mailoutbox
    assert mail.to == [lead.email]
    assert "/neighbors/lead/" in mail.body
    for secret in (SECRET, "Whose car", "Look at", "Maria", "Rosa", "Oak"):
        assert secret not in f"{mail.subject} {mail.body}"


def test_where_nobody_leads_the_moderator_is_told(
    moderator: User,
    rosa: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    mailoutbox.clear()
    report_post(rosa, post_id, now)
    assert [(mail.to, "/moderation/" in mail.body) for mail in mailoutbox] == [([moderator.email], True)]
    assert waiting_for(moderator.pk) == 1


def test_people_are_told_beforehand_who_gets_a_report(
    oak: Neighborhood, lead: User, resident: User, rosa: User, moderator: User
) -> None:
    assert who_would_handle(rosa.pk, oak.pk, resident.pk) == [lead]
    assert who_would_handle(rosa.pk, oak.pk, lead.pk) == [moderator]
    assert who_would_handle(lead.pk, oak.pk, resident.pk) == [moderator]


def test_a_lead_is_not_asked_about_oneself(
    side_by_side: None, lead: User, rosa: User, neighbor: User, moderator: User, now: datetime
) -> None:
    make_lead(neighbor, moderator, now)
    own = report_post(rosa, say(lead, now), now)
    assert reports_waiting(lead.pk) == []
    assert [waiting.id for waiting in reports_waiting(neighbor.pk)] == [own]
    assert reports_waiting(moderator.pk) == []
    with pytest.raises(Report.DoesNotExist):
        get_report(lead.pk, own)
    with pytest.raises(Report.DoesNotExist):
        keep(report_id=own, by=lead, at=now)


def test_a_lead_who_reported_something_does_not_decide_it(
    lead: User, moderator: User, post_id: int, now: datetime
) -> None:
    report_id = report_post(lead, post_id, now)
    with pytest.raises(NotAllowed, match="You reported this"):
        remove(report_id=report_id, by=lead, rule=RoomRule.SPAM, at=now)
    assert [waiting.id for waiting in reports_waiting(moderator.pk)] == [report_id]


def test_a_lead_whom_the_author_blocked_still_gets_the_copy(
    lead: User, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    answer(lead, post_id, now)
    block(person_id=resident.pk, other_id=lead.pk, at=now)
    report_id = report_post(rosa, post_id, now)
    assert get_report(lead.pk, report_id).text == SECRET


def test_a_comment_of_an_adjoining_neighbor_is_for_the_leads_of_the_post(
    side_by_side: None, lead: User, resident: User, rosa: User, neighbor: User, moderator: User, now: datetime
) -> None:
    make_lead(neighbor, moderator, now)
    opened = say(resident, now, is_open_to_adjoining=True)
    comment_id = answer(neighbor, opened, now, "Worse words")
    report_id = report_comment(rosa, comment_id, now)
    assert [(waiting.id, waiting.text) for waiting in reports_waiting(lead.pk)] == [(report_id, "Worse words")]
    remove(report_id=report_id, by=lead, rule=RoomRule.THREAT, at=now)
    assert get_post(rosa.pk, opened).comments == []
    (own,) = get_post(neighbor.pk, opened).comments
    assert own.removal is not None
    assert own.removal.rule_label == "Threatens or insults somebody"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule": "because"}, "Choose the rule"),
        ({"note": "x" * 501}, "A note can have 500 characters; this one has 501"),
    ],
)
def test_a_report_that_cannot_be_taken_is_refused_with_words(
    rosa: User, post_id: int, now: datetime, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CannotReport, match=words):
        report_post(rosa, post_id, now, **changes)


def test_one_report_waits_at_a_time(
    lead: User, resident: User, rosa: User, neighbor: User, post_id: int, now: datetime
) -> None:
    with pytest.raises(CannotReport, match="You wrote this yourself"):
        report_post(resident, post_id, now)
    first = report_post(rosa, post_id, now)
    for person in (rosa, lead):
        with pytest.raises(CannotReport, match="has been reported and waits"):
            report_post(person, post_id, now)
    keep(report_id=first, by=lead, at=now)
    assert report_post(rosa, post_id, now) != first


def test_what_one_cannot_read_one_cannot_report(
    faraway: User, officer: User, resident: User, post_id: int, now: datetime
) -> None:
    comment_id = answer(resident, post_id, now)
    for person in (faraway, officer):
        with pytest.raises(NeighborPost.DoesNotExist):
            report_post(person, post_id, now)
        with pytest.raises(Comment.DoesNotExist):
            report_comment(person, comment_id, now)


def test_what_stays_stays_and_the_reporter_is_told(
    lead: User,
    rosa: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    report_id = report_post(rosa, post_id, now)
    mailoutbox.clear()
    keep(report_id=report_id, by=lead, at=now)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([rosa.email], "What you reported was decided")]
    assert [own.state for own in own_reports(rosa.pk)] == [ReportState.KEPT]
    assert len(room_page(rosa.pk)) == 1
    assert waiting_for(lead.pk) == 0
    with pytest.raises(CannotDecide, match="in the meantime"):
        keep(report_id=report_id, by=lead, at=now)


def test_a_removal_names_a_rule_keeps_a_snapshot_and_tells_the_author(
    lead: User,
    resident: User,
    rosa: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    report_id = report_post(rosa, post_id, now)
    with pytest.raises(CannotDecide, match="Choose the rule"):
        remove(report_id=report_id, by=lead, rule="because", at=now)
    mailoutbox.clear()
    remove(report_id=report_id, by=lead, rule=RoomRule.LOOKS, at=now)
    assert {mail.to[0]: mail.subject for mail in mailoutbox} == {
        rosa.email: "What you reported was decided",
        resident.email: "Something you wrote to neighbors was removed",
    }
    assert all(SECRET not in mail.body and "Jun" not in mail.body for mail in mailoutbox)
    assert room_page(rosa.pk) == room_page(resident.pk) == []
    (own,) = own_removals(resident.pk)
    assert (own.title, own.text, own.has_picture) == ("Whose car?", SECRET, True)
    assert (own.rule, own.may_appeal, own.removed_at) == (RoomRule.LOOKS, True, now)
    assert own_removals(rosa.pk) == []


def test_an_appeal_goes_to_somebody_with_no_part_in_it_and_can_bring_it_back(
    lead: User,
    resident: User,
    rosa: User,
    moderator: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=lead, rule=RoomRule.SPAM, at=now)
    # The reporter becomes a lead afterwards, and still does not decide.
    make_lead(rosa, moderator, now)
    mailoutbox.clear()
    appeal(person_id=resident.pk, removal_id=removal_id, text=" It is mine. ", at=now)
    assert [mail.to for mail in mailoutbox] == [[moderator.email]]
    for person in (lead, rosa, resident):
        assert appeals_waiting(person.pk) == []
        with pytest.raises((Appeal.DoesNotExist, NotAllowed)):
            decide_appeal(removal_id=removal_id, by=person, overturn=True, reason="x", at=now)
    (waiting,) = appeals_waiting(moderator.pk)
    assert (waiting.text, waiting.removed_text, waiting.has_picture) == ("It is mine.", SECRET, True)
    assert get_appeal(moderator.pk, removal_id).picture is not None
    assert own_removals(resident.pk)[0].outcome == AppealOutcome.WAITING
    mailoutbox.clear()
    decide_appeal(removal_id=removal_id, by=moderator, overturn=True, reason="It is their car.", at=now)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([resident.email], "Somebody has looked again")]
    assert len(room_page(rosa.pk)) == 1
    (own,) = own_removals(resident.pk)
    assert (own.outcome, own.reason, own.may_appeal) == (AppealOutcome.OVERTURNED, "It is their car.", False)
    with pytest.raises(CannotDecide, match="in the meantime"):
        decide_appeal(removal_id=removal_id, by=moderator, overturn=False, reason="x", at=now)


def test_an_appeal_can_be_turned_down_once_and_for_all(
    lead: User, resident: User, rosa: User, moderator: User, post_id: int, now: datetime
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=lead, rule=RoomRule.SPAM, at=now)
    appeal(person_id=resident.pk, removal_id=removal_id, text="Mine", at=now)
    with pytest.raises(CannotDecide, match="Say why"):
        decide_appeal(removal_id=removal_id, by=moderator, overturn=False, reason=" ", at=now)
    decide_appeal(removal_id=removal_id, by=moderator, overturn=False, reason="It shows a plate.", at=now)
    assert room_page(rosa.pk) == []
    with pytest.raises(CannotAppeal, match="You have asked already"):
        appeal(person_id=resident.pk, removal_id=removal_id, text="Again", at=now)


def test_only_the_author_appeals_and_with_words(
    lead: User, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=lead, rule=RoomRule.SPAM, at=now)
    with pytest.raises(CannotAppeal, match="Say why"):
        appeal(person_id=resident.pk, removal_id=removal_id, text=" ", at=now)
    with pytest.raises(CannotAppeal, match="1,000 characters; this one has 1,001"):
        appeal(person_id=resident.pk, removal_id=removal_id, text="x" * 1001, at=now)
    for person in (rosa, lead):
        with pytest.raises(Removal.DoesNotExist):
            appeal(person_id=person.pk, removal_id=removal_id, text="Mine", at=now)


def test_what_came_back_can_be_reported_and_removed_again(
    lead: User, resident: User, rosa: User, moderator: User, post_id: int, now: datetime
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=lead, rule=RoomRule.SPAM, at=now)
    appeal(person_id=resident.pk, removal_id=removal_id, text="Mine", at=now)
    decide_appeal(removal_id=removal_id, by=moderator, overturn=True, reason="Fine", at=now)
    again = remove(report_id=report_post(rosa, post_id, now), by=lead, rule=RoomRule.PRIVATE_DATA, at=now)
    assert again != removal_id
    assert [own.may_appeal for own in own_removals(resident.pk)] == [True, False]


def test_staff_decide_nothing(officer: User, site_admin: User, rosa: User, post_id: int, now: datetime) -> None:
    report_id = report_post(rosa, post_id, now)
    for person in (officer, site_admin):
        assert not reports_waiting(person.pk)
        assert not appeals_waiting(person.pk)
        assert waiting_for(person.pk) == 0
        with pytest.raises(Report.DoesNotExist):
            remove(report_id=report_id, by=person, rule=RoomRule.SPAM, at=now)


def test_waiting_reports_come_in_pages(lead: User, resident: User, rosa: User, now: datetime) -> None:
    ids = [report_post(rosa, say(resident, now), now) for _ in range(3)]
    first = reports_waiting(lead.pk, size=2)
    assert [one.id for one in first] == ids[:0:-1]
    assert [one.id for one in reports_waiting(lead.pk, before=first[-1].id, size=2)] == ids[:1]


def test_an_appeal_that_nobody_can_decide_says_so_until_somebody_is_named(
    resident: User,
    rosa: User,
    moderator: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=moderator, rule=RoomRule.SPAM, at=now)
    assert [own.waits_for_nobody for own in own_removals(resident.pk)] == [False]
    mailoutbox.clear()
    appeal(person_id=resident.pk, removal_id=removal_id, text="Mine", at=now)
    assert mailoutbox == []
    assert [own.waits_for_nobody for own in own_removals(resident.pk)] == [True]
    # The reporter has a part in it, so naming them helps nobody and asks nothing of them.
    make_lead(rosa, moderator, now)
    assert [own.waits_for_nobody for own in own_removals(resident.pk)] == [True]
    mailoutbox.clear()
    second = make_moderator("Sec Ond")
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([second.email], "Something waits for the community moderator")
    ]
    assert "/moderation/" in mailoutbox[0].body
    assert [own.waits_for_nobody for own in own_removals(resident.pk)] == [False]
    decide_appeal(removal_id=removal_id, by=second, overturn=False, reason="x", at=now)
    assert [own.waits_for_nobody for own in own_removals(resident.pk)] == [False]


def test_a_moderator_for_whom_nothing_waits_gets_no_mail(db: None, mailoutbox: list[EmailMessage]) -> None:
    mailoutbox.clear()
    make_moderator("Sec Ond")
    assert mailoutbox == []


def test_a_new_lead_hears_what_waits(
    resident: User,
    rosa: User,
    jun: User,
    moderator: User,
    post_id: int,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    removal_id = remove(report_id=report_post(rosa, post_id, now), by=moderator, rule=RoomRule.SPAM, at=now)
    appeal(person_id=resident.pk, removal_id=removal_id, text="Mine", at=now)
    make_lead(jun, moderator, now)
    make_lead(rosa, moderator, now)
    named = {mail.to[0]: mail.body for mail in mailoutbox if mail.subject == "You are now a lead of your neighborhood"}
    assert "One report or request for another look waits for you there already." in named[jun.email]
    assert "already" not in named[rosa.email]
