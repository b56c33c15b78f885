"""What do open pages hear of the neighbors' room, and what happens at night?"""

import json
from datetime import timedelta

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from community.selectors.room import room_page
from community.tasks import announce, purge_old
from neighborhoods.models import Neighborhood
from notifications import gateways
from tests.community.factories import say


def test_the_place_hears_that_there_is_something_new_and_nothing_else(
    side_by_side: None, oak: Neighborhood, elm: Neighborhood
) -> None:
    with gateways.recording() as live:
        announce(oak.pk)
        announce(oak.pk, True)
    assert [event.channel for event in live.events] == [
        f"neighborhood:{pk}:verified" for pk in (oak.pk, oak.pk, elm.pk)
    ]
    for event in live.events:
        data = event.frame().decode().split("data: ")[1]
        assert (event.kind, event.id) == ("neighbors", None)
        assert set(json.loads(data)) == {"channel", "id"}


def test_without_redis_nobody_hears_and_nothing_fails(oak: Neighborhood) -> None:
    with gateways.recording() as live:
        live.is_away = True
        announce(oak.pk)
        assert live.events == []


def test_old_posts_go_at_night(resident: User) -> None:
    now = timezone.now()
    say(resident, now - timedelta(days=366))
    kept = say(resident, now - timedelta(days=360))
    purge_old()
    assert [card.id for card in room_page(resident.pk)] == [kept]


@override_settings(NEIGHBOR_POSTS_KEPT_MONTHS=2)
def test_how_long_is_a_setting(resident: User) -> None:
    now = timezone.now()
    say(resident, now - timedelta(days=70))
    kept = say(resident, now - timedelta(days=50))
    purge_old()
    assert [card.id for card in room_page(resident.pk)] == [kept]


def test_purging_is_on_the_schedule() -> None:
    (entry,) = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == purge_old.name]
    assert entry["schedule"] == timedelta(days=1).total_seconds()
    assert entry["options"] == {"queue": "upkeep", "expires": 3600}
