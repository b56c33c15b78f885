"""Is every delivery done exactly once, and every event handed over, whatever breaks on the way?"""

import signal

import pytest
from django.db import connection
from django.utils import timezone

from core.lanes import POSTS, UPKEEP
from notifications.channels import neighborhood_police
from posts.models import Delivery, Post
from posts.services.fan_out import NUDGE_HEAD_START
from tests.faults.city import City
from tests.faults.installation import Heard, Installation
from tests.servers import wait_until

pytestmark = pytest.mark.faults


def attempts_of(post: Post) -> set[int]:
    return set(Delivery.objects.filter(post=post).values_list("attempts", flat=True))


def done_count(post: Post) -> int:
    return Delivery.objects.filter(post=post, done_at__isnull=False).count()


def check_heard(heard: Heard, *posts: Post) -> list[int]:
    """Every event came, and its number says where it belongs, so that a page shows a post once.

    Returns:
        How often each came.
    """
    numbers = Delivery.objects.filter(post__in=posts).values_list("neighborhood_id", "feed_number")
    expected = {(neighborhood_police(neighborhood_id), number) for neighborhood_id, number in numbers}
    wait_until(lambda: expected <= heard.counts.keys(), "every event was heard")
    return [heard.counts[key] for key in expected]


def test_a_killed_worker_loses_and_repeats_no_delivery(installation: Installation, city: City) -> None:
    worker = installation.start_worker(POSTS)
    with installation.listening() as heard:
        post = city.publish()
        wait_until(lambda: done_count(post) > 0, "the worker has begun")
        worker.stop(signal.SIGKILL)
        assert 0 < done_count(post) < len(city.neighborhood_ids)

        installation.start_worker(POSTS, UPKEEP)
        installation.start_beat()
        installation.let_leases_run_out()
        installation.wait_until_delivered(post)
        city.check_delivered_once(post)
        assert attempts_of(post) <= {1, 2}
        check_heard(heard, post)


def test_a_post_whose_nudge_was_flushed_away_is_found_by_the_sweeper(installation: Installation, town: City) -> None:
    post = town.publish()
    with installation.redis.client() as redis:
        assert redis.llen("porchlight:celery:posts") == 1
        redis.flushall()
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    installation.wait_until_delivered(post)
    town.check_delivered_once(post)
    assert attempts_of(post) == {1}


def test_emptying_redis_in_mid_flight_loses_nothing(installation: Installation, town: City) -> None:
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    with installation.listening() as heard, installation.redis.client() as redis:
        posts = []
        for _ in range(3):
            posts.append(town.publish())
            redis.flushall()
        installation.wait_until_delivered(*posts)
        for post in posts:
            town.check_delivered_once(post)
            assert attempts_of(post) == {1}
        check_heard(heard, *posts)


def test_a_post_sent_while_redis_is_away_goes_out_when_it_is_back(installation: Installation, town: City) -> None:
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    installation.redis.stop()
    try:
        post = town.publish()
        assert done_count(post) == 0
    finally:
        installation.redis.start()
    installation.wait_until_delivered(post)
    town.check_delivered_once(post)
    numbers = dict(Delivery.objects.filter(post=post).values_list("neighborhood_id", "feed_number"))
    assert installation.feed_numbers() == numbers


def test_redis_restarted_in_mid_flight_repeats_events_but_no_delivery(installation: Installation, city: City) -> None:
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    post = city.publish()
    wait_until(lambda: done_count(post) > 0, "the worker has begun")
    installation.redis.restart()
    installation.wait_until_delivered(post)
    city.check_delivered_once(post)
    assert attempts_of(post) <= {1, 2, 3}


def test_postgresql_restarted_in_mid_flight_loses_nothing(installation: Installation, city: City) -> None:
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    with installation.listening() as heard:
        post = city.publish()
        wait_until(lambda: done_count(post) > 0, "the worker has begun")
        installation.postgres.restart()
        connection.close()
        installation.let_leases_run_out()
        installation.wait_until_delivered(post)
        city.check_delivered_once(post)
        assert attempts_of(post) <= {1, 2, 3}
        check_heard(heard, post)


def test_the_same_task_three_times_and_two_sweepers_do_each_delivery_once(
    installation: Installation, city: City
) -> None:
    for _ in range(3):
        installation.start_worker(POSTS, UPKEEP)
    with installation.listening() as heard:
        post = city.publish()
        for _ in range(2):
            installation.send("posts.fan_out_post", post.pk, lane=POSTS)
        for _ in range(2):
            installation.send("posts.sweep", POSTS, lane=POSTS)
        installation.wait_until_delivered(post)
        city.check_delivered_once(post)
        assert attempts_of(post) == {1}
        assert set(check_heard(heard, post)) == {1}


def test_two_sweepers_at_once_agree(installation: Installation, town: City) -> None:
    """Both find the same waiting post, in two processes; it is delivered once all the same."""
    posts = [town.publish() for _ in range(2)]
    with installation.redis.client() as redis:
        redis.flushall()
    wait_until(lambda: not _is_young(posts[-1]), "the sweeper may look at it")
    for _ in range(2):
        installation.start_worker(POSTS, UPKEEP)
    for _ in range(2):
        installation.send("posts.sweep", POSTS, lane=POSTS)
    installation.wait_until_delivered(*posts)
    for post in posts:
        town.check_delivered_once(post)
        assert attempts_of(post) == {1}


def _is_young(post: Post) -> bool:
    post.refresh_from_db()
    assert post.published_at is not None
    return post.published_at > timezone.now() - NUDGE_HEAD_START
