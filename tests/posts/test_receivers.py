"""What does somebody read of what posts keep about them, and what stays when they leave?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from accounts.own_data import own_data
from accounts.services import change_name, leave
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Conversation, Post, PrivateMessage, Reply, ReplyHiding
from posts.rules import HidingOutcome
from tests.posts.factories import publish
from tests.posts.services.test_conversations import answer, write
from tests.posts.services.test_hidings import WORDS, appeal, hide
from tests.posts.services.test_replies import reply
from tests.posts.views.desk_pages import words

SignIn = Callable[[User], Client]


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


def sections_of(person: User) -> dict[str, list[dict[str, str]]]:
    return {section.title: section.rows for section in own_data(person)}


def test_a_resident_gets_every_reply_hiding_and_message(
    post: Post, resident: User, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    appeal(hide(reply(post, resident, now, text=WORDS), sergeant, now, note="Leave the plate out."), now)
    message = write(resident, central, now, about=post)
    answer(message, officer, central, now, seen=message.pk)
    kept = sections_of(resident)
    (own_reply,) = kept["Your public replies"]
    assert (own_reply["Your reply"], own_reply["Shown as from"]) == (WORDS, "Oak")
    (hidden,) = kept["Replies of yours that were hidden"]
    assert (hidden["Reason"], hidden["Note to you"]) == ("Private data", "Leave the plate out.")
    assert hidden["What you asked for another look"] == "It is my own car."
    messages = kept["Your private messages with police"]
    assert [row["From"] for row in messages] == ["you", "Central Command"]


def test_nobody_gets_what_somebody_else_said(
    post: Post, resident: User, newcomer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now, text=WORDS)
    write(resident, central, now, text="In private.")
    assert "7ABC123" not in str(sections_of(newcomer))
    assert "In private." not in str(sections_of(newcomer))


def test_after_leaving_the_record_stays_and_names_nobody(
    sign_in: SignIn, post: Post, resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now, text=WORDS)
    message = write(resident, central, now, text="In private.")
    leave(person=resident, at=now)
    assert (Reply.objects.count(), PrivateMessage.objects.count()) == (1, 1)
    client = sign_in(officer)
    pages = [
        words(client.get(address))
        for address in (
            f"/posts/{post.pk}/",
            f"/commands/central/desk/posts/{post.pk}/",
            "/commands/central/desk/",
            "/commands/central/desk/inbox/",
            f"/commands/central/desk/inbox/{message.conversation_id}/",
        )
    ]
    for page in pages:
        assert "Former resident" in page
        assert "Maria" not in page
    assert "Former resident, Oak" in pages[0]


def test_leaving_closes_an_open_appeal(post: Post, resident: User, sergeant: User, now: datetime) -> None:
    hiding = appeal(hide(reply(post, resident, now), sergeant, now), now)
    leave(person=resident, at=now)
    hiding.refresh_from_db()
    assert (hiding.outcome, hiding.appeal_text) == (HidingOutcome.DROPPED, "")
    assert ReplyHiding.objects.exclude(outcome=HidingOutcome.OVERTURNED).count() == 1


def test_a_changed_name_is_shown_everywhere_at_once(
    sign_in: SignIn, post: Post, resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    reply(post, resident, now)
    write(resident, central, now)
    client = sign_in(officer)
    addresses = (f"/posts/{post.pk}/", "/commands/central/desk/", "/commands/central/desk/inbox/")
    for address in addresses:
        assert "Maria L." in words(client.get(address))
    change_name(person=resident, full_name="Maria Lopez", shows_last_name=True, at=now)
    for address in addresses:
        assert "Maria Lopez" in words(client.get(address))
    assert Conversation.objects.count() == 1
