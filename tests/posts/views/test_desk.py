"""Does the desk show its own staff, and nobody else, what waits and what was sent?"""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from commands.services import assign, end_assignment
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_residency
from notifications.gateways import RecordingLiveGateway
from posts import services
from posts.cards import render_post
from posts.models import Post
from posts.views.desk import greeting
from tests.accounts.factories import make_staff
from tests.posts.factories import publish
from tests.posts.views.desk_pages import SignIn, answer, count_queries, words

URL = "/commands/central/desk/"
PAGES = ["", "compose/", "review/", "posts/", "inbox/"]


def write(person: User, command: PoliceCommand, text: str, at: datetime, about: Post | None = None) -> int:
    """A private message; the id of its conversation."""
    residency = find_residency(person.pk)
    assert residency is not None
    message = services.write_to_command(
        residency=residency, command=command, about_post=about, text=text, submission_key=uuid.uuid4(), at=at
    )
    return message.conversation.pk


def reply(person: User, post: Post, text: str, at: datetime) -> int:
    residency = find_residency(person.pk)
    assert residency is not None
    return services.reply_as_resident(
        post_id=post.pk, residency=residency, text=text, submission_key=uuid.uuid4(), at=at
    ).pk


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["officer", "sergeant", "manager"])
def test_own_staff_opens_every_page(page: str, who: str, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    assert sign_in(request.getfixturevalue(who)).get(URL + page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["stranger_officer", "pio", "chief", "resident", "faraway", "homeless_account"])
def test_nobody_else_opens_any(
    page: str, who: str, request: pytest.FixtureRequest, sign_in: SignIn, central: PoliceCommand
) -> None:
    assert sign_in(request.getfixturevalue(who)).get(URL + page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_visitor_is_asked_to_sign_in_and_unknown_command_is_not_there(
    page: str, client: Client, sign_in: SignIn, officer: User
) -> None:
    assert client.get(URL + page)["Location"].startswith("/accounts/login/")
    assert sign_in(officer).get(f"/commands/nowhere/desk/{page}").status_code == 404


def test_staff_without_second_factor_is_led_to_its_setup(sign_in: SignIn, central: PoliceCommand) -> None:
    person = make_staff("Joan Bare", "Officer")
    Authenticator.objects.filter(user=person).delete()
    assign(person=person, command=central, role="author", at=timezone.now())
    assert sign_in(person).get(URL)["Location"].startswith("/accounts/2fa/")


def test_assignment_that_ended_closes_the_desk(sign_in: SignIn, officer: User, now: datetime) -> None:
    client = sign_in(officer)
    assert client.get(URL).status_code == 200
    end_assignment(assignment_id=officer.assignments.get().pk, at=now)
    assert client.get(URL).status_code == 403


def test_headquarters_has_a_short_address(sign_in: SignIn, pio: User, officer: User) -> None:
    assert sign_in(pio).get("/headquarters/", follow=True).redirect_chain[-1][0] == "/commands/headquarters/desk/"
    assert sign_in(officer).get("/headquarters/", follow=True).status_code == 403


def test_who_waits_longest_stands_first(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, neighbor: User, now: datetime
) -> None:
    write(resident, central, "Who repairs the alley light?", now)
    write(neighbor, central, "Where do I send my camera's picture?", now - timedelta(hours=5))
    page = words(sign_in(officer).get(URL))
    assert "2 neighbors are waiting for an answer" in page
    assert page.index("camera") < page.index("alley light")
    assert "Maria L. Oak" in page
    assert "Lopez" not in page


def test_answered_conversation_waits_no_more(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    conversation_id = write(resident, central, "Who repairs the alley light?", now)
    client = sign_in(officer)
    last = client.get(f"{URL}inbox/{conversation_id}/").context["seen_id"]
    client.post(f"{URL}inbox/{conversation_id}/", answer("The city does, on Monday.", last))
    page = words(client.get(URL))
    assert "Nobody is waiting for an answer." in page
    assert "alley light" not in page


def test_quiet_desk_says_so(sign_in: SignIn, officer: User) -> None:
    page = words(sign_in(officer).get(URL))
    assert "Every private message has an answer." in page
    assert "Nobody has replied yet." in page
    assert "Nothing is held back." in page


def test_returned_and_pending_posts_wait_before_they_go_out(
    sign_in: SignIn, officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    PoliceCommand.objects.filter(pk=central.pk).update(second_person=SecondPerson.ALWAYS)
    central.refresh_from_db()
    returned = publish(officer, central, now, [oak], title="Porch pirates")
    services.return_post(post_id=returned.pk, version=1, reason="Say what to do first.", by=sergeant, at=now)
    pending = publish(officer, central, now, [oak], title="Coffee with your officers")
    page = sign_in(officer).get(URL)
    assert "returned by Sgt. N. Abara. “Say what to do first.”" in words(page)
    assert f"{URL}compose/?draft={returned.pk}" in page.content.decode()
    assert "Read and release" not in words(page)
    approver_page = sign_in(sergeant).get(URL)
    assert "Read and release" in words(approver_page)
    assert f"{URL}review/{pending.pk}/" in approver_page.content.decode()


def test_just_sent_shows_how_far_it_is(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    post = publish(officer, central, now)
    client = sign_in(officer)
    assert "Done in 0 of 2 feeds" in words(client.get(URL))
    services.fan_out_post(post_id=post.pk, at=now, live=RecordingLiveGateway(), render_card=render_post)
    assert "Done in 2 of 2 feeds" in words(client.get(URL))


def test_neighborhood_that_heard_nothing_stands_first(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood
) -> None:
    publish(officer, central, timezone.now() - timedelta(days=20), [oak])
    page = words(sign_in(officer).get(URL))
    heard = page[page.index("What each neighborhood last heard") :]
    assert heard.index("Elm nothing yet never") < heard.index("Oak Bicycles taken from five garages 20")


def test_public_reply_shows_name_and_neighborhood_and_its_post(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, resident: User, now: datetime
) -> None:
    post = publish(officer, central, now, [oak])
    reply_id = reply(resident, post, "My neighbor's bicycle is gone, too.", now)
    page = sign_in(officer).get(URL)
    assert "My neighbor's bicycle is gone, too. Maria L., Oak" in words(page)
    assert f"{URL}posts/{post.pk}/#reply-{reply_id}" in page.content.decode()


@pytest.mark.parametrize(("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")])
def test_greeting_follows_the_clock_of_the_city(hour: int, part: str) -> None:
    local_now = datetime(2026, 11, 20, hour, tzinfo=ZoneInfo("America/Los_Angeles"))
    person = User(full_name="Kim Delgado", rank="Officer")
    assert greeting(person, local_now) == f"Good {part}, Officer Delgado"
    assert greeting(User(full_name="Kim Delgado"), local_now) == f"Good {part}, Kim Delgado"


def test_queries_do_not_grow_with_what_is_shown(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    resident: User,
    neighbor: User,
    now: datetime,
) -> None:
    client = sign_in(officer)
    first = publish(officer, central, now)
    write(resident, central, "First question.", now)
    reply(resident, first, "First reply.", now)
    few = count_queries(client, URL)
    for number in range(4):
        post = publish(officer, central, now)
        write(neighbor, central, f"Question {number}", now, about=post)
        reply(neighbor, post, f"Reply {number}", now)
    assert count_queries(client, URL) == few <= 20
