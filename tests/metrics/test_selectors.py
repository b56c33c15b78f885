import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import find_assignment
from commands.services import set_coverage
from metrics.selectors import SORT_KEYS, in_order, private_reach, reach_by_neighborhood
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_residency
from posts.models import Reply
from posts.services import answer_conversation, answer_post, reply_as_resident, write_to_command
from tests.metrics.by_hand import counted_by_hand
from tests.metrics.factories import fill
from tests.neighborhoods.factories import make_neighborhood
from tests.posts.factories import publish
from tests.posts.services.test_hidings import appeal, decide, hide, make_moderator

pytestmark = pytest.mark.django_db


def reply(person: User, post_id: int, at: datetime) -> None:
    residency = find_residency(person.pk)
    assert residency is not None
    reply_as_resident(post_id=post_id, residency=residency, text="I saw it.", submission_key=uuid.uuid4(), at=at)


def write(person: User, command: PoliceCommand, at: datetime) -> int:
    residency = find_residency(person.pk)
    assert residency is not None
    message = write_to_command(
        residency=residency, command=command, about_post=None, text="Help.", submission_key=uuid.uuid4(), at=at
    )
    return message.conversation_id


def figures() -> dict[str, tuple[Any, ...]]:
    return {
        row.slug: (str(row.claimed), str(row.verified), row.posts, row.replies, row.last_activity_at)
        for row in reach_by_neighborhood()
    }


def test_figures_are_what_counting_by_hand_gives(
    now: datetime,
    oak: Neighborhood,
    elm: Neighborhood,
    central: PoliceCommand,
    headquarters: PoliceCommand,
    officer: User,
    pio: User,
    resident: User,
    neighbor: User,
    newcomer: User,
    faraway: User,
) -> None:
    fill(oak, claimed=2, verified=7)
    fill(elm, claimed=5)
    to_oak = publish(officer, central, now - timedelta(days=3), [oak])
    to_both = publish(officer, central, now - timedelta(days=2))
    to_all = publish(pio, headquarters, now - timedelta(days=1), scope="city")
    reply(resident, to_oak.pk, now - timedelta(hours=5))
    reply(resident, to_both.pk, now - timedelta(hours=4))
    reply(neighbor, to_both.pk, now - timedelta(hours=3))
    reply(faraway, to_all.pk, now - timedelta(hours=2))
    assignment = find_assignment(officer.pk, central.pk)
    assert assignment is not None
    answer_post(
        post_id=to_both.pk,
        assignment=assignment,
        text="Thank you.",
        seen_reply_id=10**9,
        submission_key=uuid.uuid4(),
        at=now,
    )
    write(newcomer, central, now)

    assert figures() == counted_by_hand()
    assert figures() == {
        "oak": ("under 5", "8", 3, 2, now - timedelta(hours=4)),
        "elm": ("5", "under 5", 2, 1, now - timedelta(hours=3)),
        "pine": ("0", "under 5", 1, 1, now - timedelta(hours=2)),
    }


def test_figures_are_read_anew_when_something_is_counted(
    now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, resident: User
) -> None:
    assert figures()["oak"] == ("0", "under 5", 0, 0, None)
    post = publish(officer, central, now, [oak])
    assert figures()["oak"] == ("0", "under 5", 1, 0, now)
    reply(resident, post.pk, now + timedelta(minutes=1))
    assert figures()["oak"] == ("0", "under 5", 1, 1, now + timedelta(minutes=1))
    fill(oak, claimed=6)
    assert figures()["oak"][0] == "6"
    set_coverage(command=central, neighborhood_ids=[], at=now)
    assert [list(row.commands) for row in reach_by_neighborhood()] == [[], []]


def test_a_hidden_reply_counts_again_once_it_is_shown_again(
    now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, sergeant: User, resident: User
) -> None:
    post = publish(officer, central, now, [oak])
    reply(resident, post.pk, now + timedelta(hours=1))
    reply(resident, post.pk, now + timedelta(hours=2))
    moderator = make_moderator()
    both, one = ("0", "under 5", 1, 2, now + timedelta(hours=2)), ("0", "under 5", 1, 1, now + timedelta(hours=1))
    assert figures()["oak"] == both
    hiding = hide(Reply.objects.latest("pk"), sergeant, now)
    assert figures() == counted_by_hand()
    assert figures()["oak"] == one
    appeal(hiding, now)
    decide(hiding, moderator, now, shows_again=False)
    assert figures()["oak"] == one

    earlier = hide(Reply.objects.earliest("pk"), sergeant, now)
    assert figures()["oak"] == ("0", "under 5", 1, 0, now)
    appeal(earlier, now)
    decide(earlier, moderator, now)
    assert figures() == counted_by_hand()
    assert figures()["oak"] == one


def test_only_current_neighborhoods_are_listed(now: datetime, oak: Neighborhood, elm: Neighborhood) -> None:
    Neighborhood.objects.create(key="Never drawn", name="Never drawn", slug="never-drawn")
    assert list(figures()) == ["elm", "oak"]
    elm.boundaries.update(ended_at=now)
    assert list(figures()) == ["oak"]


def test_queries_do_not_grow_with_posts_and_places(
    now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        make_neighborhood(f"Place {number}", west=20 + number)
        publish(officer, central, now)
    with django_assert_num_queries(2):
        reach_by_neighborhood()
    with django_assert_num_queries(1):
        reach_by_neighborhood()


def test_order_follows_what_is_shown_and_never_a_hidden_count(oak: Neighborhood, elm: Neighborhood) -> None:
    pine = make_neighborhood("Pine", west=10)
    fill(oak, claimed=1)
    fill(elm, claimed=4)
    fill(pine, claimed=6)
    rows = reach_by_neighborhood()
    assert [row.slug for row in in_order(rows, "-claimed")] == ["pine", "elm", "oak"]
    assert [row.slug for row in in_order(rows, "claimed")] == ["elm", "oak", "pine"]


@pytest.mark.parametrize("sort", [*SORT_KEYS, *(f"-{key}" for key in SORT_KEYS)])
def test_every_order_lists_every_neighborhood(sort: str, central: PoliceCommand) -> None:
    assert {row.slug for row in in_order(reach_by_neighborhood(), sort)} == {"oak", "elm"}


def test_private_figures_are_those_of_the_commands_that_ask(
    now: datetime,
    oak: Neighborhood,
    elm: Neighborhood,
    pine: Neighborhood,
    central: PoliceCommand,
    south: PoliceCommand,
    headquarters: PoliceCommand,
    officer: User,
    resident: User,
    newcomer: User,
    faraway: User,
    django_assert_num_queries: Any,
) -> None:
    answered = write(resident, central, now)
    write(newcomer, central, now)
    write(resident, headquarters, now)
    write(faraway, south, now)
    write(faraway, central, now)
    assignment = find_assignment(officer.pk, central.pk)
    assert assignment is not None
    answer_conversation(
        conversation_id=answered,
        assignment=assignment,
        text="We come by.",
        seen_message_id=10**9,
        submission_key=uuid.uuid4(),
        at=now,
    )
    with django_assert_num_queries(1):
        at_central = private_reach([central.pk])
    assert {place: (figure.conversations, figure.waiting) for place, figure in at_central.items()} == {
        oak.pk: (2, 1),
        elm.pk: (0, 0),
    }
    at_headquarters = private_reach([headquarters.pk])
    assert {place: (figure.conversations, figure.waiting) for place, figure in at_headquarters.items()} == {
        oak.pk: (1, 1),
        elm.pk: (0, 0),
        pine.pk: (0, 0),
    }
    assert private_reach([]) == {}
