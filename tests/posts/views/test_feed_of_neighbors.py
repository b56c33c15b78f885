"""Do neighbors' posts stand in the feed page of those who may read them, and leave no trace anywhere else?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from redis import Redis

from accounts.models import User
from commands.models import PoliceCommand
from community import services
from neighborhoods.models import Neighborhood
from posts.rules import FEED_PAGE_SIZE
from tests.accounts.factories import make_resident_account
from tests.community.factories import answer, home_of, make_adjoining, say
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish
from tests.posts.views.test_feed import older_url_of

SignIn = Callable[[User], Client]

FENCE = "Police cannot see this."


@pytest.fixture
def rosa(oak: Neighborhood) -> User:
    """A second verified resident of Oak."""
    return settle(make_resident_account("Rosa Medina"), oak, is_verified=True)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 class="pl-card__title"[^>]*><a[^>]*>([^<]+)</a>', page)


def test_both_stand_in_one_list_by_time_and_neighbors_behind_a_fence(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, rosa: User, now: datetime
) -> None:
    publish(officer, central, now, title="Police first")
    say(rosa, now + timedelta(minutes=1), title="A ladder to lend")
    publish(officer, central, now + timedelta(minutes=2), title="Police last")
    page = sign_in(resident).get("/feed/").content.decode()
    assert titles(page) == ["Police last", "A ladder to lend", "Police first"]
    assert page.count(FENCE) == 1
    assert "Rosa M." in page


def test_tabs_show_one_or_the_other(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, rosa: User, now: datetime
) -> None:
    publish(officer, central, now, title="From police")
    say(rosa, now, title="From Rosa")
    client = sign_in(resident)
    assert titles(client.get("/feed/?show=police").content.decode()) == ["From police"]
    neighbors = client.get("/feed/?show=neighbors").content.decode()
    assert titles(neighbors) == ["From Rosa"]
    assert re.search(r'href="\?show=neighbors" aria-current="page"', neighbors)
    assert len(titles(client.get("/feed/?show=nonsense").content.decode())) == 2


def test_newcomers_get_neither_tabs_nor_neighbors_words_whatever_they_ask_for(
    sign_in: SignIn, newcomer: User, rosa: User, now: datetime
) -> None:
    say(rosa, now, title="A ladder to lend")
    client = sign_in(newcomer)
    for address in ("/feed/", "/feed/?show=neighbors", "/feed/?neighbors_before=999"):
        page = client.get(address).content.decode()
        assert "ladder" not in page
        assert FENCE not in page
        assert "show=neighbors" not in page
    assert "neighbors say among themselves open to you once" in client.get("/feed/").content.decode()


def test_a_post_reaches_adjoining_neighborhoods_only_when_opened(
    sign_in: SignIn, rosa: User, neighbor: User, faraway: User, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    make_adjoining(oak, elm)
    say(rosa, now, title="For Oak alone")
    say(rosa, now, title="For Elm as well", is_open_to_adjoining=True)
    assert titles(sign_in(neighbor).get("/feed/").content.decode()) == ["For Elm as well"]
    assert titles(sign_in(faraway).get("/feed/").content.decode()) == []


def test_older_pages_show_everything_once_and_in_order(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, rosa: User, now: datetime
) -> None:
    for number in range(30):
        publish(officer, central, now + timedelta(minutes=2 * number), title=f"Police {number:02}")
    for number in range(25):
        say(rosa, now + timedelta(minutes=3 * number, seconds=1), title=f"Rosa {number:02}")
    client, address, seen = sign_in(resident), "/feed/", []
    for _ in range(3):
        page = client.get(address).content.decode()
        seen.append(titles(page))
        address = older_url_of(page) if 'rel="next"' in page else ""
    assert [len(page) for page in seen] == [FEED_PAGE_SIZE, FEED_PAGE_SIZE, 15]
    assert address == ""
    moments = {f"Police {number:02}": 120 * number for number in range(30)}
    moments |= {f"Rosa {number:02}": 180 * number + 1 for number in range(25)}
    everything = [title for page in seen for title in page]
    assert everything == sorted(moments, key=lambda title: -moments[title])


def test_what_comes_while_somebody_pages_does_not_push_into_older_pages(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, rosa: User, now: datetime
) -> None:
    say(rosa, now, title="Long ago")
    for number in range(FEED_PAGE_SIZE):
        publish(officer, central, now + timedelta(minutes=1 + number))
    client = sign_in(resident)
    older = older_url_of(client.get("/feed/").content.decode())
    say(rosa, now + timedelta(hours=2), title="Just now")
    assert titles(client.get(older).content.decode()) == ["Long ago"]


def test_an_unchanged_page_is_304_until_a_neighbor_does_something(
    sign_in: SignIn, resident: User, rosa: User, now: datetime
) -> None:
    client = sign_in(resident)
    home = home_of(resident)
    steps: list[Callable[[], object]] = [
        lambda: say(rosa, now),
        lambda: say(rosa, now, title="Another"),
        lambda: answer(resident, first, now),
        lambda: services.thank(residency=home, post_id=first, at=now),
        lambda: services.take_thanks_back(residency=home, post_id=first, at=now),
        lambda: services.mute(person_id=resident.pk, other_id=rosa.pk, at=now),
        lambda: services.unmute(person_id=resident.pk, other_id=rosa.pk, at=now),
        lambda: answer(rosa, first, now),
        lambda: services.delete_post(person_id=rosa.pk, post_id=first, at=now),
    ]
    first = say(rosa, now)
    etag = client.get("/feed/").headers["ETag"]
    for number, step in enumerate(steps):
        assert client.get("/feed/", headers={"If-None-Match": etag}).status_code == 304, number
        step()
        fresh = client.get("/feed/", headers={"If-None-Match": etag})
        assert fresh.status_code == 200, number
        etag = fresh.headers["ETag"]


def test_neighbors_words_stand_in_no_cache_and_no_header(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    resident: User,
    rosa: User,
    now: datetime,
) -> None:
    publish(officer, central, now, title="Cached police post")
    say(rosa, now, title="Marmalade canary", text="Quince canary")
    answer = sign_in(resident).get("/feed/")
    assert "Marmalade canary" in answer.content.decode()
    assert "canary" not in str(answer.headers)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    with Redis.from_url(settings.REDIS_URL) as redis:
        keys = list(redis.scan_iter(match=f"*{caches['default'].key_prefix}*"))
        kept = b"".join(redis.get(key) or b"" for key in keys if redis.type(key) == b"string")
    assert b"Cached police post" in kept
    assert b"canary" not in kept


def test_html_in_neighbors_words_is_shown_as_text(sign_in: SignIn, resident: User, rosa: User, now: datetime) -> None:
    say(rosa, now, title="<script>alert(1)</script>", text="<!--actions:1--><img src=x onerror=alert(1)>")
    page = sign_in(resident).get("/feed/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<!--actions" not in page


def test_newer_says_by_a_number_alone_that_neighbors_wrote(
    sign_in: SignIn, resident: User, newcomer: User, rosa: User, now: datetime
) -> None:
    client = sign_in(resident)
    before = client.get("/feed/newer/?after=0").headers["X-Room-Number"]
    say(rosa, now, title="A ladder to lend")
    answer = client.get("/feed/newer/?after=0")
    assert int(answer.headers["X-Room-Number"]) > int(before)
    assert b"ladder" not in answer.content
    assert "X-Room-Number" not in sign_in(newcomer).get("/feed/newer/?after=0").headers
