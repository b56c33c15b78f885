"""Can a neighbor stop reading somebody, see whom, and undo it?"""

from collections.abc import Callable
from datetime import datetime

from django.test import Client

from accounts.models import User
from community.selectors.room import room_page
from tests.community.factories import answer

SignIn = Callable[[User], Client]


def test_muting_is_at_once_untold_and_can_be_undone(sign_in: SignIn, resident: User, rosa: User, post_id: int) -> None:
    client = sign_in(resident)
    answer = client.post(f"/neighbors/{post_id}/people/{rosa.pk}/mute/", follow=True)
    page = answer.content.decode()
    assert "You no longer see what Rosa M. writes. They are not told." in page
    assert room_page(resident.pk) == []
    assert len(room_page(rosa.pk)) == 1
    assert f"/neighbors/people/{rosa.pk}/unmute/" in page
    client.post(f"/neighbors/people/{rosa.pk}/unmute/")
    assert len(room_page(resident.pk)) == 1


def test_blocking_asks_and_explains_and_holds_both_ways(
    sign_in: SignIn, resident: User, rosa: User, post_id: int
) -> None:
    client, address = sign_in(resident), f"/neighbors/{post_id}/people/{rosa.pk}/block/"
    question = client.get(address).content.decode()
    assert "Block Rosa M.?" in question
    assert "no longer sees what you write" in question
    assert len(room_page(resident.pk)) == 1
    page = client.post(address, follow=True).content.decode()
    assert "You and Rosa M. no longer see what the other writes." in page
    assert client.get(f"/neighbors/{post_id}/").status_code == 404
    client.post(f"/neighbors/people/{rosa.pk}/unblock/")
    assert client.get(f"/neighbors/{post_id}/").status_code == 200


def test_who_commented_can_be_muted_too_but_nobody_who_did_not_write_there(
    sign_in: SignIn, resident: User, rosa: User, newcomer: User, officer: User, post_id: int, now: datetime
) -> None:
    answer(resident, post_id, now)
    client = sign_in(rosa)
    for person in (rosa, newcomer, officer):
        for how in ("mute", "block"):
            assert client.post(f"/neighbors/{post_id}/people/{person.pk}/{how}/").status_code == 404
    assert client.post(f"/neighbors/{post_id}/people/{resident.pk}/mute/").status_code == 302


def test_with_nobody_kept_away_the_list_says_so(sign_in: SignIn, resident: User) -> None:
    assert "You read every neighbor." in sign_in(resident).get("/neighbors/people/").content.decode()


def test_undoing_what_was_never_done_changes_nothing(sign_in: SignIn, resident: User, rosa: User) -> None:
    client = sign_in(resident)
    for how in ("unmute", "unblock"):
        assert client.get(f"/neighbors/people/{rosa.pk}/{how}/").status_code == 405
        assert client.post(f"/neighbors/people/{rosa.pk}/{how}/").status_code == 302
