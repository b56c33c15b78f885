"""How does a person change what they hear, and what of it that was under way does no longer leave?"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from notifications.models import Digest, Notice, Preferences
from notifications.rules import RANK_OF_CORRECTIONS, Channel, NoticeState, Pace, Source, Topic, quiet
from notifications.unsubscribing import ALL

# By the names of the fields of `Preferences`.
Choices = Mapping[str, object]

CHOSE_OTHERWISE = "You chose otherwise before it left."
PAUSED = "You paused everything before it left."

_NEWS = ~Q(rank=RANK_OF_CORRECTIONS)


@transaction.atomic
def change_preferences(*, person_id: int, choices: Choices, at: datetime) -> dict[str, object]:
    """Take over what a person chose, and let nothing leave that they no longer want.

    Args:
        choices: New values by the fields of `Preferences`; what is not named stays as it is.

    Returns:
        What held before, of each field that changed: the same function undoes the change with it.
    """
    return _apply(_locked(person_id, at), choices, at)


@transaction.atomic
def unsubscribe(*, person_id: int, scope: str, channel: Channel, at: datetime) -> dict[str, object]:
    """End a topic, a digest or everything over one channel. Twice is as good as once.

    Args:
        scope: A topic, `unsubscribing.ALL`, or the pace of a digest: then each topic in it comes no more by e-mail.

    Returns:
        As `change_preferences`.
    """
    row = _locked(person_id, at)
    if scope in (Pace.DAILY, Pace.WEEKLY):
        topics = [topic for topic in Topic if row.choice(topic).email == scope]
    else:
        topics = list(Topic) if scope == ALL else [Topic(scope)]
    if channel == Channel.PUSH:
        return _apply(row, {f"{topic}_push": False for topic in topics}, at)
    return _apply(row, {f"{topic}_email": Pace.NEVER for topic in topics}, at)


def _locked(person_id: int, at: datetime) -> Preferences:
    Preferences.objects.get_or_create(person_id=person_id, defaults={"changed_at": at})
    return Preferences.objects.select_for_update().get(person_id=person_id)


def _apply(row: Preferences, choices: Choices, at: datetime) -> dict[str, object]:
    before = {name: getattr(row, name) for name, value in choices.items() if getattr(row, name) != value}
    if before:
        for name in before:
            setattr(row, name, choices[name])
        row.changed_at = at
        row.save(update_fields=[*before, "changed_at"])
        _end_unwanted_notices(row, at)
        _end_unwanted_digests(row, at)
    return before


def _end_unwanted_notices(row: Preferences, at: datetime) -> None:
    """Let nothing leave that was chosen away.

    A correction goes to whoever was told what was wrong, whatever they choose for the topic since; it waits for the
    end of a pause, and ends only with the whole channel.
    """
    choices = {topic: row.choice(topic) for topic in Topic}
    no_mail = [topic for topic, choice in choices.items() if choice.email != Pace.AT_ONCE]
    no_push = [topic for topic, choice in choices.items() if not choice.push]
    unwanted = _NEWS & (
        Q(channel=Channel.EMAIL, message__topic__in=no_mail) | Q(channel=Channel.PUSH, message__topic__in=no_push)
    )
    if all(choice.email == Pace.NEVER for choice in choices.values()):
        unwanted |= Q(channel=Channel.EMAIL)
    if len(no_push) == len(Topic):
        unwanted |= Q(channel=Channel.PUSH)
    end_waiting_notices(person_id=row.person_id, which=unwanted, reason=CHOSE_OTHERWISE, at=at)
    zone = ZoneInfo(settings.CITY_TIME_ZONE)
    if row.paused_until is not None and quiet.is_paused(at, row.paused_until, zone):
        end_waiting_notices(person_id=row.person_id, which=_NEWS, reason=PAUSED, at=at)
        ends_at = quiet.due_at(quiet.after_pause(row.paused_until, zone), row.quiet_from, row.quiet_until, zone)
        Notice.objects.filter(~_NEWS, person_id=row.person_id, state=NoticeState.WAITING, due_at__lt=ends_at).update(
            due_at=ends_at
        )


def end_waiting_notices(*, person_id: int, which: Q, reason: str, at: datetime) -> None:
    """Supersede some of a person's waiting notices; inside a transaction.

    A sender that has one in hand looks again before it leaves; should it have left already, it counts as sent, and the
    lease stays to tell that it may have. The push test that a person asks for is no news, and leaves in any case.

    Args:
        which: A condition on notices.
    """
    waiting = Notice.objects.filter(which, person_id=person_id, state=NoticeState.WAITING)
    # In the senders' order, so that neither waits for the other in a ring.
    ids = list(
        waiting.exclude(message__source=Source.PUSH_TEST)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    if ids:
        Notice.objects.filter(pk__in=ids).update(state=NoticeState.SUPERSEDED, ended_at=at, reason=reason)


def _end_unwanted_digests(row: Preferences, at: datetime) -> None:
    """Take out of waiting digests what is no longer wanted in them, and end those that nothing is left in."""
    paused = quiet.is_paused(at, row.paused_until, ZoneInfo(settings.CITY_TIME_ZONE))
    waiting = Digest.objects.filter(person_id=row.person_id, state=NoticeState.WAITING)
    for digest in waiting.order_by("pk").select_for_update():
        wanted = [topic for topic in digest.topics if row.choice(Topic(topic)).email == digest.pace and not paused]
        if wanted:
            digest.topics = wanted
        else:
            digest.state, digest.ended_at = NoticeState.SUPERSEDED, at
            digest.reason = PAUSED if paused else CHOSE_OTHERWISE
        digest.save(update_fields=["topics", "state", "ended_at", "reason"])
