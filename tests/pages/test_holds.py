"""How does a records clerk place and lift a legal hold?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.holds import place_hold
from accounts.models import LegalHold, User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_staff
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db

HOLDS = "/legal-holds/"


@pytest.fixture
def clerk(db: None) -> User:
    person = make_staff("Rae Clerk", "")
    person.groups.add(Group.objects.get(name="Records clerks"))
    return person


@pytest.fixture
def client(clerk: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(clerk)


def test_a_person_is_named_by_address_or_number(client: Client, resident: User, clerk: User) -> None:
    for which in (resident.email.upper(), str(resident.pk)):
        answer = client.post(HOLDS, {"covers": "person", "which": which, "reason": "Case 26-114"})
        assert answer["Location"] == HOLDS
    for hold in LegalHold.objects.all():
        assert (hold.person, hold.post_id, hold.reason, hold.placed_by) == (resident, None, "Case 26-114", clerk)
    page = client.get(HOLDS).content.decode()
    assert f"Account {resident.pk}, Maria L." in page
    assert resident.email not in page


def test_a_post_and_everything(
    client: Client, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    post = publish(officer, central, now, [oak])
    client.post(HOLDS, {"covers": "post", "which": str(post.pk), "reason": "Case 1"})
    client.post(HOLDS, {"covers": "everything", "which": "", "reason": "Case 2"})
    assert [(hold.person, hold.post_id) for hold in LegalHold.objects.order_by("pk")] == [(None, post.pk), (None, None)]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"covers": "person", "which": "nobody@example.test", "reason": "x"}, "which"),
        ({"covers": "person", "which": "9" * 40, "reason": "x"}, "which"),
        ({"covers": "person", "which": "", "reason": "x"}, "which"),
        ({"covers": "post", "which": "999999", "reason": "x"}, "which"),
        ({"covers": "post", "which": "the first", "reason": "x"}, "which"),
        ({"covers": "everything", "which": "3", "reason": "x"}, "which"),
        ({"covers": "everything", "which": "", "reason": " "}, "reason"),
        ({"covers": "everything", "which": "", "reason": "x" * 301}, "reason"),
        ({"which": "3", "reason": "x"}, "covers"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(client: Client, sent: dict[str, str], field: str) -> None:
    answer = client.post(HOLDS, sent)
    assert answer.status_code == 422
    assert answer.content.decode().count("data-error-summary") == 1
    assert set(answer.context["form"].errors) == {field}
    assert not LegalHold.objects.exists()


def test_lifting_asks_and_says_who_did(client: Client, clerk: User, resident: User, now: datetime) -> None:
    hold = place_hold(person_id=resident.pk, post_id=None, reason="Case 26-114", by=clerk, at=now)
    lift = f"{HOLDS}{hold.pk}/lift/"
    assert "That cannot be taken back." in client.get(lift).content.decode()
    hold.refresh_from_db()
    assert hold.lifted_at is None
    assert client.post(lift)["Location"] == HOLDS
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_at is None) == (clerk, False)
    assert "Lifted by R. Clerk" in client.get(HOLDS).content.decode()
    assert "was lifted before" in client.post(lift, follow=True).content.decode()


def test_without_one_the_page_says_so(client: Client) -> None:
    assert "No holds" in client.get(HOLDS).content.decode()


def test_as_many_queries_for_many_as_for_few(client: Client, clerk: User, resident: User, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(HOLDS)
        return len(captured)

    place_hold(person_id=resident.pk, post_id=None, reason="Case 1", by=clerk, at=now)
    client.get(HOLDS)
    few = queries()
    for number in range(5):
        place_hold(person_id=resident.pk, post_id=None, reason=f"Case {number}", by=clerk, at=now)
    assert queries() == few
