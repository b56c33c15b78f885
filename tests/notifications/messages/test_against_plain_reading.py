"""Does the one statement for a whole city say what a slow reading of the rules says, person by person?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from core import lanes
from neighborhoods.models import Neighborhood
from notifications.models import Message, Notice, Preferences, PushSubscription, Suppression
from notifications.rules import DEFAULT_CHOICES, PACES_OF_REPLIES, Channel, Choice, Pace, Topic
from notifications.rules.quiet import due_at, is_paused
from notifications.services.messages import make_message, write_notices
from tests.notifications.messages.conftest import MakeNews, give_device

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo(settings.CITY_TIME_ZONE)
# Around the two nights of 2026 on which clocks are set, and an ordinary one.
NIGHTS = [
    datetime(2026, 3, 8, 10, tzinfo=UTC),
    datetime(2026, 11, 1, 9, tzinfo=UTC),
    datetime(2026, 7, 4, 7, tzinfo=UTC),
]


@dataclass(frozen=True)
class Situation:
    """A person as the rules see one."""

    topic: Topic
    at: datetime
    choices: dict[str, Any] | None
    is_active: bool
    is_suppressed: bool
    has_device: bool


def expected(situation: Situation) -> dict[str, datetime]:
    """By channel when the person is told; nothing for a channel that stays silent."""
    choices = situation.choices or {}
    default = DEFAULT_CHOICES[situation.topic]
    choice = Choice(
        Pace(choices.get(f"{situation.topic.value}_email", default.email)),
        push=choices.get(f"{situation.topic.value}_push", default.push),
    )
    if not situation.is_active or is_paused(situation.at, choices.get("paused_until"), ZONE):
        return {}
    when = due_at(situation.at, choices.get("quiet_from"), choices.get("quiet_until"), ZONE)
    if situation.topic == Topic.URGENT and choices.get("urgent_breaks_quiet", True):
        when = situation.at
    told = {}
    if choice.email == Pace.AT_ONCE and not situation.is_suppressed:
        told[Channel.EMAIL.value] = when
    if choice.push and situation.has_device:
        told[Channel.PUSH.value] = when
    return told


def paces(topic: Topic) -> st.SearchStrategy[Pace]:
    return st.sampled_from(PACES_OF_REPLIES if topic == Topic.REPLIES else list(Pace))


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
quiet_hours = st.none() | st.tuples(clocks, clocks)
moments = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes), st.sampled_from(NIGHTS), st.integers(-900, 900)
)


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    quiet = draw(quiet_hours)
    days = draw(st.none() | st.sampled_from([date(2026, 3, 7), date(2026, 7, 4), date(2026, 11, 1), date(2026, 11, 2)]))
    return {
        **{f"{topic.value}_email": draw(paces(topic)) for topic in Topic},
        **{f"{topic.value}_push": draw(st.booleans()) for topic in Topic},
        "quiet_from": quiet[0] if quiet else None,
        "quiet_until": quiet[1] if quiet else None,
        "urgent_breaks_quiet": draw(st.booleans()),
        "paused_until": days,
    }


situations = st.builds(
    Situation,
    topic=st.sampled_from(list(Topic)),
    at=moments,
    choices=st.none() | choices(),
    # Seldom, or little else would be looked at.
    is_active=st.sampled_from([True, True, True, False]),
    is_suppressed=st.sampled_from([False, False, False, True]),
    has_device=st.booleans(),
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
@given(situation=situations)
@example(situation=Situation(Topic.URGENT, NIGHTS[0], None, True, False, True))
def test_the_statement_and_the_plain_reading_agree(
    news: MakeNews, oak: Neighborhood, resident: User, situation: Situation
) -> None:
    for model in (Notice, Message, Preferences, PushSubscription, Suppression):
        model._default_manager.all().delete()
    User.objects.filter(pk=resident.pk).update(is_active=situation.is_active)
    if situation.choices is not None:
        Preferences.objects.create(person=resident, changed_at=situation.at, **situation.choices)
    if situation.is_suppressed:
        Suppression.objects.create(person=resident, email=resident.email, at=situation.at)
    if situation.has_device:
        give_device(resident, situation.at)
    message = make_message(news=news(topic=situation.topic, lane=lanes.MAIL), at=situation.at)
    write_notices(message=message, neighborhood_ids=[oak.pk], at=situation.at)
    assert dict(Notice.objects.values_list("channel", "due_at")) == expected(situation)
