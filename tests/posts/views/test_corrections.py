"""Can an officer correct a post, take it back, stop it and send again what failed, without doing harm by accident?"""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from core.counts import HIDDEN_TEXT
from neighborhoods.models import Neighborhood
from notifications.models import Digest, Notice
from notifications.rules import NoticeState, Pace, Topic
from posts import services
from posts.models import Delivery, Post
from posts.rules import TITLE_WITHOUT_TEXT, PostStatus
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish
from tests.posts.telling import tell, told
from tests.posts.views.desk_pages import SignIn, html_of, words


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now)


@pytest.fixture
def crowd(central: PoliceCommand, oak: Neighborhood) -> list[User]:
    """So many that they may be counted."""
    return [settle(make_resident_account(f"Resident {n}"), oak, is_verified=True) for n in range(6)]


def url(post: Post, step: str = "") -> str:
    return f"/commands/central/desk/posts/{post.pk}/{step}"


def mended(post: Post, **changes: object) -> dict[str, Any]:
    return {
        "version": post.version,
        "title": post.title,
        "text": "Four garages, not five.",
        "what_was_wrong": "Four garages were entered, not five.",
    } | changes


def test_correction_is_shown_at_the_desk_in_public_and_in_the_feed(
    sign_in: SignIn, officer: User, resident: User, client: Client, post: Post
) -> None:
    officers = sign_in(officer)
    form = officers.get(url(post, "correct/"))
    assert "Somebody tries side doors at night." in html_of(form)
    done = officers.post(url(post, "correct/"), mended(post), follow=True)
    assert "Corrected. Whoever was told before is told first." in words(done)
    assert "by Officer K. Delgado: Four garages were entered, not five." in words(done)
    public = words(client.get(f"/posts/{post.pk}/"))
    assert "Four garages, not five." in public
    assert "Four garages were entered, not five." in public
    assert "See what changed" in public
    assert "Somebody tries side doors at night." in public
    feed = words(sign_in(resident).get("/feed/"))
    assert "Four garages were entered, not five." in feed
    assert "Somebody tries side doors at night." not in feed
    api = client.get("/api/v1/posts/").json()["results"][0]
    assert (api["version"], api["text"], api["status"]) == (2, "Four garages, not five.", "published")


def test_words_are_shown_as_written(sign_in: SignIn, officer: User, client: Client, post: Post) -> None:
    sign_in(officer).post(url(post, "correct/"), mended(post, what_was_wrong="<b>Five</b>", text="<i>Four</i>"))
    page = html_of(client.get(f"/posts/{post.pk}/"))
    assert "&lt;b&gt;Five&lt;/b&gt;" in page
    assert "<i>Four" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"what_was_wrong": ""}, "Say what was wrong"),
        ({"title": ""}, "Give the post a title"),
        ({"text": "x" * 10_001}, "this one has 10,001"),
        ({"text": "Somebody tries side doors at night."}, "Nothing is changed yet"),
        ({"version": "no number"}, "Version"),
    ],
)
def test_what_cannot_be_sent_is_kept(
    changes: dict[str, object], said: str, sign_in: SignIn, officer: User, post: Post
) -> None:
    response = sign_in(officer).post(url(post, "correct/"), mended(post, **changes))
    assert response.status_code == 422
    assert said in words(response)
    assert "Four garages" in html_of(response)
    assert Post.objects.get(pk=post.pk).version == 1


def test_edit_collision_shows_the_other_version_and_loses_nothing(
    sign_in: SignIn, officer: User, sergeant: User, post: Post
) -> None:
    mine = sign_in(officer)
    sign_in(sergeant).post(url(post, "correct/"), mended(post, text="Six garages.", what_was_wrong="It was six."))
    response = mine.post(url(post, "correct/"), mended(post))
    assert response.status_code == 422
    for said in ("Here is version 2", "It was six.", "Six garages.", "Four garages, not five."):
        assert said in html_of(response)
    assert Post.objects.get(pk=post.pk).text == "Six garages."
    again = mine.post(url(post, "correct/"), mended(post, version=2))
    assert again.status_code == 302
    assert 'name="version" value="2"' in html_of(response)
    assert Post.objects.get(pk=post.pk).version == 3


