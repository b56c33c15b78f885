"""Does the public page say how much neighbors write, and nothing that points at anybody?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.community.factories import say

pytestmark = pytest.mark.django_db


def section(client: Client) -> str:
    return client.get("/metrics/").content.decode().partition('id="among-neighbors"')[2].partition("</section>")[0]


def test_last_weeks_posts_are_counted_by_neighborhood_and_small_numbers_hidden(
    client: Client, resident: User, neighbor: User, faraway: User
) -> None:
    assert "Last week nobody wrote." in section(client)
    last_week = timezone.now() - timedelta(days=7)
    for _ in range(6):
        say(resident, last_week, title="A ladder to lend")
    say(neighbor, last_week)
    # Of this week nothing is told yet: the number would change with each post.
    say(faraway, timezone.now())
    html = section(client)
    assert '<th scope="row">Oak</th><td data-label="Posts" class="pl-num">6</td>' in html
    assert '<th scope="row">Elm</th><td data-label="Posts" class="pl-num">under 5</td>' in html
    assert "Pine" not in html
    assert "ladder" not in html


def test_it_costs_the_same_however_much_is_written(client: Client, resident: User, neighbor: User) -> None:
    client.get("/metrics/")
    counts = []
    for person in (resident, neighbor):
        with CaptureQueriesContext(connection) as queries:
            client.get("/metrics/")
        counts.append(len(queries))
        say(person, timezone.now() - timedelta(days=7))
    assert counts[0] == counts[1]
