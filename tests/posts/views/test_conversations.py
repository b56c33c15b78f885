"""Does a resident find their own conversations, and nobody else's?"""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from posts.models import Conversation, PrivateMessage
from tests.posts.services.test_conversations import answer, write

SignIn = Callable[[User], Client]


def test_the_list_holds_ones_own_alone(
    sign_in: SignIn, resident: User, neighbor: User, central: PoliceCommand, south: PoliceCommand, now: datetime
) -> None:
    write(resident, central, now)
    write(neighbor, south, now)
    page = sign_in(resident).get("/conversations/").content
    assert b"Central Command" in page
    assert b"South Command" not in page


def test_an_empty_list_says_so(sign_in: SignIn, resident: User) -> None:
    assert b"Nothing here yet" in sign_in(resident).get("/conversations/").content


def test_somebody_elses_conversation_is_not_there(
    client: Client,
    sign_in: SignIn,
    resident: User,
    neighbor: User,
    officer: User,
    central: PoliceCommand,
    now: datetime,
) -> None:
    message = write(resident, central, now)
    address = f"/conversations/{message.conversation_id}/"
    assert sign_in(neighbor).get(address).status_code == 404
    assert sign_in(neighbor).post(address, {"text": "x", "submission_key": str(uuid.uuid4())}).status_code == 404
    assert sign_in(officer).get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_the_answer_comes_from_the_command_with_the_officers_name(
    sign_in: SignIn, resident: User, officer: User, central: PoliceCommand, now: datetime
) -> None:
    message = write(resident, central, now)
    answer(message, officer, central, now, seen=message.pk)
    page = sign_in(resident).get(f"/conversations/{message.conversation_id}/").content
    assert b"At the front desk." in page
    assert b"Officer K. Delgado" in page


def test_writing_to_a_command_begins_a_conversation(sign_in: SignIn, newcomer: User, central: PoliceCommand) -> None:
    form = {"text": "May I come by?", "submission_key": str(uuid.uuid4())}
    response = sign_in(newcomer).post("/commands/central/write/", form)
    assert response.status_code == 302
    assert PrivateMessage.objects.get().text == "May I come by?"


def test_without_a_home_one_is_asked_for_first(sign_in: SignIn, homeless_account: User, central: PoliceCommand) -> None:
    assert sign_in(homeless_account).get("/commands/central/write/").headers["Location"] == "/residency/"


def test_an_unknown_command_is_not_there(sign_in: SignIn, resident: User) -> None:
    assert sign_in(resident).get("/commands/nowhere/write/").status_code == 404


def test_earlier_conversations_are_a_page_away(
    sign_in: SignIn, resident: User, central: PoliceCommand, now: datetime
) -> None:
    Conversation.objects.bulk_create(
        Conversation(resident=resident, command=central, started_at=now, changed_at=now) for _ in range(103)
    )
    client = sign_in(resident)
    latest = client.get("/conversations/").content.decode()
    older_url = latest.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    earlier = client.get(f"/conversations/{older_url}").content.decode()
    link = 'href="/conversations/'
    ids = [set(part.split(link)[1:]) for part in (latest, earlier)]
    numbers = [{piece.split("/")[0] for piece in pieces if piece[0].isdigit()} for pieces in ids]
    assert (len(numbers[0]), len(numbers[1])) == (100, 3)
    assert not numbers[0] & numbers[1]
