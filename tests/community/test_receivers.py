"""Does whoever asks get everything the room keeps about them, and nothing about others?"""

import json
from dataclasses import asdict
from datetime import datetime

from accounts.models import User
from accounts.own_data import own_data
from community.receivers import _own_data
from tests.community.conftest import Talk


def rows(person: User) -> dict[str, list[dict[str, str]]]:
    return {section.title: section.rows for section in _own_data(person=person)}


def test_everything_of_ones_own_is_there(talk: Talk, resident: User) -> None:
    own = rows(resident)
    assert [row["Title"] for row in own["Your posts to neighbors"]] == [
        "A ladder to lend", "A cat was found", "Whose car is this?",
    ]  # fmt: skip
    assert own["Your posts to neighbors"][0]["What the picture shows"] == "A ladder against a wall"
    assert own["Your posts to neighbors"][0]["The picture"] == f"/neighbors/{talk.closed}/picture/"
    assert [row["What you asked for another look"] for row in own["What was removed of yours"]] == ["It is my own."]


def test_what_was_done_about_others_is_there_too(talk: Talk, rosa: User, jun: User) -> None:
    own = rows(rosa)
    assert [row["Your comment"] for row in own["Your comments to neighbors"]] == ["May I have it on Saturday?"]
    assert [row["Post"] for row in own["Neighbor posts you thanked for"]] == [str(talk.closed)]
    assert [(row["How"], row["Who"]) for row in own["Neighbors you muted or blocked"]] == [("muted", "Dev W.")]
    assert [row["State"] for row in own["What you reported to those who keep the room"]] == ["Removed"]
    assert [row["State"] for row in rows(jun)["Your offers and terms as a lead"]] == ["Lead"]


def test_nothing_tells_who_reported_or_blocked_somebody(talk: Talk, resident: User) -> None:
    """Rosa reported what was removed, and the neighbor blocked the resident."""
    text = json.dumps(rows(resident))
    assert "Rosa" not in text
    assert "Dev" not in text


def test_staff_have_nothing_there(talk: Talk, officer: User, moderator: User, now: datetime) -> None:
    assert rows(officer) == rows(moderator) == {}


def test_it_is_part_of_what_the_account_hands_out(talk: Talk, resident: User) -> None:
    titles = [asdict(section)["title"] for section in own_data(resident)]
    assert "Your posts to neighbors" in titles
