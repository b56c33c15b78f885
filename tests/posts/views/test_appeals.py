"""Does somebody outside the command see what was appealed, and nothing else, and decide?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from posts.models import Post, ReplyHiding
from posts.rules import HidingOutcome
from tests.posts.factories import publish
from tests.posts.services.test_hidings import WORDS, appeal, hide, make_moderator
from tests.posts.services.test_replies import reply
from tests.posts.views.desk_pages import html_of, words

SignIn = Callable[[User], Client]


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator()


@pytest.fixture
def post(officer: User, central: PoliceCommand, now: datetime) -> Post:
    return publish(officer, central, now)


@pytest.fixture
def hidden(post: Post, resident: User, sergeant: User, now: datetime) -> ReplyHiding:
    return hide(reply(post, resident, now, text=WORDS), sergeant, now, note="Leave the plate out.")


@pytest.fixture
def appealed(hidden: ReplyHiding, now: datetime) -> ReplyHiding:
    return appeal(hidden, now)


def test_nobody_waits_at_first(sign_in: SignIn, moderator: User) -> None:
    assert "Nobody waits" in words(sign_in(moderator).get("/appeals/"))


def test_who_waits_longest_comes_first(
    sign_in: SignIn,
    moderator: User,
    resident: User,
    officer: User,
    sergeant: User,
    central: PoliceCommand,
    now: datetime,
) -> None:
    def appealed_at(at: datetime, title: str) -> None:
        post = publish(officer, central, now, title=title)
        appeal(hide(reply(post, resident, now), sergeant, now), at)

    appealed_at(now + timedelta(hours=2), "The later one")
    appealed_at(now + timedelta(hours=1), "The earlier one")
    page = words(sign_in(moderator).get("/appeals/"))
    assert page.index("The earlier one") < page.index("The later one")


def test_what_nobody_appealed_is_neither_listed_nor_there(
    sign_in: SignIn, moderator: User, hidden: ReplyHiding, post: Post
) -> None:
    client = sign_in(moderator)
    assert post.title not in words(client.get("/appeals/"))
    assert client.get(f"/appeals/{hidden.pk}/").status_code == 404
    assert client.post(f"/appeals/{hidden.pk}/", {"decision": "show", "note": "x"}).status_code == 404
    assert client.get("/appeals/999999/").status_code == 404


def test_the_page_shows_reply_reason_note_and_appeal_and_not_who_wrote_it(
    sign_in: SignIn, moderator: User, appealed: ReplyHiding
) -> None:
    page = words(sign_in(moderator).get(f"/appeals/{appealed.pk}/"))
    for shown in (WORDS, "Private data.", "It gives away what is private", "Leave the plate out.", "It is my own car."):
        assert shown in page
    assert "Maria" not in page


def test_a_moderator_reads_no_other_reply(sign_in: SignIn, moderator: User, appealed: ReplyHiding, post: Post) -> None:
    assert WORDS not in words(sign_in(moderator).get(f"/posts/{post.pk}/"))


@pytest.mark.parametrize(("decision", "outcome"), [("show", HidingOutcome.OVERTURNED), ("keep", HidingOutcome.UPHELD)])
def test_a_decision_takes_it_off_the_list(
    sign_in: SignIn, moderator: User, appealed: ReplyHiding, post: Post, decision: str, outcome: str
) -> None:
    client = sign_in(moderator)
    sent = client.post(f"/appeals/{appealed.pk}/", {"decision": decision, "note": "I looked at it."})
    assert sent.headers["Location"] == "/appeals/"
    appealed.refresh_from_db()
    assert (appealed.outcome, appealed.decided_by, appealed.decision_note) == (outcome, moderator, "I looked at it.")
    assert f"/appeals/{appealed.pk}/" not in html_of(client.get("/appeals/"))
    # A second look at it leads back to the list.
    assert client.get(f"/appeals/{appealed.pk}/").headers["Location"] == "/appeals/"


@pytest.mark.parametrize("sent", [{"note": "Because."}, {"decision": "show", "note": " "}, {"decision": "perhaps"}])
def test_an_incomplete_decision_decides_nothing(
    sign_in: SignIn, moderator: User, appealed: ReplyHiding, sent: dict[str, str]
) -> None:
    assert sign_in(moderator).post(f"/appeals/{appealed.pk}/", sent).status_code == 422
    appealed.refresh_from_db()
    assert not appealed.outcome


def test_queries_do_not_grow_with_appeals(
    sign_in: SignIn, moderator: User, post: Post, resident: User, sergeant: User, now: datetime
) -> None:
    client = sign_in(moderator)
    costs = []
    for _ in range(2):
        for _ in range(3):
            appeal(hide(reply(post, resident, now), sergeant, now), now)
        with CaptureQueriesContext(connection) as queries:
            client.get("/appeals/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
