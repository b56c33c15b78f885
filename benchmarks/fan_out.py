"""What does a post cost, from the author's click until every neighborhood has it?"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter, sleep

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from accounts.models import User
from benchmarks.report import Measure
from benchmarks.scratch import scratch_database
from benchmarks.seeding import (
    AREA_COMMAND,
    AUTHOR_EMAIL,
    POST_TEXT,
    app_connection,
    owner_connection,
    seed_city,
    seed_posts,
)
from benchmarks.timing import median_seconds
from commands.models import PoliceCommand
from commands.selectors import get_command, get_headquarters
from core import lanes
from neighborhoods.models import Neighborhood
from posts import services
from posts.models import Post
from posts.rules import AudienceScope, PostKind

NAME = "fan_out"

# The same table with the same keys as publishing fills, committed, and nothing else.
BARE_INSERT = """
INSERT INTO posts_delivery (post_id, neighborhood_id, feed_number, version, claimed_count, verified_count, attempts)
SELECT %s, id, %s, 1, claimed_count, verified_count, 0 FROM neighborhoods_neighborhood ORDER BY id LIMIT %s
"""
# Far above any number that publishing gives in the same feeds.
FIRST_BARE_NUMBER = 1_000_000_000
WORKER_STARTS_WITHIN_SECONDS = 60
DELIVERED_WITHIN_SECONDS = 30
# Long enough to leave both cores to the worker, short beside what is measured.
LOOK_EVERY_SECONDS = 0.0003


class City:
    """A seeded database and how one publishes in it.

    Args:
        connection: The database, as `default` while this city is in use.
        sizes: Neighborhoods of the area command and of the whole city.
    """

    def __init__(self, connection: BaseDatabaseWrapper, sizes: tuple[int, int]) -> None:
        self._connection = connection
        area, city = sizes
        with self.in_use():
            self._author = User.objects.get(email=AUTHOR_EMAIL)
            self._audiences: dict[int, tuple[PoliceCommand, str]] = {
                area: (get_command(AREA_COMMAND), AudienceScope.COMMAND),
                city: (get_headquarters(), AudienceScope.CITY),
            }

    def publish_until_commit(self, size: int) -> float:
        """Publish, and give the moment (`perf_counter`) of the commit; what is done after it keeps nobody waiting."""
        committed_at = []
        run_hooks = self._connection.run_and_clear_commit_hooks

        def note_commit() -> None:
            committed_at.append(perf_counter())
            run_hooks()

        self._connection.run_and_clear_commit_hooks = note_commit  # type: ignore[method-assign]
        try:
            self.publish(size)
        finally:
            del self._connection.run_and_clear_commit_hooks
        return committed_at[-1]

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Make this city's database the one that models and services speak to."""
        before = connections["default"]
        connections["default"] = self._connection
        try:
            yield
        finally:
            connections["default"] = before

    def publish(self, size: int) -> Post:
        """What happens when an author presses the button."""
        command, scope = self._audiences[size]
        with self.in_use():
            return services.submit_post(
                command=command,
                author=self._author,
                draft=services.Draft(PostKind.LAST_NIGHT, "Two cars opened overnight", POST_TEXT, scope),
                submission_key=uuid.uuid4(),
                at=timezone.now(),
            )


class BareInsert:
    """The least that putting a post into so many feeds can cost.

    Args:
        posts: Ids of posts without deliveries; each run uses one up.
    """

    def __init__(self, connection: psycopg.Connection, size: int, posts: list[int]) -> None:
        self._connection = connection
        self._size = size
        self._posts = posts

    def __call__(self) -> None:
        post_id = self._posts.pop()
        self._connection.execute(BARE_INSERT, [post_id, FIRST_BARE_NUMBER + post_id, self._size], prepare=True)


def run(*, quick: bool = False) -> Iterator[Measure]:
    """Every figure of the fan-out, each beside its limit."""
    sizes = (5, 12) if quick else (130, 1000)
    people = (10, 100) if quick else (1_000, 1_000_000)
    rounds = 3 if quick else 40
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=sizes[1], of_area=sizes[0], residents=people[0])
        posts = seed_posts(owner, count=12 * (rounds + 10), places=sizes[0])
    city = City(connections["default"], sizes)
    with app_connection() as bare:
        yield from _publishing(city, bare, sizes, posts, rounds)
        yield from _through_celery(city, bare, sizes, posts, rounds)
    yield from _with_more_people(city, sizes, people, rounds)
    # A development dependency; without it there is nothing to compare with.
    if apps.is_installed("actstream"):
        yield from _beside_activity_stream(city, sizes[0], rounds)


