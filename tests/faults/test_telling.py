"""Is everybody told exactly once, whatever breaks while the notices are written?"""

import signal

import pytest
from django.utils import timezone

from accounts.models import User
from core.lanes import URGENT
from neighborhoods.models import Residency
from neighborhoods.rules import Standing
from notifications.models import Message, Notice
from posts.models import Delivery, Post
from posts.rules import PostKind
from tests.faults.city import EARLIER, City
from tests.faults.installation import Installation
from tests.posts.factories import publish
from tests.servers import Process, wait_until

pytestmark = pytest.mark.faults


def settle_everywhere(city: City) -> frozenset[int]:
    """One person in every neighborhood; nobody ever chose anything."""
    users = User.objects.bulk_create(
        User(email=f"home{place}@example.test", full_name="Rosa Resident") for place in city.neighborhood_ids
    )
    Residency.objects.bulk_create(
        Residency(person=user, neighborhood_id=place, standing=Standing.CLAIMED, claimed_at=EARLIER)
        for user, place in zip(users, city.neighborhood_ids, strict=True)
    )
    return frozenset(user.pk for user in users)


def start_worker(installation: Installation) -> Process:
    """Room for two senders and one who tells, as in production."""
    return installation.start_worker(URGENT, count=3)


def publish_urgently(city: City) -> Post:
    return publish(city.officer, city.command, timezone.now(), kind=PostKind.MISSING_PERSON, title="Missing: Nora")


def told_count(post: Post) -> int:
    return Delivery.objects.filter(post=post, notices_at__isnull=False).count()


def check_told_once(post: Post, people: frozenset[int]) -> None:
    assert sorted(Notice.objects.filter(message__source_id=post.pk).values_list("person_id", flat=True)) == sorted(
        people
    )
    assert Message.objects.filter(source_id=post.pk).count() == 1


def test_a_killed_worker_leaves_nobody_out_and_tells_nobody_twice(installation: Installation, city: City) -> None:
    people = settle_everywhere(city)
    worker = start_worker(installation)
    post = publish_urgently(city)
    wait_until(lambda: told_count(post) > 0, "the worker has begun to tell")
    worker.stop(signal.SIGKILL)

    start_worker(installation)
    installation.start_beat()
    installation.let_leases_run_out()
    wait_until(lambda: told_count(post) == len(people), "everybody was told")
    check_told_once(post, people)


def test_the_same_task_three_times_at_once_tells_everybody_once(installation: Installation, city: City) -> None:
    people = settle_everywhere(city)
    start_worker(installation)
    post = publish_urgently(city)
    for _ in range(2):
        installation.send("posts.fan_out_post", post.pk, lane=URGENT)
    wait_until(lambda: told_count(post) == len(people), "everybody was told")
    check_told_once(post, people)


def test_a_post_published_while_redis_is_away_is_told_when_it_is_back(installation: Installation, town: City) -> None:
    people = settle_everywhere(town)
    installation.redis.stop()
    try:
        post = publish_urgently(town)
    finally:
        installation.redis.start()
    start_worker(installation)
    installation.start_beat()
    wait_until(lambda: told_count(post) == len(people), "everybody was told")
    check_told_once(post, people)
