"""Is every delivery handed over, whoever dies or comes twice?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from core.lanes import POSTS, URGENT
from neighborhoods.models import Neighborhood
from notifications.gateways import LiveEvent, LiveUnavailable, RecordingLiveGateway
from posts.cards import render_post
from posts.models import Delivery, Post
from posts.rules import PostKind
from posts.services import fan_out_post, sweep
from posts.services.fan_out import LEASE
from tests.posts.factories import publish


class AbsentLiveGateway(RecordingLiveGateway):
    """What a stopped Redis looks like."""

    def publish(self, events: Sequence[LiveEvent]) -> None:
        raise LiveUnavailable


@pytest.fixture
def post(officer: User, central: PoliceCommand, now: datetime) -> Post:
    return publish(officer, central, now)


@pytest.fixture
def live() -> RecordingLiveGateway:
    return RecordingLiveGateway()


def fan_out(post: Post, live: RecordingLiveGateway, at: datetime) -> int:
    return fan_out_post(post_id=post.pk, at=at, live=live, render_card=render_post)


def test_every_delivery_is_done_after_its_event_was_handed_over(
    post: Post, oak: Neighborhood, elm: Neighborhood, live: RecordingLiveGateway, now: datetime
) -> None:
    assert fan_out(post, live, now) == 2
    assert Delivery.objects.filter(done_at=now, attempts=1).count() == 2
    posts = {event.channel: event for event in live.events if event.kind == "post"}
    assert set(posts) == {f"neighborhood:{oak.pk}:police", f"neighborhood:{elm.pk}:police"}
    assert all(event.id == 1 for event in posts.values())
    assert "Bicycles taken" in posts[f"neighborhood:{oak.pk}:police"].data["html"]
    assert "<!--actions" not in posts[f"neighborhood:{oak.pk}:police"].data["html"]


def test_a_second_run_hands_nothing_over_again(post: Post, live: RecordingLiveGateway, now: datetime) -> None:
    fan_out(post, live, now)
    live.events.clear()
    assert fan_out(post, live, now) == 0
    assert not live.events


def test_without_redis_the_rows_wait_and_nothing_counts_as_done(post: Post, now: datetime) -> None:
    with pytest.raises(LiveUnavailable):
        fan_out(post, AbsentLiveGateway(), now)
    assert Delivery.objects.filter(done_at=None, lease_until=None).count() == 2


def test_a_leased_row_is_left_alone_until_its_lease_runs_out(
    post: Post, live: RecordingLiveGateway, now: datetime
) -> None:
    # A worker that was killed after claiming leaves exactly this behind.
    Delivery.objects.update(lease_until=now + LEASE, attempts=1)
    assert fan_out(post, live, now) == 0
    assert fan_out(post, live, now + LEASE + timedelta(seconds=1)) == 2
    assert Delivery.objects.filter(attempts=2, done_at__isnull=False).count() == 2


def test_each_lane_sweeps_its_own_posts(officer: User, central: PoliceCommand, now: datetime) -> None:
    later = now + timedelta(seconds=3)
    urgent = publish(officer, central, now, kind=PostKind.MISSING_PERSON)
    other = publish(officer, central, now)

    assert sweep(lane=URGENT, at=later) == [urgent.pk]
    assert sweep(lane=POSTS, at=later) == [other.pk]


def test_sweep_finds_what_a_lost_nudge_left(post: Post, live: RecordingLiveGateway, now: datetime) -> None:
    assert sweep(lane=POSTS, at=now) == []  # the nudge has its head start
    assert sweep(lane=POSTS, at=now + timedelta(seconds=3)) == [post.pk]
    fan_out(post, live, now)
    assert sweep(lane=POSTS, at=now + timedelta(seconds=3)) == []


def test_sweep_leaves_rows_that_a_worker_holds(post: Post, now: datetime) -> None:
    Delivery.objects.update(lease_until=now + LEASE)
    assert sweep(lane=POSTS, at=now + timedelta(seconds=3)) == []
    assert sweep(lane=POSTS, at=now + LEASE + timedelta(seconds=1)) == [post.pk]
