"""Does every list of the room end, and lead on to what comes after, whatever its length?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from community.identity import speaking_as
from community.models import Comment
from community.rules import COMMENTS_SHOWN, PAGE_SIZE, KeptAway
from community.selectors.care import own_removals, own_reports
from community.selectors.people import leads_everywhere, people_kept_away, volunteers
from community.selectors.room import get_post
from community.services import block, mute, offer_to_lead, remove
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.community.factories import answer, home_of, make_lead, report_post, say
from tests.neighborhoods.factories import settle

SignIn = Callable[[User], Client]


def neighbors(place: Neighborhood, count: int) -> list[User]:
    return [settle(make_resident_account(f"N{number} Eighbor"), place, is_verified=True) for number in range(count)]


def link(page: str, label: str) -> str:
    """Where a page's link with this label leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>{label}<', page)
    return found.group(1).replace("&amp;", "&").split("#")[0] if found else ""


def walk(client: Client, path: str, label: str, pattern: str) -> list[str]:
    """What matches on each page of a list, from the first to the last, the way its links lead."""
    matches, address = [], path
    for _ in range(10):
        page = client.get(address).content.decode()
        matches += re.findall(pattern, page)
        onward = link(page, label)
        if not onward:
            return matches
        address = path + onward
    raise AssertionError("the list never ends")


def test_the_latest_comments_come_first_and_earlier_ones_are_a_tap_away(
    sign_in: SignIn, resident: User, rosa: User, post_id: int, now: datetime
) -> None:
    first = answer(resident, post_id, now, "The very first")
    with speaking_as(resident.pk):
        Comment.objects.bulk_create(
            Comment(
                post_id=post_id,
                author=resident,
                neighborhood=home_of(resident).neighborhood,
                text=f"{n}",
                created_at=now,
            )
            for n in range(COMMENTS_SHOWN)
        )
    client, path = sign_in(resident), f"/neighbors/{post_id}/"
    page = client.get(path).content.decode()
    assert page.count('id="comment-') == COMMENTS_SHOWN
    assert f"{COMMENTS_SHOWN + 1} comments" in page
    assert "The very first" not in page
    earlier = client.get(path + link(page, "Earlier comments")).content.decode()
    assert "The very first" in earlier
    assert link(earlier, "Newest comments") == path
    assert not link(earlier, "Earlier comments")
    # What can be done about a comment can be done about an early one, too.
    assert "The very first" in client.get(f"{path}comments/{first}/delete/").content.decode()
    other = sign_in(rosa)
    assert "The very first" in other.get(f"{path}comments/{first}/report/").content.decode()
    assert other.get(f"{path}comments/{first - 1}/report/").status_code == 404
    assert other.post(f"{path}people/{resident.pk}/mute/").status_code == 302


def test_comments_cost_the_same_queries_however_many(resident: User, post_id: int, now: datetime) -> None:
    counts = []
    for _ in range(2):
        answer(resident, post_id, now)
        with CaptureQueriesContext(connection) as queries:
            assert get_post(resident.pk, post_id, size=1).comments
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert get_post(resident.pk, post_id, size=1).has_earlier
    assert not get_post(resident.pk, post_id, size=2).has_earlier


@pytest.fixture
def many_reports(resident: User, rosa: User, lead: User, now: datetime) -> int:
    """What the resident reported of Rosa's, and the lead removed."""
    count = PAGE_SIZE + 2
    for _ in range(count):
        remove(report_id=report_post(resident, say(rosa, now), now), by=lead, rule="spam", at=now)
    return count


def test_reports_and_removals_lead_on(sign_in: SignIn, resident: User, rosa: User, many_reports: int) -> None:
    assert len(walk(sign_in(resident), "/neighbors/reports/", "Earlier reports", "A post by")) == many_reports
    appeals = walk(sign_in(rosa), "/neighbors/removed/", "Removed earlier", r"/neighbors/removed/(\d+)/appeal/")
    assert len(set(appeals)) == len(appeals) == many_reports
    assert len(own_reports(resident.pk)) == len(own_removals(rosa.pk)) == PAGE_SIZE
    # The last one is not on the first page, and can be appealed all the same.
    assert sign_in(rosa).get(f"/neighbors/removed/{appeals[-1]}/appeal/").status_code == 200
    assert sign_in(resident).get(f"/neighbors/removed/{appeals[-1]}/appeal/").status_code == 404


def test_people_kept_away_lead_on_also_where_many_came_at_once(
    sign_in: SignIn, resident: User, oak: Neighborhood, now: datetime
) -> None:
    others = neighbors(oak, PAGE_SIZE + 3)
    for number, other in enumerate(others):
        say(other, now)
        mute(person_id=resident.pk, other_id=other.pk, at=now)
        if number % 2:
            block(person_id=resident.pk, other_id=other.pk, at=now + timedelta(minutes=number))
    shown = walk(sign_in(resident), "/neighbors/people/", "Earlier", r"/neighbors/people/(\d+)/un(mute|block)/")
    assert len(set(shown)) == len(shown) == len(others) + len(others) // 2
    assert [one.how for one in people_kept_away(resident.pk, size=1)] == [KeptAway.BLOCKED]


def test_offers_and_leads_lead_on(
    sign_in: SignIn, oak: Neighborhood, lead: User, moderator: User, now: datetime
) -> None:
    everybody = neighbors(oak, PAGE_SIZE + 52)
    for person in everybody[: PAGE_SIZE + 1]:
        offer_to_lead(residency=home_of(person), at=now)
    for person in everybody[PAGE_SIZE + 1 :]:
        make_lead(person, moderator, now)
    client = sign_in(moderator)
    offers = walk(client, "/moderation/", "Who offered later", r"/moderation/leads/(\d+)/name/")
    assert len(set(offers)) == len(offers) == PAGE_SIZE + 1
    terms = walk(client, "/moderation/", "More leads", r"/moderation/leads/(\d+)/end/")
    assert len(set(terms)) == len(terms) == 52
    assert client.get(f"/moderation/leads/{terms[-1]}/end/").status_code == 200
    assert client.get(f"/moderation/leads/{offers[-1]}/end/").status_code == 404
    own = walk(sign_in(lead), "/neighbors/lead/", "Who offered later", r"/neighbors/lead/(\d+)/name/")
    assert own == offers
    assert len(volunteers(lead.pk)) == len(leads_everywhere(moderator.pk)) == PAGE_SIZE
    assert leads_everywhere(lead.pk) == []
