import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.rules import Kind
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import find_residency
from posts.services import write_to_command
from tests.metrics.factories import fill
from tests.metrics.reading import cells, lines
from tests.neighborhoods.factories import make_neighborhood
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def conversation(resident: User, central: PoliceCommand, now: datetime) -> None:
    residency = find_residency(resident.pk)
    assert residency is not None
    write_to_command(
        residency=residency, command=central, about_post=None, text="Help.", submission_key=uuid.uuid4(), at=now
    )


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/metrics/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_page_map_and_file_say_the_same(
    client: Client, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, central: PoliceCommand, officer: User
) -> None:
    fill(oak, claimed=6, verified=2)
    fill(elm, claimed=3)
    publish(officer, central, timezone.now() - timedelta(minutes=5), [oak])
    html = page(client)
    assert cells(html) == {
        "Elm": ["Central Command", "under 5", "0", "0", "0", "never"],
        "Oak": ["Central Command", "6", "under 5", "1", "0", "5 min ago"],
        "Pine": ["none", "0", "0", "0", "0", "never"],
    }
    assert re.findall(r'pl-area--(\d)".*?<title>(.*?)</title>', html) == [
        ("1", "Elm: under 5 claimed, 0 verified"),
        ("2", "Oak: 6 claimed, under 5 verified"),
        ("0", "Pine: 0 claimed, 0 verified"),
    ]
    assert [
        (row["neighborhood"], row["commands"], row["claimed"], row["verified"], row["posts"], row["replies"])
        for row in lines(client)
    ] == [
        ("Elm", "Central Command", "under 5", "0", "0", "0"),
        ("Oak", "Central Command", "6", "under 5", "1", "0"),
        ("Pine", "", "0", "0", "0", "0"),
    ]


def test_tiles_name_what_they_are_a_share_of(
    client: Client, oak: Neighborhood, elm: Neighborhood, central: PoliceCommand, officer: User
) -> None:
    fill(oak, claimed=6, verified=2)
    publish(officer, central, timezone.now() - timedelta(days=40), [elm])
    publish(officer, central, timezone.now() - timedelta(days=29), [oak])
    text = " ".join(re.sub(r"<[^>]+>", " ", page(client)).split())
    assert "People at least 7 Of them at least 1 verified, 6 claimed:" in text
    assert "Neighborhoods with nobody 1 of 2" in text
    assert "Heard from police in 30 days 1 of 2 1 heard nothing." in text


def test_no_small_count_of_people_is_on_the_page_or_in_the_file(
    client: Client, sign_in: SignIn, oak: Neighborhood, elm: Neighborhood, central: PoliceCommand, officer: User
) -> None:
    """With one, two, three and four people hidden, everything that is shown is the same."""
    shown = set()
    fill(oak, claimed=6)
    for _ in range(4):
        fill(oak, verified=1)
        staff = sign_in(officer)
        # The secret of the sign-out form is new every time.
        staff_page = re.sub(r'value="\w{64}"', "", page(staff))
        shown.add((page(client), staff_page, str(lines(client)), str(lines(staff))))
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("query", "names", "order"),
    [
        ("", ["Elm", "Oak"], "ascending"),
        ("?sort=-name", ["Oak", "Elm"], "descending"),
        ("?sort=-claimed", ["Oak", "Elm"], "descending"),
        ("?sort=claimed", ["Elm", "Oak"], "ascending"),
        ("?sort=no-such-column", ["Elm", "Oak"], "ascending"),
    ],
)
def test_heads_sort_by_link(
    client: Client, query: str, names: list[str], order: str, oak: Neighborhood, elm: Neighborhood
) -> None:
    fill(oak, claimed=6)
    html = page(client, query)
    assert list(cells(html)) == names
    assert html.count("aria-sort") == 1
    assert f'aria-sort="{order}"' in html


def test_a_command_s_staff_see_its_private_conversations_counted(
    sign_in: SignIn,
    officer: User,
    stranger_officer: User,
    pio: User,
    resident: User,
    client: Client,
    conversation: None,
) -> None:
    by_staff = cells(page(sign_in(officer)))
    assert (by_staff["Oak"][-2:], by_staff["Elm"][-2:], by_staff["Pine"][-2:]) == (["1", "1"], ["0", "0"], ["–", "–"])
    assert [row["conversations"] for row in lines(sign_in(officer))] == ["0", "1", ""]
    assert cells(page(sign_in(stranger_officer)))["Oak"][-2:] == ["–", "–"]
    assert cells(page(sign_in(pio)))["Oak"][-2:] == ["0", "0"]
    for reader in (client, sign_in(resident)):
        assert len(cells(page(reader))["Oak"]) == 6
        assert "conversations" not in lines(reader)[0]


def test_staff_without_a_second_step_or_a_desk_see_what_everybody_sees(
    sign_in: SignIn, officer: User, conversation: None
) -> None:
    officer.authenticator_set.all().delete()  # type: ignore[attr-defined]
    clerk = User.objects.create_user("clerk@example.test", full_name="Clara Clerk", kind=Kind.STAFF)
    for person in (officer, clerk):
        assert len(cells(page(sign_in(person)))["Oak"]) == 6
        assert "conversations" not in lines(sign_in(person))[0]


def test_names_in_the_file_are_never_formulas(client: Client) -> None:
    make_neighborhood('=HYPERLINK("http://x")', west=0)
    make_neighborhood("ʻEwa, “north”\nside", west=2)
    assert [row["neighborhood"] for row in lines(client)] == ['\'=HYPERLINK("http://x")', "ʻEwa, “north”\nside"]


def test_last_activity_in_the_file_is_a_moment_in_utc(
    client: Client, now: datetime, oak: Neighborhood, central: PoliceCommand, officer: User
) -> None:
    publish(officer, central, now, [oak])
    assert [row["last_activity"] for row in lines(client)] == ["", "2026-11-20T20:00:00Z"]


def test_an_empty_installation_says_what_is_missing(client: Client) -> None:
    assert "No neighborhoods yet" in page(client)
    assert lines(client) == []


def test_the_page_costs_the_same_few_queries_however_much_was_posted(
    client: Client, now: datetime, central: PoliceCommand, officer: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        make_neighborhood(f"Place {number}", west=20 + number)
        publish(officer, central, now)
    # The figures' version, the figures, the load the map was drawn from, the map, how much neighbors wrote.
    with django_assert_max_num_queries(5):
        page(client)
    with django_assert_max_num_queries(3):
        page(client)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_changed_here(client: Client, method: str) -> None:
    for path in ("/metrics/", "/metrics/reach.csv"):
        assert getattr(client, method)(path).status_code == 405
