"""How is a reply taken off the page, what does each reader see afterwards, and how does its writer hear of it?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Post, Reply, ReplyHiding
from posts.rules import HidingReason
from tests.accounts.factories import make_resident_account, make_staff
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish
from tests.posts.services.test_hidings import WORDS, appeal, decide, hide, make_moderator
from tests.posts.services.test_replies import answer, reply
from tests.posts.views.desk_pages import html_of, words

SignIn = Callable[[User], Client]


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def written(post: Post, resident: User, now: datetime) -> Reply:
    return reply(post, resident, now, text=WORDS)


@pytest.fixture
def onlooker(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak too."""
    return settle(make_resident_account("Olga Looker"), oak, is_verified=True)


def url(found: Reply) -> str:
    return f"/replies/{found.pk}/hide/"


# Hiding


def test_the_page_shows_the_whole_reply_the_reasons_and_what_will_happen(
    sign_in: SignIn, written: Reply, sergeant: User
) -> None:
    page = words(sign_in(sergeant).get(url(written)))
    assert WORDS in page
    for reason in HidingReason:
        assert reason.label in page
    assert "The writer is told the reason" in page
    assert Reply.objects.count() == 1
    assert not ReplyHiding.objects.exists()


def test_an_approver_hides_for_a_reason_and_everybody_reads_the_count(
    client: Client, sign_in: SignIn, written: Reply, sergeant: User, post: Post
) -> None:
    approver = sign_in(sergeant)
    response = approver.post(url(written), {"reason": "private_data", "note": "Leave the plate out."})
    assert response.headers["Location"] == f"/posts/{post.pk}/"
    assert ReplyHiding.objects.get().reason == "private_data"
    for reader in (client, approver):
        page = words(reader.get(f"/posts/{post.pk}/"))
        assert "1 reply was hidden: 1 private data" in page
        assert WORDS not in page


def test_without_a_reason_nothing_is_hidden_and_the_note_is_kept(
    sign_in: SignIn, written: Reply, sergeant: User
) -> None:
    for sent in ({"note": "My note."}, {"reason": "rude", "note": "My note."}):
        response = sign_in(sergeant).post(url(written), sent)
        assert response.status_code == 422
        assert "My note." in words(response)
    assert not ReplyHiding.objects.exists()


def test_the_button_is_for_those_who_may(
    sign_in: SignIn, written: Reply, post: Post, sergeant: User, chief: User, officer: User, pio: User, onlooker: User
) -> None:
    for person in (sergeant, chief):
        assert url(written) in html_of(sign_in(person).get(f"/posts/{post.pk}/"))
    for person in (officer, pio, onlooker):
        assert "/hide/" not in html_of(sign_in(person).get(f"/posts/{post.pk}/"))
    desk = f"/commands/central/desk/posts/{post.pk}/"
    assert url(written) in html_of(sign_in(sergeant).get(desk))
    assert "/hide/" not in html_of(sign_in(officer).get(desk))


def test_answers_by_police_have_no_such_button(
    sign_in: SignIn, post: Post, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    by_police = answer(post, officer, central, now)
    client = sign_in(sergeant)
    assert "/hide/" not in html_of(client.get(f"/posts/{post.pk}/"))
    assert client.get(url(by_police)).status_code == 403


def test_an_approver_of_another_command_need_not_know_of_it(
    sign_in: SignIn, written: Reply, south: PoliceCommand
) -> None:
    client = sign_in(make_staff("Una Southby", "Sgt.", south, "approver"))
    for response in (client.get(url(written)), client.post(url(written), {"reason": "spam"})):
        assert response.status_code == 404
    assert not ReplyHiding.objects.exists()


def test_the_author_of_the_post_may_not_whatever_the_role(
    sign_in: SignIn, sergeant: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    written = reply(publish(sergeant, central, now), resident, now)
    client = sign_in(sergeant)
    assert client.get(url(written)).status_code == 403
    assert client.post(url(written), {"reason": "spam"}).status_code == 403
    assert not ReplyHiding.objects.exists()


def test_a_reply_that_is_not_there_is_404(sign_in: SignIn, sergeant: User) -> None:
    assert sign_in(sergeant).get("/replies/999999/hide/").status_code == 404


def test_afterwards_the_page_tells_reason_and_time_and_not_the_words(
    sign_in: SignIn, written: Reply, sergeant: User, now: datetime
) -> None:
    hide(written, sergeant, now)
    page = words(sign_in(sergeant).get(url(written)))
    assert "Private data. Hidden by you for Central Command" in page
    assert WORDS not in page


# Who reads what afterwards


def test_the_words_are_gone_for_everybody_but_the_writer(
    client: Client,
    sign_in: SignIn,
    written: Reply,
    post: Post,
    resident: User,
    onlooker: User,
    officer: User,
    sergeant: User,
    chief: User,
    now: datetime,
) -> None:
    hide(written, sergeant, now)
    for reader in (client, *(sign_in(person) for person in (onlooker, officer, sergeant, chief))):
        page = words(reader.get(f"/posts/{post.pk}/"))
        assert WORDS not in page
        assert "1 reply was hidden" in page
    own = words(sign_in(resident).get(f"/posts/{post.pk}/"))
    assert WORDS in own
    assert "Hidden by Central Command: private data." in own
    for address in (f"/commands/central/desk/posts/{post.pk}/", "/commands/central/desk/"):
        assert WORDS not in words(sign_in(sergeant).get(address))


def test_hidden_replies_are_not_counted_in_the_feed(
    sign_in: SignIn, written: Reply, post: Post, onlooker: User, sergeant: User, now: datetime
) -> None:
    reader = sign_in(onlooker)
    before = reader.get("/feed/")
    assert "1 reply" in words(before)
    hiding = hide(written, sergeant, now)
    after = reader.get("/feed/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "1 reply" not in words(after)
    decide(appeal(hiding, now), make_moderator(), now)
    shown = reader.get("/feed/", headers={"If-None-Match": after.headers["ETag"]})
    assert shown.status_code == 200
    assert "1 reply" in words(shown)


def test_an_overturned_hiding_leaves_no_trace_on_the_post(
    client: Client, sign_in: SignIn, written: Reply, post: Post, onlooker: User, sergeant: User, now: datetime
) -> None:
    decide(appeal(hide(written, sergeant, now), now), make_moderator(), now)
    assert WORDS in words(sign_in(onlooker).get(f"/posts/{post.pk}/"))
    assert "hidden" not in words(client.get(f"/posts/{post.pk}/")).lower()


def test_queries_do_not_grow_with_hidden_replies(
    sign_in: SignIn, post: Post, resident: User, sergeant: User, now: datetime
) -> None:
    client = sign_in(resident)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    hide(reply(post, resident, now), sergeant, now)
    client.get(f"/posts/{post.pk}/")  # the map is drawn once and kept
    few = [cost(f"/posts/{post.pk}/"), cost("/replies/")]
    for _ in range(5):
        hide(reply(post, resident, now), sergeant, now)
    assert [cost(f"/posts/{post.pk}/"), cost("/replies/")] == few


def test_the_reasons_are_published(client: Client) -> None:
    page = words(client.get("/rules/"))
    for reason in HidingReason:
        assert f"{reason.label}." in page
    assert "Criticism of police is no reason" in page
