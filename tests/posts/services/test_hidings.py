"""Who takes a neighbor's reply off the page, for what, and who looks again?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import assignments_of
from commands.services import end_assignment
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from posts.models import Post, Reply, ReplyHiding
from posts.rules import HIDING_RULES, HidingOutcome, HidingReason, PostStatus
from posts.services import (
    CannotAppeal,
    CannotDecide,
    CannotHide,
    appeal_hiding,
    decide_appeal,
    drop_appeals,
    hide_reply,
)
from tests.accounts.factories import make_staff
from tests.posts.factories import publish
from tests.posts.services.test_replies import answer, reply

WORDS = "His plate is 7ABC123."
LATER = timedelta(hours=1)


def hide(found: Reply, by: User, at: datetime, reason: str = HidingReason.PRIVATE_DATA, note: str = "") -> ReplyHiding:
    return hide_reply(reply_id=found.pk, reason=reason, note=note, by=by, at=at)


def appeal(hiding: ReplyHiding, at: datetime, text: str = "It is my own car.") -> ReplyHiding:
    return appeal_hiding(reply_id=hiding.reply_id, resident=hiding.reply.author, text=text, at=at)


def decide(
    hiding: ReplyHiding, by: User, at: datetime, *, shows_again: bool = True, note: str = "It is the writer’s own."
) -> ReplyHiding:
    return decide_appeal(hiding_id=hiding.pk, shows_again=shows_again, note=note, by=by, at=at)


def make_moderator() -> User:
    person = make_staff("Mo Derator", "")
    person.groups.add(Group.objects.get(name="Community moderators"))
    return person


@pytest.fixture
def moderator(db: None) -> User:
    """Civic staff, who work for no command."""
    return make_moderator()


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def written(post: Post, resident: User, now: datetime) -> Reply:
    return reply(post, resident, now, text=WORDS)


# Who


@pytest.mark.parametrize("role", ["sergeant", "manager", "chief"])
def test_who_may_release_at_the_command_or_at_headquarters_may_hide(
    role: str, written: Reply, request: pytest.FixtureRequest, now: datetime
) -> None:
    person: User = request.getfixturevalue(role)
    hiding = hide(written, person, now, note="Leave the plate out.")
    assert (hiding.hidden_by, hiding.hidden_at, hiding.reason) == (person, now, "private_data")
    assert (hiding.snapshot, hiding.note) == (WORDS, "Leave the plate out.")
    assert hiding.command == assignments_of(person.pk)[0].command


@pytest.mark.parametrize("role", ["officer", "pio", "stranger_officer", "moderator", "resident"])
def test_nobody_else_may(role: str, written: Reply, request: pytest.FixtureRequest, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        hide(written, request.getfixturevalue(role), now)
    assert not ReplyHiding.objects.exists()


def test_an_approver_elsewhere_hides_nothing_under_centrals_post(
    written: Reply, south: PoliceCommand, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="approver or a manager of Central Command or of headquarters"):
        hide(written, make_staff("Una Southby", "Sgt.", south, "approver"), now)


def test_the_author_of_the_post_never_hides_under_it_whatever_the_role(
    sergeant: User, central: PoliceCommand, resident: User, manager: User, now: datetime
) -> None:
    written = reply(publish(sergeant, central, now), resident, now)
    with pytest.raises(NotAllowed, match="You wrote this post"):
        hide(written, sergeant, now)
    assert hide(written, manager, now).hidden_by == manager


def test_the_right_ends_with_the_assignment(written: Reply, sergeant: User, now: datetime) -> None:
    for assignment in assignments_of(sergeant.pk):
        end_assignment(assignment_id=assignment.pk, at=timezone.now())
    with pytest.raises(NotAllowed):
        hide(written, sergeant, now)


def test_the_database_itself_refuses_the_author_and_a_reply_by_police(
    written: Reply, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    by_police = answer(written.post, officer, central, now)
    for found, person in ((written, officer), (by_police, sergeant)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReplyHiding.objects.create(
                reply=found, reason=HidingReason.SPAM, snapshot="", command=central, hidden_by=person, hidden_at=now
            )


# What


def test_only_neighbors_replies_can_be_hidden(
    post: Post, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    with pytest.raises(CannotHide, match="Only neighbors’ replies"):
        hide(answer(post, officer, central, now), sergeant, now)


def test_there_is_no_other_reason_than_the_listed_ones(written: Reply, sergeant: User, now: datetime) -> None:
    for reason in ("rude", ""):
        with pytest.raises(CannotHide, match="one of the listed reasons"):
            hide(written, sergeant, now, reason=reason)
    assert HIDING_RULES.keys() == set(HidingReason)


def test_a_reply_is_hidden_once(written: Reply, sergeant: User, chief: User, now: datetime) -> None:
    hide(written, sergeant, now)
    with pytest.raises(CannotHide, match="hidden already"):
        hide(written, chief, now, reason=HidingReason.SPAM)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_hide_at_once_one_is_told_of_the_other(
    written: Reply, sergeant: User, manager: User, now: datetime
) -> None:
    def try_to_hide(person: User) -> str:
        try:
            return hide(written, person, now).reason
        except CannotHide as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(try_to_hide, (sergeant, manager)))
    assert results == ["This reply is hidden already.", "private_data"]


def test_too_long_a_note_names_both_numbers(written: Reply, sergeant: User, now: datetime) -> None:
    with pytest.raises(CannotHide, match="500 characters; this one has 501"):
        hide(written, sergeant, now, note="x" * 501)


def test_a_withdrawn_post_and_closed_replies_do_not_matter(
    written: Reply, post: Post, sergeant: User, now: datetime
) -> None:
    Post.objects.filter(pk=post.pk).update(status=PostStatus.WITHDRAWN, replies_open=False)
    assert hide(written, sergeant, now).pk


def test_the_writer_can_go_on_replying(written: Reply, sergeant: User, resident: User, now: datetime) -> None:
    hide(written, sergeant, now)
    assert reply(written.post, resident, now + LATER).pk


def test_the_writer_gets_a_mail_without_the_words_of_the_reply(
    written: Reply,
    sergeant: User,
    resident: User,
    now: datetime,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hide(written, sergeant, now, note="Leave the plate out.")
    (mail,) = mailoutbox
    assert mail.to == [resident.email]
    assert "/replies/" in mail.body
    assert "Central Command has hidden your reply under" in mail.body
    for words in (WORDS, "7ABC123", "Leave the plate out", "private data"):
        assert words not in f"{mail.subject} {mail.body}"


# Another look


def test_the_writer_asks_once_for_another_look(written: Reply, sergeant: User, now: datetime) -> None:
    hiding = appeal(hide(written, sergeant, now), now + LATER)
    assert (hiding.appeal_text, hiding.appealed_at) == ("It is my own car.", now + LATER)
    with pytest.raises(CannotAppeal, match="You can do that once"):
        appeal(hiding, now + LATER, "Please.")


@pytest.mark.parametrize(("text", "says"), [("  ", "Say in a few words"), ("x" * 1001, "1,000 .* has 1,001")])
def test_an_appeal_says_something_and_not_too_much(
    written: Reply, sergeant: User, now: datetime, text: str, says: str
) -> None:
    hiding = hide(written, sergeant, now)
    with pytest.raises(CannotAppeal, match=says):
        appeal(hiding, now, text)


def test_nobody_asks_for_somebody_else_or_about_what_is_not_hidden(
    written: Reply, sergeant: User, resident: User, newcomer: User, now: datetime
) -> None:
    with pytest.raises(ReplyHiding.DoesNotExist):
        appeal_hiding(reply_id=written.pk, resident=resident, text="Why?", at=now)
    hide(written, sergeant, now)
    with pytest.raises(ReplyHiding.DoesNotExist):
        appeal_hiding(reply_id=written.pk, resident=newcomer, text="Why?", at=now)


@pytest.mark.parametrize(("shows_again", "outcome"), [(True, HidingOutcome.OVERTURNED), (False, HidingOutcome.UPHELD)])
def test_a_moderator_decides_and_the_writer_is_told(
    written: Reply,
    sergeant: User,
    moderator: User,
    resident: User,
    now: datetime,
    shows_again: bool,
    outcome: str,
    mailoutbox: list[EmailMessage],
) -> None:
    hiding = appeal(hide(written, sergeant, now), now)
    mailoutbox.clear()
    decided = decide(hiding, moderator, now + LATER, shows_again=shows_again)
    assert (decided.outcome, decided.decided_by, decided.decided_at) == (outcome, moderator, now + LATER)
    (mail,) = mailoutbox
    assert mail.to == [resident.email]
    for words in (WORDS, "my own car", "writer’s own"):
        assert words not in mail.body


def test_nobody_of_any_command_decides_and_nobody_without_the_permission(
    written: Reply, sergeant: User, chief: User, stranger_officer: User, resident: User, now: datetime
) -> None:
    hiding = appeal(hide(written, sergeant, now), now)
    verifier = make_staff("Vera Fier", "")
    verifier.groups.add(Group.objects.get(name="Verifiers"))
    for person in (sergeant, chief, stranger_officer, resident, verifier):
        with pytest.raises(NotAllowed):
            decide(hiding, person, now)


def test_the_database_itself_refuses_whoever_hid_it_as_the_one_who_decides(
    written: Reply, sergeant: User, now: datetime
) -> None:
    hiding = appeal(hide(written, sergeant, now), now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReplyHiding.objects.filter(pk=hiding.pk).update(
            outcome=HidingOutcome.UPHELD, decided_by=sergeant, decided_at=now
        )


def test_what_nobody_appealed_nobody_outside_decides(
    written: Reply, sergeant: User, moderator: User, now: datetime
) -> None:
    with pytest.raises(ReplyHiding.DoesNotExist):
        decide(hide(written, sergeant, now), moderator, now)


def test_an_appeal_is_decided_once_and_with_a_word_to_the_writer(
    written: Reply, sergeant: User, moderator: User, now: datetime
) -> None:
    hiding = appeal(hide(written, sergeant, now), now)
    with pytest.raises(CannotDecide, match="Say in a few words why"):
        decide(hiding, moderator, now, note=" ")
    decide(hiding, moderator, now, shows_again=False)
    with pytest.raises(CannotDecide, match="decided meanwhile"):
        decide(hiding, moderator, now)


def test_what_was_overturned_is_not_hidden_again_for_the_same_reason(
    written: Reply, sergeant: User, moderator: User, now: datetime
) -> None:
    decide(appeal(hide(written, sergeant, now), now), moderator, now)
    with pytest.raises(CannotHide, match="this reason does not fit"):
        hide(written, sergeant, now)
    assert hide(written, sergeant, now, reason=HidingReason.SPAM).pk


def test_an_open_appeal_of_somebody_who_leaves_is_closed_and_its_words_are_gone(
    written: Reply, sergeant: User, moderator: User, resident: User, now: datetime
) -> None:
    hiding = appeal(hide(written, sergeant, now), now)
    drop_appeals(resident=resident, at=now + LATER)
    hiding.refresh_from_db()
    assert (hiding.outcome, hiding.appeal_text) == (HidingOutcome.DROPPED, "")
    with pytest.raises(CannotDecide):
        decide(hiding, moderator, now)