def test_author_of_a_released_post_is_told_who_corrects_it(
    sign_in: SignIn, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    post = publish(officer, central, now)
    services.release_post(post_id=post.pk, version=1, by=sergeant, at=now)
    refused = sign_in(officer).get(url(post, "correct/"))
    assert refused.status_code == 403
    assert "an approver or a manager of Central Command who did not write it" in words(refused)
    assert "Stop what has not left" in words(refused)
    assert sign_in(officer).post(url(post, "correct/"), mended(post)).status_code == 403
    assert Post.objects.get(pk=post.pk).version == 1
    assert sign_in(sergeant).post(url(post, "correct/"), mended(post)).status_code == 302


def test_withdrawn_post_is_one_line_everywhere_and_its_page_says_why(
    sign_in: SignIn, officer: User, resident: User, client: Client, post: Post
) -> None:
    officers = sign_in(officer)
    assert "one line stands in its place" in words(officers.get(url(post, "withdraw/")))
    done = officers.post(url(post, "withdraw/"), {"version": 1, "reason": "It was another street."}, follow=True)
    assert "Taken back. Whoever was told before is told." in words(done)
    public = words(client.get(f"/posts/{post.pk}/"))
    assert "It was another street." in public
    assert "See what changed" not in public
    assert "Somebody tries side doors at night." in public
    for page in (sign_in(resident).get("/feed/"), client.get("/posts/")):
        assert "It was another street." in words(page)
        assert "side doors" not in words(page)
    for step in ("correct/", "withdraw/", "stop/"):
        assert officers.get(url(post, step)).status_code == 302
        assert officers.post(url(post, step), mended(post, reason="Again.")).status_code == 302
    assert Post.objects.get(pk=post.pk).version == 2


def test_text_that_was_taken_off_is_on_no_page(
    sign_in: SignIn, officer: User, resident: User, client: Client, post: Post
) -> None:
    officers = sign_in(officer)
    officers.post(url(post, "correct/"), mended(post, title="Maria Example stole bicycles"))
    wish = {"version": 2, "reason": "The name was wrong.", "takes_text_off": "on"}
    assert officers.post(url(post, "withdraw/"), wish).status_code == 302
    pages = [
        client.get(f"/posts/{post.pk}/"),
        client.get("/posts/"),
        client.get("/commands/central/"),
        client.get("/api/v1/posts/"),
        sign_in(resident).get("/feed/"),
        officers.get(url(post)),
        officers.get("/commands/central/desk/posts/"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "Maria Example" not in html_of(page)
        assert "side doors" not in html_of(page)
    assert TITLE_WITHOUT_TEXT in html_of(pages[0])
    assert "The name was wrong." in html_of(pages[0])


def test_withdrawal_without_a_reason_is_asked_for_one(sign_in: SignIn, officer: User, post: Post) -> None:
    response = sign_in(officer).post(url(post, "withdraw/"), {"version": 1, "takes_text_off": "on"})
    assert response.status_code == 422
    assert "Say why" in words(response)
    assert "checked" in html_of(response)
    assert Post.objects.get(pk=post.pk).status == PostStatus.PUBLISHED


def test_stop_asks_then_says_how_many_had_left(
    sign_in: SignIn, officer: User, crowd: list[User], oak: Neighborhood, post: Post, now: datetime
) -> None:
    message = tell(post, now)
    for person in crowd[:4]:
        told(message, person, oak, now, state=NoticeState.SENT)
    for person in crowd[4:]:
        told(message, person, oak, now)
    client = sign_in(officer)
    asked = words(client.get(url(post, "stop/")))
    assert "4 notices had left, 2 did not" in asked
    assert "It stays in the feeds" in asked
    done = client.post(url(post, "stop/"), {"version": 1}, follow=True)
    assert "Stopped. 4 notices had left, 2 did not." in words(done)
    assert "send a correction" in words(done)
    assert "Stopped by Officer K. Delgado." in words(done)
    assert 'href="/commands/central/desk/posts/' in html_of(done)
    assert f'href="{url(post, "stop/")}"' not in html_of(done)
    assert client.get(url(post, "stop/")).status_code == 302
    corrected = words(client.post(url(post, "correct/"), mended(post), follow=True))
    assert "What had not left of version 1 was stopped." in corrected


def test_stop_of_a_version_that_was_corrected_meanwhile_stops_nothing(
    sign_in: SignIn, officer: User, sergeant: User, post: Post
) -> None:
    sign_in(sergeant).post(url(post, "correct/"), mended(post))
    response = sign_in(officer).post(url(post, "stop/"), {"version": 1})
    assert response.status_code == 422
    assert "Here is version 2" in words(response)
    assert Post.objects.get(pk=post.pk).stopped_at is None


def test_retry_says_what_failed_and_asks(
    sign_in: SignIn, officer: User, crowd: list[User], oak: Neighborhood, post: Post, now: datetime
) -> None:
    message = tell(post, now)
    full = [
        told(message, person, oak, now, state=NoticeState.FAILED, attempts=12, reason="452 Mailbox full")
        for person in crowd[:5]
    ]
    gone = told(message, crowd[5], oak, now, state=NoticeState.FAILED, attempts=1, reason="550 No such mailbox")
    client = sign_in(officer)
    page = words(client.get(url(post)))
    assert "6 e-mails to Oak failed." in page
    assert "5: “452 Mailbox full”" in page
    assert "1: “550 No such mailbox” This will not change by itself." in page
    assert all(person.email not in page for person in crowd)
    address = url(post, f"retry/{oak.pk}/")
    assert "6 e-mails to Oak failed." in words(client.get(address))
    done = client.post(address, follow=True)
    assert "Trying Oak again." in words(done)
    assert "5 e-mails to Oak" not in words(done)
    assert set(Notice.objects.filter(pk__in=[n.pk for n in full]).values_list("state", flat=True)) == {"waiting"}
    gone.refresh_from_db()
    assert gone.state == NoticeState.FAILED
    client.post(address, {"with_permanent": "on"})
    gone.refresh_from_db()
    assert gone.state == NoticeState.WAITING


def test_what_failed_is_still_explained_after_a_stop_and_no_longer_tried(
    sign_in: SignIn, officer: User, crowd: list[User], oak: Neighborhood, post: Post, now: datetime
) -> None:
    message = tell(post, now)
    for person in crowd:
        told(message, person, oak, now, state=NoticeState.FAILED, attempts=1, reason="550 No such mailbox")
    services.stop_post(post_id=post.pk, version=1, by=officer, at=now)
    client = sign_in(officer)
    page = client.get(url(post))
    assert "6 e-mails to Oak failed." in words(page)
    assert "Try Oak again now" not in words(page)
    refused = client.post(url(post, f"retry/{oak.pk}/"), {"with_permanent": "on"}, follow=True)
    assert "This post was stopped" in words(refused)
    assert set(Notice.objects.values_list("state", flat=True)) == {"failed"}


def test_place_the_post_did_not_go_to_is_not_there(
    sign_in: SignIn, officer: User, pine: Neighborhood, post: Post
) -> None:
    assert sign_in(officer).get(url(post, f"retry/{pine.pk}/")).status_code == 404
    assert sign_in(officer).post(url(post, f"retry/{pine.pk}/")).status_code == 404


def test_post_of_another_command_or_one_that_is_not_out_is_not_here(
    sign_in: SignIn, officer: User, pio: User, headquarters: PoliceCommand, central: PoliceCommand, now: datetime
) -> None:
    theirs = publish(pio, headquarters, now)
    central.second_person = SecondPerson.ALWAYS
    central.save()
    waits = publish(officer, central, now)
    client = sign_in(officer)
    for step in ("correct/", "withdraw/", "stop/", "progress/"):
        assert client.get(url(theirs, step)).status_code == 404
        assert client.get(url(waits, step)).status_code == (404 if step == "progress/" else 302)


def test_progress_counts_every_notice_and_hides_small_counts(
    sign_in: SignIn,
    officer: User,
    crowd: list[User],
    neighbor: User,
    oak: Neighborhood,
    elm: Neighborhood,
    post: Post,
    now: datetime,
) -> None:
    message = tell(post, now)
    for person in crowd:
        told(message, person, oak, now, state=NoticeState.SENT)
    waits = told(message, neighbor, elm, now)
    Delivery.objects.filter(post=post).update(done_at=now, notices_at=now)
    client = sign_in(officer)
    page = client.get(url(post, "progress/"))
    assert 'data-ledger="open"' in html_of(page)
    assert "In all 2 feeds. Notices are going out." in words(page)
    assert "6 of 6" in words(page)
    assert HIDDEN_TEXT in words(page)
    assert "of at least 7 notices sent" in words(page)
    Notice.objects.filter(pk=waits.pk).update(state=NoticeState.SENT, ended_at=now)
    page = client.get(url(post, "progress/"))
    assert 'data-ledger="done"' in html_of(page)
    assert "In all 2 feeds. All notices are out." in words(page)


def test_who_reads_it_in_a_digest_is_counted_from_people(
    sign_in: SignIn, officer: User, crowd: list[User], post: Post
) -> None:
    assert "6 will read it in a digest" in words(sign_in(officer).get(url(post)))


def test_digest_that_carried_the_first_version_counts_for_the_correction_too(
    sign_in: SignIn, officer: User, crowd: list[User], oak: Neighborhood, post: Post, now: datetime
) -> None:
    Digest.objects.bulk_create(
        Digest(
            person=person,
            pace=Pace.DAILY,
            day=now.date(),
            neighborhood=oak,
            after_number=0,
            upto_number=1,
            topics=[Topic.CRIME],
            state=NoticeState.SENT,
            due_at=now,
            ended_at=now,
        )
        for person in crowd[:5]
    )
    client = sign_in(officer)
    client.post(url(post, "correct/"), mended(post))
    page = words(client.get(url(post)))
    assert "at least 1 will read it in a digest" in page
    assert "5 got it in a digest" in page


def test_few_failures_among_few_people_have_no_number(
    sign_in: SignIn, officer: User, resident: User, oak: Neighborhood, post: Post, now: datetime
) -> None:
    told(tell(post, now), resident, oak, now, state=NoticeState.FAILED, attempts=1, reason="550 No such mailbox")
    page = words(sign_in(officer).get(url(post)))
    assert "Under 5 e-mails to Oak failed." in page
    assert "“550 No such mailbox”" in page
    assert "1 e-mail " not in page


def test_each_version_has_its_own_line(
    sign_in: SignIn, officer: User, crowd: list[User], oak: Neighborhood, post: Post, now: datetime
) -> None:
    first = tell(post, now)
    for person in crowd:
        told(first, person, oak, now, state=NoticeState.SENT)
    client = sign_in(officer)
    client.post(url(post, "correct/"), mended(post))
    post.refresh_from_db()
    second = tell(post, now)
    for person in crowd[:5]:
        told(second, person, oak, now)
    page = words(client.get(url(post)))
    assert "0 of 5" in page
    assert "6 of 6" in page
    assert "2: corrected" in page
    assert "1: published" in page
    assert "not yet" in page
