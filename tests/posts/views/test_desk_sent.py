"""Does an officer see a post arrive, read the replies, and answer once?"""

import threading
import uuid
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from notifications.gateways import RecordingLiveGateway
from posts import services
from posts.cards import render_post
from posts.models import Delivery, Post, Reply
from tests.posts.factories import publish
from tests.posts.views.desk_pages import SignIn, answer, count_queries, words
from tests.posts.views.test_desk import reply


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now)


def url(post: Post) -> str:
    return f"/commands/central/desk/posts/{post.pk}/"


def test_post_is_in_every_feed_at_once_and_each_neighborhood_gets_done(
    sign_in: SignIn, officer: User, post: Post, now: datetime
) -> None:
    client = sign_in(officer)
    before = client.get(url(post))
    assert "In all 2 feeds. Open pages are being told." in words(before)
    assert "0 of 2 feeds done" in words(before)
    assert "Show how far it is now" in words(before)
    services.fan_out_post(post_id=post.pk, at=now, live=RecordingLiveGateway(), render_card=render_post)
    Delivery.objects.filter(post=post).update(notices_at=now)
    after = client.get(url(post))
    assert "In all 2 feeds. Open pages have been told." in words(after)
    assert "2 of 2 feeds done" in words(after)
    assert "Show how far it is now" not in words(after)


def test_map_and_table_say_the_same(sign_in: SignIn, officer: User, post: Post) -> None:
    page = sign_in(officer).get(url(post)).content.decode()
    assert page.count("pl-area pl-area--waiting") == 2
    assert page.count("pl-state--waiting") == 2


@pytest.mark.parametrize("who", ["stranger_officer", "pio", "resident"])
def test_page_is_closed_to_everybody_else(
    who: str, request: pytest.FixtureRequest, sign_in: SignIn, post: Post
) -> None:
    assert sign_in(request.getfixturevalue(who)).get(url(post)).status_code == 403


def test_post_of_another_command_is_not_at_this_desk(
    sign_in: SignIn, pio: User, officer: User, headquarters: PoliceCommand, post: Post, now: datetime
) -> None:
    theirs = publish(pio, headquarters, now)
    client = sign_in(officer)
    assert client.get(url(theirs)).status_code == 404
    assert client.post(url(theirs), answer("Hello.")).status_code == 404
    assert client.get("/commands/central/desk/posts/999999/").status_code == 404


def test_answer_stands_under_the_commands_name(
    sign_in: SignIn, officer: User, post: Post, resident: User, now: datetime
) -> None:
    asked = reply(resident, post, "Is the alley watched?", now)
    client = sign_in(officer)
    response = client.post(url(post), answer("Yes, since Monday.", asked), follow=True)
    assert "Sent as Central Command." in words(response)
    assert "Central Command Officer K. Delgado" in words(response)
    written = Reply.objects.latest("pk")
    assert (written.command, written.neighborhood, written.author) == (post.command, None, officer)


def test_second_click_keeps_one_answer(sign_in: SignIn, officer: User, post: Post) -> None:
    client, form = sign_in(officer), answer("Yes, since Monday.")
    client.post(url(post), form)
    client.post(url(post), form)
    assert Reply.objects.count() == 1


@pytest.mark.parametrize(("text", "said"), [("  ", "Write something"), ("x" * 2_001, "this one has 2,001")])
def test_answer_that_cannot_be_sent_is_kept(text: str, said: str, sign_in: SignIn, officer: User, post: Post) -> None:
    response = sign_in(officer).post(url(post), answer(text))
    assert response.status_code == 422
    assert said in words(response)
    assert text.strip() in response.content.decode()
    assert not Reply.objects.exists()


def test_answer_given_meanwhile_is_shown_first_and_the_text_kept(
    sign_in: SignIn, officer: User, sergeant: User, post: Post, resident: User, now: datetime
) -> None:
    asked = reply(resident, post, "Is the alley watched?", now)
    sign_in(sergeant).post(url(post), answer("Yes.", asked))
    client = sign_in(officer)
    response = client.post(url(post), answer("It is, since Monday.", asked))
    assert response.status_code == 422
    assert "Sgt. N. Abara answered while you were writing." in words(response)
    assert "It is, since Monday." in words(response)
    assert Reply.objects.filter(command__isnull=False).count() == 1
    client.post(url(post), answer("It is, since Monday.", response.context["seen_id"]))
    assert Reply.objects.filter(command__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_answer_at_once_one_is_told_of_the_other(
    sign_in: SignIn, officer: User, sergeant: User, post: Post
) -> None:
    start = threading.Barrier(2)
    statuses: list[int] = []

    def send(client: Client, text: str) -> None:
        start.wait()
        statuses.append(client.post(url(post), answer(text)).status_code)
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
    assert Reply.objects.count() == 1


def test_queries_do_not_grow_with_neighborhoods_and_replies(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    resident: User,
    neighbor: User,
    now: datetime,
) -> None:
    client = sign_in(officer)
    small = publish(officer, central, now, [oak])
    reply(resident, small, "Thank you.", now)
    few, few_in_list = count_queries(client, url(small)), count_queries(client, "/commands/central/desk/posts/")
    big = publish(officer, central, now)
    for number in range(5):
        reply(neighbor, big, f"Reply {number}", now)
    assert count_queries(client, url(big)) == few <= 16
    assert count_queries(client, "/commands/central/desk/posts/") == few_in_list <= 12


def test_later_replies_are_a_page_further(
    sign_in: SignIn, officer: User, post: Post, resident: User, now: datetime
) -> None:
    Reply.objects.bulk_create(
        Reply(
            post=post,
            author=resident,
            neighborhood=resident.residencies.get().neighborhood,
            text=f"Reply number {number};",
            submission_key=uuid.uuid4(),
            created_at=now,
        )
        for number in range(101)
    )
    client = sign_in(officer)
    first = client.get(url(post))
    assert "Reply number 99;" in words(first)
    assert "Reply number 100;" not in words(first)
    later = client.get(f"{url(post)}?after={first.context['later']}")
    assert "Reply number 100;" in words(later)


def test_list_of_what_was_sent_goes_on_by_keyset(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    for number in range(21):
        publish(officer, central, now, [oak], title=f"Post number {number};")
    client = sign_in(officer)
    first = client.get("/commands/central/desk/posts/")
    assert "Post number 20;" in words(first)
    assert "Post number 0;" not in words(first)
    second = client.get("/commands/central/desk/posts/", {"before": first.context["older"]})
    assert "Post number 0;" in words(second)
    assert "Post number 1;" not in words(second)
