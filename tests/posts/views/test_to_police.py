"""Does a neighbor send police their own words knowingly, and nobody else's?"""

import uuid
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.services import set_coverage
from community.services import comment, write_post
from core.pace import seconds_to_rest
from neighborhoods.models import Residency
from neighborhoods.selectors import find_residency
from posts.forms.answers import WRITING
from posts.models import Conversation, PrivateMessage
from posts.rules import MESSAGE_MAX_LENGTH
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle
from tests.posts.views.desk_pages import SignIn, words

TITLE, TEXT = "A van circles at night", "White van, no plates, past the school at 2."


def home_of(person: User) -> Residency:
    residency = find_residency(person.pk)
    assert residency is not None
    return residency


def tell(author: User, at: datetime) -> int:
    """A neighbor post; its id."""
    return write_post(
        residency=home_of(author),
        kind="talk",
        title=TITLE,
        text=TEXT,
        is_open_to_adjoining=False,
        picture=None,
        description="",
        submission_key=uuid.uuid4(),
        at=at,
    )


def sent(text: str = "I saw a white van at 2.") -> dict[str, Any]:
    return {"text": text, "submission_key": str(uuid.uuid4())}


@pytest.fixture
def own(resident: User, now: datetime) -> int:
    return tell(resident, now)


@pytest.fixture
def next_door(central: PoliceCommand, resident: User, own: int, now: datetime) -> User:
    """Verified, lives in Oak too, and has answered."""
    person = settle(make_resident_account("Olga Looker"), home_of(resident).neighborhood, is_verified=True)  # type: ignore[arg-type]
    comment(residency=home_of(person), post_id=own, text="I saw it too.", submission_key=uuid.uuid4(), at=now)
    return person


def url(post_id: int) -> str:
    return f"/neighbors/{post_id}/to-police/"


def test_the_page_names_the_command_and_shows_only_the_own_words(
    sign_in: SignIn, resident: User, own: int, next_door: User
) -> None:
    response = sign_in(resident).get(url(own))
    page = words(response)
    for shown in ("Send your post to Central Command?", "Police will read this.", TITLE, TEXT):
        assert shown in page
    assert "Your neighbors’ answers are not sent" in page
    assert "I saw it too." not in page
    assert "no-store" in response.headers["Cache-Control"]
    assert not PrivateMessage.objects.exists()


def test_what_stands_in_the_box_is_sent_in_private_and_no_more(
    sign_in: SignIn, resident: User, own: int, next_door: User, central: PoliceCommand
) -> None:
    response = sign_in(resident).post(url(own), sent())
    message = PrivateMessage.objects.get()
    assert response.headers["Location"] == f"/conversations/{message.conversation_id}/"
    assert (message.text, message.author, message.is_from_police) == ("I saw a white van at 2.", resident, False)
    assert Conversation.objects.get().command == central


def test_a_second_click_sends_it_once(sign_in: SignIn, resident: User, own: int) -> None:
    client, form = sign_in(resident), sent()
    assert [client.post(url(own), form).status_code for _ in range(2)] == [302, 302]
    assert PrivateMessage.objects.count() == 1


def test_a_neighborhood_without_a_command_writes_to_headquarters(
    sign_in: SignIn, resident: User, own: int, central: PoliceCommand, headquarters: PoliceCommand, now: datetime
) -> None:
    set_coverage(command=central, neighborhood_ids=[], at=now)
    sign_in(resident).post(url(own), sent())
    assert Conversation.objects.get().command == headquarters


def test_nobody_sends_what_somebody_else_said(sign_in: SignIn, own: int, next_door: User, faraway: User) -> None:
    for person in (next_door, faraway):
        client = sign_in(person)
        assert client.get(url(own)).status_code == 404
        assert client.post(url(own), sent()).status_code == 404
    assert sign_in(next_door).get(url(999_999)).status_code == 404
    assert not PrivateMessage.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Write something"), ("x" * (MESSAGE_MAX_LENGTH + 1), "5,000 characters; this one has 5,001")],
)
def test_what_cannot_be_sent_is_kept(sign_in: SignIn, resident: User, own: int, text: str, says: str) -> None:
    response = sign_in(resident).post(url(own), sent(text))
    assert response.status_code == 422
    assert says in words(response)
    assert text in words(response)
    assert not PrivateMessage.objects.exists()


def test_it_counts_as_a_message(sign_in: SignIn, resident: User, own: int) -> None:
    for _ in range(WRITING.count):
        seconds_to_rest(resident.pk, WRITING)
    assert sign_in(resident).post(url(own), sent()).status_code == 429
    assert not PrivateMessage.objects.exists()
