"""Does whoever asks get everything the room keeps about them, and nothing about others?"""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.test import Client

from accounts.models import User
from accounts.own_data import own_data
from community.receivers import _own_data
from community.selectors.room import get_picture
from community.services import delete_post, remove
from tests.accounts.factories import PASSWORD
from tests.community.conftest import Talk
from tests.community.factories import make_upload, report_post, say


def rows(person: User, **asked: bool) -> dict[str, list[dict[str, str]]]:
    return {section.title: section.rows for section in _own_data(person=person, **asked)}


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


def test_the_file_to_take_along_has_the_pictures_in_it(
    resident: User, rosa: User, moderator: User, now: datetime
) -> None:
    kept = say(resident, now, picture=make_upload(), description="A ladder")
    deleted = say(resident, now, picture=make_upload((20, 10)), description="A car")
    say(resident, now)
    content, _ = get_picture(resident.pk, kept)
    remove(report_id=report_post(rosa, deleted, now), by=moderator, rule="spam", at=now)
    delete_post(person_id=resident.pk, post_id=deleted, at=now)
    own = rows(resident, with_pictures=True)
    picture, without = (row["The picture"] for row in own["Your posts to neighbors"])
    assert without == ""
    assert picture.startswith("data:image/jpeg;base64,")
    assert b64decode(picture.partition(",")[2]) == content
    (removed,) = own["What was removed of yours"]
    assert removed["The picture"].startswith("data:image/jpeg;base64,")
    sections = own_data(resident, with_pictures=True)
    assert picture in json.dumps([section.rows for section in sections])
    assert "data:image" not in json.dumps([section.rows for section in own_data(resident)])


def test_the_file_of_the_account_is_asked_for_with_pictures(
    sign_in: Callable[[User], Client], resident: User, now: datetime
) -> None:
    say(resident, now, picture=make_upload(), description="A ladder")
    resident.set_password(PASSWORD)
    resident.save()
    client = sign_in(resident)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "data:image/jpeg;base64," in client.get("/accounts/data.json").content.decode()
    page = client.get("/accounts/data/").content.decode()
    assert "A ladder" in page
    assert "data:image" not in page
