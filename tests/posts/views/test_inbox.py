"""Is a private conversation read and answered by its command alone?"""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_residency
from neighborhoods.services import end_residency
from posts import services
from posts.models import Conversation, PrivateMessage
from tests.posts.factories import publish
from tests.posts.views.desk_pages import SignIn, answer, count_queries, words
from tests.posts.views.test_desk import write

INBOX = "/commands/central/desk/inbox/"


@pytest.fixture
def asked(central: PoliceCommand, resident: User, now: datetime) -> int:
    """Maria wrote to Central in private."""
    return write(resident, central, "My camera shows somebody at 2:40.", now)


def newest(conversation_id: int) -> int:
    return PrivateMessage.objects.filter(conversation_id=conversation_id).latest("pk").pk


def test_officer_reads_and_answers_in_the_commands_name(
    sign_in: SignIn, officer: User, resident: User, asked: int
) -> None:
    client = sign_in(officer)
    assert "My camera shows somebody at 2:40." in words(client.get(INBOX))
    page = words(client.get(f"{INBOX}{asked}/"))
    assert "Maria L." in page
    assert "Oak, verified" in page
    response = client.post(f"{INBOX}{asked}/", answer("Bring it to the desk.", newest(asked)), follow=True)
    assert "Sent to Maria L. as Central Command." in words(response)
    message = PrivateMessage.objects.latest("pk")
    assert (message.is_from_police, message.author) == (True, officer)
    assert Conversation.objects.get().waiting_since is None


@pytest.mark.parametrize("who", ["pio", "chief", "stranger_officer"])
def test_other_commands_learn_nothing_of_it(
    who: str,
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    asked: int,
) -> None:
    person = request.getfixturevalue(who)
    client = sign_in(person)
    own_desk = f"/commands/{person.assignments.get().command.slug}/desk/inbox/"
    assert client.get(f"{own_desk}{asked}/").status_code == 404
    assert client.post(f"{own_desk}{asked}/", answer("Hello.", newest(asked))).status_code == 404
    assert "camera" not in words(client.get(own_desk))
    assert client.get(f"{INBOX}{asked}/").status_code == 403
    assert PrivateMessage.objects.count() == 1


@pytest.mark.parametrize("who", ["resident", "neighbor"])
def test_residents_do_not_read_the_inbox(who: str, request: pytest.FixtureRequest, sign_in: SignIn, asked: int) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(INBOX).status_code == 403
    assert client.get(f"{INBOX}{asked}/").status_code == 403


@pytest.mark.parametrize(("text", "said"), [("", "Write something"), ("x" * 5_001, "this one has 5,001")])
def test_answer_that_cannot_be_sent_is_kept(text: str, said: str, sign_in: SignIn, officer: User, asked: int) -> None:
    response = sign_in(officer).post(f"{INBOX}{asked}/", answer(text, newest(asked)))
    assert response.status_code == 422
    assert said in words(response)
    assert text in response.content.decode()
    assert PrivateMessage.objects.count() == 1


def test_second_click_sends_one_answer(sign_in: SignIn, officer: User, asked: int) -> None:
    client, form = sign_in(officer), answer("Bring it to the desk.", newest(asked))
    client.post(f"{INBOX}{asked}/", form)
    client.post(f"{INBOX}{asked}/", form)
    assert PrivateMessage.objects.count() == 2


def test_answer_given_meanwhile_is_shown_first_and_the_text_kept(
    sign_in: SignIn, officer: User, sergeant: User, asked: int
) -> None:
    seen = newest(asked)
    sign_in(sergeant).post(f"{INBOX}{asked}/", answer("Bring it to the desk.", seen))
    client = sign_in(officer)
    response = client.post(f"{INBOX}{asked}/", answer("Send it by mail.", seen))
    assert response.status_code == 422
    page = words(response)
    assert "Sgt. N. Abara answered while you were writing." in page
    assert "Bring it to the desk." in page
    assert "Send it by mail." in page
    assert PrivateMessage.objects.count() == 2
    client.post(f"{INBOX}{asked}/", answer("Send it by mail.", response.context["seen_id"]))
    assert PrivateMessage.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_answer_at_once_one_is_told_of_the_other(
    sign_in: SignIn, officer: User, sergeant: User, asked: int
) -> None:
    seen, start = newest(asked), threading.Barrier(2)
    statuses: list[int] = []

    def send(client: Client, text: str) -> None:
        start.wait()
        statuses.append(client.post(f"{INBOX}{asked}/", answer(text, seen)).status_code)
        connection.close()

    threads = [
        threading.Thread(target=send, args=(sign_in(person), f"An answer by {person}"))
        for person in (officer, sergeant)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 422]
    assert PrivateMessage.objects.filter(is_from_police=True).count() == 1


def test_html_in_a_message_stays_text(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    conversation_id = write(resident, central, "<script>alert(1)</script>", now)
    for address in (INBOX, f"{INBOX}{conversation_id}/"):
        assert "<script>alert" not in sign_in(officer).get(address).content.decode()


def test_who_moved_away_is_still_answered(
    sign_in: SignIn, officer: User, resident: User, asked: int, now: datetime
) -> None:
    residency = find_residency(resident.pk)
    assert residency is not None
    end_residency(residency_id=residency.pk, at=now)
    assert "no neighborhood now" in words(sign_in(officer).get(INBOX))
    assert "No neighborhood now" in words(sign_in(officer).get(f"{INBOX}{asked}/"))


def test_answered_conversations_go_on_by_keyset(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    resident: User,
    now: datetime,
) -> None:
    for number in range(21):
        post = publish(officer, central, now, [oak])
        conversation_id = write(resident, central, f"Question number {number};", now, about=post)
        services.answer_conversation(
            conversation_id=conversation_id,
            assignment=officer.assignments.get(),
            text="Yes.",
            seen_message_id=newest(conversation_id),
            submission_key=uuid.uuid4(),
            # Two with the same time: the id then decides.
            at=now + timedelta(minutes=number // 2),
        )
    client = sign_in(officer)
    first = client.get(INBOX)
    assert "Question number 20;" in words(first)
    assert "Question number 0;" not in words(first)
    second = client.get(INBOX, {"before": first.context["older"]})
    assert "Question number 0;" in words(second)
    assert "Question number 1;" not in words(second)
    assert "Waiting for an answer" not in words(second)


def test_queries_do_not_grow_with_the_conversations(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    resident: User,
    neighbor: User,
    asked: int,
    now: datetime,
) -> None:
    client = sign_in(officer)
    few = count_queries(client, INBOX)
    for number in range(5):
        write(neighbor, central, f"Question {number}", now)
    assert count_queries(client, INBOX) == few <= 12
