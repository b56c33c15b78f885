"""What is told in the tests of messages, and how do people choose?"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from core import lanes
from notifications.models import Preferences, PushSubscription
from notifications.rules import Source, Topic
from notifications.services.messages import News

MakeNews = Callable[..., News]


@pytest.fixture
def news(now: datetime) -> MakeNews:
    """News about a missing child, or whatever is said instead."""
    return partial(_news, now)


@pytest.fixture
def choose(now: datetime) -> Callable[..., Preferences]:
    def _choose(person: User, **choices: object) -> Preferences:
        return Preferences.objects.update_or_create(person=person, defaults={"changed_at": now, **choices})[0]

    return _choose


def _news(now: datetime, **changes: Any) -> News:
    fields: dict[str, Any] = {
        "source": Source.POST,
        "source_id": 1,
        "topic": Topic.URGENT,
        "lane": lanes.URGENT,
        "label": "Missing person",
        "title": "Missing: Nora, 8 years",
        "path": "/posts/1/",
        "said_at": now,
    }
    return News(**fields | changes)


def give_device(person: User, at: datetime, number: int = 1) -> PushSubscription:
    return PushSubscription.objects.create(
        person=person,
        endpoint=f"https://push.example.test/{person.pk}/{number}",
        endpoint_digest=f"{person.pk}-{number}",
        p256dh="key",
        auth="secret",
        device="Firefox on Android",
        made_at=at,
    )
