"""Does an id of somebody else's in an address lead nowhere, where the role itself would be let in?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from commands.services import end_assignment
from notifications.models import Notice, Preferences, PushSubscription
from notifications.rules import Channel, NoticeState
from notifications.rules.devices import digest_of
from posts.models import Post
from posts.rules import PostStatus
from tests.posts.telling import tell

SignIn = Callable[[User], Client]


def steps_of(post: Post) -> dict[str, dict[str, Any]]:
    """Each step of a post that is out, with what would take it."""
    words = {"version": post.version, "title": "Another title", "text": "Another text", "what_was_wrong": "All of it."}
    place = post.deliveries.order_by("pk")[0].neighborhood_id
    return {
        "correct/": words,
        "withdraw/": {"version": post.version, "reason": "All of it was wrong."},
        "stop/": {"version": post.version},
        f"retry/{place}/": {"with_permanent": "on"},
        "progress/": {},
    }


def is_untouched(post: Post) -> bool:
    version = post.version
    post.refresh_from_db()
    return (post.status, post.version, post.stopped_at) == (PostStatus.PUBLISHED, version, None)


@pytest.fixture
def failed(post: Post, resident: User, now: datetime) -> Notice:
    """What a retry would send again."""
    return Notice.objects.create(
        message=tell(post, now),
        person=resident,
        neighborhood=post.deliveries.order_by("pk")[0].neighborhood,
        channel=Channel.EMAIL,
        lane="mail",
        due_at=now,
        state=NoticeState.FAILED,
        ended_at=now,
        reason="It came back.",
    )


def test_another_commands_post_is_not_corrected_stopped_or_sent_again(
    sign_in: SignIn, stranger_officer: User, pio: User, south: PoliceCommand, post: Post, failed: Notice
) -> None:
    for client, slug in ((sign_in(stranger_officer), "south"), (sign_in(pio), "headquarters")):
        for step, entries in steps_of(post).items():
            address = f"/commands/{slug}/desk/posts/{post.pk}/{step}"
            assert client.get(address).status_code == 404, address
            assert client.post(address, entries).status_code in {404, 405}, address
    assert is_untouched(post)
    failed.refresh_from_db()
    assert failed.state == NoticeState.FAILED


def test_a_former_manager_takes_back_nothing(
    sign_in: SignIn, manager: User, officer: User, post: Post, failed: Notice, now: datetime
) -> None:
    client = sign_in(manager)
    address = f"/commands/central/desk/posts/{post.pk}/"
    assert client.get(f"{address}withdraw/").status_code == 200
    end_assignment(assignment_id=manager.assignments.get().pk, at=now)
    for step, entries in steps_of(post).items():
        assert client.get(f"{address}{step}").status_code == 403, step
        assert client.post(f"{address}{step}", entries).status_code == 403, step
    assert is_untouched(post)
    failed.refresh_from_db()
    assert failed.state == NoticeState.FAILED
    # Somebody who still works there does take it back.
    sign_in(officer).post(f"{address}withdraw/", steps_of(post)["withdraw/"])
    assert not is_untouched(post)


def test_nobody_turns_off_somebody_elses_device(
    sign_in: SignIn, resident: User, faraway: User, officer: User, now: datetime
) -> None:
    endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    device = PushSubscription.objects.create(
        person=resident, endpoint=endpoint, endpoint_digest=digest_of(endpoint), device="Chrome", made_at=now
    )
    address = f"/push/subscriptions/{device.pk}/delete/"
    assert sign_in(faraway).post(address).status_code == 404
    assert sign_in(officer).post(address).status_code == 403
    assert PushSubscription.objects.filter(pk=device.pk).exists()
    assert sign_in(resident).post(address).status_code == 302
    assert not PushSubscription.objects.filter(pk=device.pk).exists()


def test_whatever_is_sent_along_only_ones_own_choices_change(sign_in: SignIn, resident: User, faraway: User) -> None:
    paces = {f"{topic}_email": "at_once" for topic in ("urgent", "crime", "tips", "events", "replies", "neighbors")}
    entries = {**paces, "digest_hour": "7", "digest_weekday": "0", "person": str(resident.pk), "id": str(resident.pk)}
    assert sign_in(faraway).post("/accounts/hearing/", entries).status_code == 302
    assert list(Preferences.objects.values_list("person_id", flat=True)) == [faraway.pk]
