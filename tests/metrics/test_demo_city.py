"""Are the figures of a whole city true?"""

import io
from datetime import UTC
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from neighborhoods.models import Neighborhood
from tests.metrics.by_hand import counted_by_hand
from tests.metrics.reading import cells, lines


@pytest.mark.django_db
def test_page_and_file_are_what_counting_by_hand_gives(client: Client, tmp_path: Path) -> None:
    call_command("create_demo", "--sign-ins", str(tmp_path / "demo.json"), stderr=io.StringIO())
    by_hand = counted_by_hand()
    assert len(by_hand) == 121

    assert {
        row["slug"]: (row["claimed"], row["verified"], row["posts"], row["replies"], row["last_activity"])
        for row in lines(client)
    } == {
        slug: (claimed, verified, str(posts), str(replies), f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else "")
        for slug, (claimed, verified, posts, replies, at) in by_hand.items()
    }

    html = client.get("/metrics/").content.decode()
    slug_of = dict(Neighborhood.objects.values_list("name", "slug"))
    assert {slug_of[name]: tuple(row[1:5]) for name, row in cells(html).items()} == {
        slug: (claimed, verified, str(posts), str(replies))
        for slug, (claimed, verified, posts, replies, _) in by_hand.items()
    }
    nobody = sum(row[:2] == ("0", "0") for row in by_hand.values())
    assert nobody
    assert f"{nobody} <small>of 121</small>" in html
    verified = [1 if row[1] == "under 5" else int(row[1]) for row in by_hand.values()]
    assert f"at least {sum(verified):,} verified" in html
