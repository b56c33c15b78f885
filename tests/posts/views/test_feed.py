"""Does /feed/ show a neighborhood's posts to those who live there, and lead everybody else where they belong?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency
from posts.models import Post
from posts.rules import FEED_PAGE_SIZE
from tests.community.factories import say
from tests.posts.factories import publish
from tests.posts.services.test_replies import reply

SignIn = Callable[[User], Client]


def older_url_of(page: str) -> str:
    found = re.search(r'href="(\?[^"]+)" rel="next"', page)
    assert found, "The page names no older one."
    return f"/feed/{unescape(found[1])}"


def queries_of(captured: CaptureQueriesContext) -> list[str]:
    """What was asked, without the marks around transactions."""
    marks = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(marks)]


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/feed/").headers["Location"] == "/accounts/login/?next=/feed/"


def test_a_newcomer_without_a_home_is_asked_for_one(sign_in: SignIn, homeless_account: User) -> None:
    assert sign_in(homeless_account).get("/feed/").headers["Location"] == "/residency/"


def test_an_officer_is_led_to_the_desk(sign_in: SignIn, officer: User) -> None:
    assert sign_in(officer).get("/feed/").headers["Location"] == "/commands/central/desk/"


def test_a_post_stands_in_the_feeds_it_was_sent_to_alone(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    resident: User,
    newcomer: User,
    neighbor: User,
    faraway: User,
    now: datetime,
) -> None:
    publish(officer, central, now, [oak])
    for person in (resident, newcomer):
        assert b"Bicycles taken from five garages" in sign_in(person).get("/feed/").content
    for person in (neighbor, faraway):
        assert b"Bicycles" not in sign_in(person).get("/feed/").content


def test_html_in_a_post_is_shown_as_text(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    publish(officer, central, now, title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    page = sign_in(resident).get("/feed/").content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert b"<script>alert" not in page
    assert b"<img src=x" not in page


def test_older_posts_are_a_keyset_page_with_the_same_queries(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    for number in range(FEED_PAGE_SIZE + 3):
        publish(officer, central, now + timedelta(minutes=number), title=f"Post number {number:02}.")
    client = sign_in(resident)
    client.get("/feed/")
    with CaptureQueriesContext(connection) as first_queries:
        first = client.get("/feed/").content.decode()
    assert "Post number 22." in first
    assert "Post number 02." not in first
    older_url = older_url_of(first)
    client.get(older_url)
    with CaptureQueriesContext(connection) as older_queries:
        older = client.get(older_url).content.decode()
    assert "Post number 02." in older
    assert "Post number 03." not in older
    assert "data-live" not in older
    assert len(first_queries) == len(older_queries)


def test_the_page_costs_the_same_few_queries_however_much_stands_on_it(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, newcomer: User, now: datetime
) -> None:
    for _ in range(5):
        publish(officer, central, now)
        say(resident, now)
    client = sign_in(newcomer)
    client.get("/feed/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/feed/")
    # Session, person, residency with feed number.
    assert len(queries_of(captured)) == 3
    client = sign_in(resident)
    client.get("/feed/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/feed/")
    # Besides these replies per post, the identity, the neighbors' posts; and, because the test holds a transaction open
    # around the page, the identity taken back.
    assert len(queries_of(captured)) == 3 + 1 + 2 + 1


def test_an_unchanged_feed_is_answered_304_and_a_new_post_is_not(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    publish(officer, central, now)
    client = sign_in(resident)
    etag = client.get("/feed/").headers["ETag"]
    assert client.get("/feed/", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/feed/", headers={"If-None-Match": f"W/{etag}"}).status_code == 304
    publish(officer, central, now, title="Something new")
    fresh = client.get("/feed/", headers={"If-None-Match": etag})
    assert fresh.status_code == 200
    assert b"Something new" in fresh.content


def test_a_new_reply_changes_the_page(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    post = publish(officer, central, now)
    client = sign_in(resident)
    etag = client.get("/feed/").headers["ETag"]
    reply(post, resident, now)
    fresh = client.get("/feed/", headers={"If-None-Match": etag})
    assert fresh.status_code == 200
    assert b"1 reply" in fresh.content


def test_showing_the_last_name_changes_the_page(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, now: datetime
) -> None:
    publish(officer, central, now)
    client = sign_in(resident)
    etag = client.get("/feed/").headers["ETag"]
    User.objects.filter(pk=resident.pk).update(shows_last_name=True)
    assert client.get("/feed/", headers={"If-None-Match": etag}).status_code == 200


def test_one_persons_etag_is_not_anothers(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, newcomer: User, now: datetime
) -> None:
    publish(officer, central, now)
    etag = sign_in(resident).get("/feed/").headers["ETag"]
    assert sign_in(newcomer).get("/feed/", headers={"If-None-Match": etag}).status_code == 200


def test_the_kept_cards_hold_nothing_of_their_first_reader(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, newcomer: User, now: datetime
) -> None:
    post = publish(officer, central, now)
    reply(post, resident, now, text="I heard glass.")
    assert b"1 reply" in sign_in(resident).get("/feed/").content
    page = sign_in(newcomer).get("/feed/").content
    assert b"1 reply" not in page
    assert b"Maria" not in page
    assert b"glass" not in page


def test_whoever_noticed_a_gap_gets_what_is_newer(
    sign_in: SignIn, officer: User, central: PoliceCommand, resident: User, faraway: User, now: datetime
) -> None:
    publish(officer, central, now, title="First")
    publish(officer, central, now, title="Second")
    answer = sign_in(resident).get("/feed/newer/?after=1")
    assert b"Second" in answer.content
    assert b"First" not in answer.content
    assert answer.headers["X-Feed-Number"] == "2"
    assert b"Second" not in sign_in(faraway).get("/feed/newer/?after=0").content


def test_newer_posts_are_for_residents_alone(client: Client, sign_in: SignIn, officer: User) -> None:
    assert client.get("/feed/newer/?after=0").status_code == 403
    assert sign_in(officer).get("/feed/newer/?after=0").status_code == 403


def test_a_home_left_outside_every_neighborhood_gets_a_friendly_page(sign_in: SignIn, resident: User) -> None:
    Residency.objects.filter(person=resident).update(neighborhood=None)
    page = sign_in(resident).get("/feed/")
    assert page.status_code == 200
    assert b"Your home is in no neighborhood now" in page.content


def test_a_boundary_that_moved_is_told_on_top(sign_in: SignIn, resident: User, now: datetime) -> None:
    client = sign_in(resident)
    answer = client.get("/feed/")
    assert b"The city changed its map" not in answer.content
    Residency.objects.filter(person=resident).update(moved_at=now)
    told = client.get("/feed/", headers={"If-None-Match": answer.headers["ETag"]})
    assert b"The city changed its map: your neighborhood is now Oak." in told.content


def test_an_empty_feed_says_so(sign_in: SignIn, resident: User) -> None:
    assert b"Quiet so far" in sign_in(resident).get("/feed/").content


def test_nonsense_in_the_address_is_the_first_page(sign_in: SignIn, resident: User) -> None:
    client = sign_in(resident)
    for nonsense in ("x", "-1", "9" * 40, "²", "%00"):
        assert client.get(f"/feed/?before={nonsense}").status_code == 200


def test_a_card_offers_a_reply_only_where_replies_are_open(
    sign_in: SignIn,
    resident: User,
    neighbor: User,
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    elm: Neighborhood,
    now: datetime,
) -> None:
    post = publish(officer, central, now, [oak, elm])
    client = sign_in(resident)
    assert ">Reply</a>" in re.sub(r"<svg.*?</svg>", "", client.get("/feed/").content.decode())

    Post.objects.filter(pk=post.pk).update(replies_open=False)
    page = re.sub(r"<svg.*?</svg>", "", client.get("/feed/").content.decode())
    assert ">Reply</a>" not in page
    assert ">Write to police</a>" in page
