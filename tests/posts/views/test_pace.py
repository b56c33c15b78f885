"""Is somebody who writes too much within an hour asked to wait, with the words kept?"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from commands.models import PoliceCommand
from core.pace import seconds_to_rest
from neighborhoods.models import Neighborhood
from posts.forms.answers import WRITING
from posts.models import Post, PrivateMessage, Reply
from tests.posts.factories import publish
from tests.posts.services.test_conversations import write
from tests.posts.views.desk_pages import words

SignIn = Callable[[User], Client]


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


def use_up(person: User, *, but: int = 0) -> None:
    for _ in range(WRITING.count - but):
        assert seconds_to_rest(person.pk, WRITING) == 0


def sent(**more: str) -> dict[str, Any]:
    return {"text": "One more thing.", "submission_key": str(uuid.uuid4()), **more}


@pytest.mark.parametrize("to", ["public", "private"])
def test_the_last_answer_allowed_is_sent_and_the_next_has_to_wait(
    sign_in: SignIn, post: Post, resident: User, to: str
) -> None:
    use_up(resident, but=1)
    client = sign_in(resident)
    assert client.post(f"/posts/{post.pk}/reply/", sent(to=to)).status_code == 302
    refused = client.post(f"/posts/{post.pk}/reply/", sent(to=to))
    assert refused.status_code == 429
    assert "You have sent 20 replies and messages within an hour. Wait" in words(refused)
    assert "One more thing." in words(refused)
    assert Reply.objects.count() + PrivateMessage.objects.count() == 1


def test_private_messages_count_too(sign_in: SignIn, resident: User, central: PoliceCommand, now: datetime) -> None:
    conversation_id = write(resident, central, now).conversation_id
    use_up(resident)
    client = sign_in(resident)
    for address in ("/commands/central/write/", f"/conversations/{conversation_id}/"):
        refused = client.post(address, sent())
        assert refused.status_code == 429
        assert "One more thing." in words(refused)
    assert PrivateMessage.objects.count() == 1


def test_programs_wait_like_people(post: Post, resident: User) -> None:
    use_up(resident)
    client = APIClient()
    client.force_authenticate(resident)
    refused = client.post(f"/api/v1/posts/{post.pk}/replies/", {"text": "One more thing."}, format="json")
    assert refused.status_code == 429
    assert "You have sent 20 replies and messages within an hour." in refused.json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert not Reply.objects.exists()


def test_one_persons_pace_is_not_anothers(sign_in: SignIn, resident: User, newcomer: User) -> None:
    use_up(resident)
    assert sign_in(newcomer).post("/commands/central/write/", sent()).status_code == 302


def test_what_cannot_be_sent_does_not_count(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    for _ in range(WRITING.count + 1):
        assert client.post("/commands/central/write/", sent(text="")).status_code == 422
    assert client.post("/commands/central/write/", sent()).status_code == 302
