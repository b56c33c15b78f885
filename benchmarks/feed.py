"""What does reading a feed cost, when years of posts lie in it, and when it is asked for often?"""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks.load import Page, answer, requests_per_second, web_server
from benchmarks.report import Measure
from benchmarks.seeding import RESIDENT_EMAIL, app_connection, owner_connection, seed_city, seed_deliveries, seed_posts
from benchmarks.timing import median_seconds
from neighborhoods.models import Neighborhood
from posts.rules import FEED_PAGE_SIZE
from posts.selectors.feed import feed_number, feed_page

NAME = "feed"

NEIGHBORHOODS = 130

# What a page of the feed shows, read by a bare prepared statement.
BARE_PAGE = """
SELECT delivery.feed_number, post.id, post.version, post.kind, post.title, left(post.text, 600), post.status,
       post.published_at, post.audience_scope, post.neighborhood_count, command.name, command.slug, command.letter
FROM posts_delivery AS delivery
JOIN posts_post AS post ON post.id = delivery.post_id
JOIN commands_policecommand AS command ON command.id = post.command_id
WHERE delivery.neighborhood_id = %s AND delivery.feed_number < %s
ORDER BY delivery.feed_number DESC LIMIT %s
"""


class PlanChanged(Exception):
    """The same page is read in another way, or by more queries, now that there are more posts."""


def run(*, quick: bool = False) -> Iterator[Measure]:
    """A page's SQL with few and with very many deliveries, then requests a second beside an empty page."""
    places = 5 if quick else NEIGHBORHOODS
    few, many = (30, 200) if quick else (100, 77_000)
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=places, of_area=places, residents=places)
        seed_posts(owner, count=few, places=places)
        seed_deliveries(owner)
        small = _way_to_a_page()
        owner.execute("TRUNCATE posts_delivery")
        seed_posts(owner, count=many - few, places=places)
        deliveries = seed_deliveries(owner)
    large = _way_to_a_page()
    if large != small:
        raise PlanChanged(f"Few posts: {small}\nMany posts: {large}")
    yield from _pages(deliveries, rounds=5 if quick else 400)
    yield from _requests(seconds=0.1 if quick else 1.5, rounds=1 if quick else 7)


def _way_to_a_page() -> tuple[list[str], int]:
    """How the database finds the newest page, and how many queries that takes."""
    neighborhood_id = _a_neighborhood_id()
    with CaptureQueriesContext(connection) as queries:
        feed_page(neighborhood_id, size=FEED_PAGE_SIZE + 1)
    reads = []
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
            (plan,) = cursor.fetchone()
        reads += _reads_of(plan[0]["Plan"])
    return reads, len(queries)


def _reads_of(node: dict[str, Any]) -> list[str]:
    """The scans of a plan, in order: which table by which index.

    Only of what grows: how a table with a few commands is read may change, and does not matter.
    """
    children = [read for child in node.get("Plans", ()) for read in _reads_of(child)]
    if node.get("Relation Name") in ("posts_delivery", "posts_post"):
        return [f"{node['Node Type']} {node['Relation Name']} {node.get('Index Name', '')}", *children]
    return children


def _pages(deliveries: int, *, rounds: int) -> Iterator[Measure]:
    neighborhood_id = _a_neighborhood_id()
    middle = feed_number(neighborhood_id) // 2
    size = FEED_PAGE_SIZE + 1
    with app_connection() as bare:
        seconds = median_seconds(
            {
                "bare": lambda: _bare_page(bare, neighborhood_id, 2**62, size),
                "newest": lambda: feed_page(neighborhood_id, size=size),
                "old": lambda: feed_page(neighborhood_id, before=middle, size=size),
            },
            rounds=rounds,
            warm_up=20,
        )
    for name, label in (("newest", "newest page"), ("old", "old page")):
        measure = f"SQL of the {label}, {deliveries:,} deliveries"
        yield Measure(NAME, measure, seconds[name] * 1e6, "µs", seconds["bare"] * 1e6, goal=2.0)


def _bare_page(bare: psycopg.Connection, neighborhood_id: int, before: int, size: int) -> list[Any]:
    return bare.execute(BARE_PAGE, [neighborhood_id, before, size], prepare=True).fetchall()


def _requests(*, seconds: float, rounds: int) -> Iterator[Measure]:
    headers = {"Cookie": _cookies_of(User.objects.get(email=RESIDENT_EMAIL))}
    with web_server({**os.environ, "GUNICORN_CMD_ARGS": ""}) as address:
        feed = Page("/feed/", 200, headers)
        unchanged = Page("/feed/", 304, {**headers, "If-None-Match": _etag_of(answer(address, feed))})
        pages = {"empty": Page("/empty/", 200, headers), "feed": feed, "unchanged": unchanged}
        rates = requests_per_second(address, pages, seconds=seconds, rounds=rounds)
    limit = rates["empty"]
    yield Measure(NAME, "feed, requests a second", rates["feed"], "requests/s", limit, goal=0.7, better="higher")
    yield Measure(NAME, "304, requests a second", rates["unchanged"], "requests/s", limit, goal=0.9, better="higher")


def _cookies_of(user: User) -> str:
    """Those of somebody who is signed in and has opened a page before."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    request = RequestFactory().get("/")
    get_token(request)
    secret = request.META["CSRF_COOKIE"]
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={secret}"


def _etag_of(received: bytes) -> str:
    head = received.partition(b"\r\n\r\n")[0].decode("latin-1")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    return fields["ETag"]


def _a_neighborhood_id() -> int:
    return Neighborhood.objects.values_list("pk", flat=True)[0]