def _publishing(
    city: City, bare: psycopg.Connection, sizes: tuple[int, int], posts: list[int], rounds: int
) -> Iterator[Measure]:
    for size in sizes:
        seconds = median_seconds(
            {"publish": partial(city.publish_until_commit, size), "bare": BareInsert(bare, size, posts)}, rounds=rounds
        )
        yield Measure(
            NAME,
            f"publishing commits, {size} neighborhoods",
            seconds["publish"] * 1000,
            "ms",
            seconds["bare"] * 1000,
            goal=2.0,
        )


def _through_celery(
    city: City, bare: psycopg.Connection, sizes: tuple[int, int], posts: list[int], rounds: int
) -> Iterator[Measure]:
    with _worker(), app_connection() as eyes:
        _wait_until_done(eyes, city.publish(sizes[0]).pk, WORKER_STARTS_WITHIN_SECONDS)
        for size in sizes:
            seconds = median_seconds(
                {
                    "delivered": partial(_deliver, city, size, eyes),
                    "bare": BareInsert(bare, size, posts),
                },
                rounds=rounds,
            )
            yield Measure(
                NAME,
                f"every delivery done through Celery, {size} neighborhoods",
                seconds["delivered"] * 1000,
                "ms",
                seconds["bare"] * 1000,
                goal=6.0,
            )


def _with_more_people(city: City, sizes: tuple[int, int], people: tuple[int, int], rounds: int) -> Iterator[Measure]:
    with scratch_database("fan_out_many") as environment, _many_people(environment, sizes, people[1]) as large:
        for size in sizes:
            seconds = median_seconds(
                {"few": partial(city.publish, size), "many": partial(large.publish, size)},
                rounds=rounds,
            )
            yield Measure(
                NAME,
                f"publishing with {people[1]:,} residents beside {people[0]:,}, {size} neighborhoods",
                seconds["many"] * 1000,
                "ms",
                seconds["few"] * 1000,
                goal=1.2,
            )


def _deliver(city: City, size: int, eyes: psycopg.Connection) -> None:
    _wait_until_done(eyes, city.publish(size).pk, DELIVERED_WITHIN_SECONDS)


@contextmanager
def _many_people(environment: dict[str, str], sizes: tuple[int, int], residents: int) -> Iterator[City]:
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
        seed_city(owner, neighborhoods=sizes[1], of_area=sizes[0], residents=residents)
        name = owner.info.dbname
    connection = connections.create_connection("default")
    connection.settings_dict = {**connection.settings_dict, "NAME": name}
    try:
        yield City(connection, sizes)
    finally:
        connection.close()


def _beside_activity_stream(city: City, size: int, rounds: int) -> Iterator[Measure]:
    from actstream import action
    from actstream.registry import register

    register(User, Neighborhood, Post)
    author = User.objects.get(email=AUTHOR_EMAIL)
    post = city.publish(size)
    targets = list(Neighborhood.objects.order_by("pk")[:size])

    def send_actions() -> None:
        with transaction.atomic():
            for target in targets:
                action.send(author, verb="posted", action_object=post, target=target)

    seconds = median_seconds({"publish": lambda: city.publish(size), "actions": send_actions}, rounds=rounds)
    yield Measure(
        NAME,
        f"posts a second beside django-activity-stream, {size} targets",
        1 / seconds["publish"],
        "posts/s",
        1 / seconds["actions"],
        goal=5.0,
        better="higher",
    )


@contextmanager
def _worker() -> Iterator[None]:
    """A worker of the lane of ordinary posts, started as in a real installation."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", lanes.POSTS, "-n", "benchmark@%h"),
            *("--concurrency", "2", "--prefetch-multiplier", "1", "--without-gossip", "--without-mingle"),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_done(eyes: psycopg.Connection, post_id: int, seconds: float) -> None:
    until = perf_counter() + seconds
    is_waiting = "SELECT EXISTS (SELECT FROM posts_delivery WHERE post_id = %s AND done_at IS NULL)"
    while eyes.execute(is_waiting, [post_id], prepare=True).fetchone() == (True,):
        if perf_counter() > until:
            raise TimeoutError(f"Post {post_id} was not delivered within {seconds:.0f} seconds.")
        sleep(LOOK_EVERY_SECONDS)
