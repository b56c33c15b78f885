"""What does a person read about how they heard of things, and what goes when they leave?"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.own_data import moment
from accounts.signals import OwnDataSection, own_data_asked, person_leaving
from notifications import choices, services
from notifications.models import Preferences, Suppression
from notifications.rules import Channel, Pace
from notifications.selectors.told import digests_of, notices_of


def connect() -> None:
    """Listen to the accounts below, which know nothing of notices."""
    own_data_asked.connect(_own_data, dispatch_uid="notifications.own_data")
    person_leaving.connect(_person_leaves, dispatch_uid="notifications.person_leaves")


def _own_data(*, person: User, **kwargs: Any) -> list[OwnDataSection]:
    if person.is_police_or_civic_staff:
        return []
    return [
        OwnDataSection("How you hear", _chosen(person.pk)),
        OwnDataSection("Why no e-mail goes to you", _suppression(person.pk)),
        OwnDataSection("What you were told at once", _notices(person.pk)),
        OwnDataSection("Digests", _digests(person.pk)),
    ]


def _person_leaves(*, person: User, at: datetime, **kwargs: Any) -> None:
    services.forget_person(person_id=person.pk, at=at)


def _chosen(person_id: int) -> list[dict[str, str]]:
    chosen = Preferences.objects.filter(person_id=person_id).first()
    if chosen is None:
        return []
    return [
        {
            "By e-mail": " ".join(choices.said_channel(chosen, Channel.EMAIL)),
            "By push": " ".join(choices.said_channel(chosen, Channel.PUSH)),
            "Digests at": f"{choices.said_hour(chosen.digest_hour)}, {choices.WEEKDAYS[chosen.digest_weekday][1]}",
            "Quiet hours": choices.said_quiet_hours(chosen),
            "Urgent alerts in quiet hours": "may come" if chosen.urgent_breaks_quiet else "wait",
            "Pause until": choices.said_day(chosen.paused_until) if chosen.paused_until else "",
            "Changed": moment(chosen.changed_at),
        }
    ]


def _suppression(person_id: int) -> list[dict[str, str]]:
    return [
        {
            "Address": found.email,
            "Since": moment(found.at),
            "Why": "called spam" if found.is_complaint else "mail came back",
            "What the other side said": found.words,
        }
        for found in Suppression.objects.filter(person_id=person_id)
    ]


def _notices(person_id: int) -> list[dict[str, str]]:
    return [
        {
            "What": notice.message.title,
            "How": notice.get_channel_display(),
            "State": notice.get_state_display(),
            "When": moment(notice.ended_at or notice.due_at),
            "Why": notice.reason,
        }
        for notice in notices_of(person_id)
    ]


def _digests(person_id: int) -> list[dict[str, str]]:
    return [
        {
            "Day": digest.day.isoformat(),
            "How often": str(Pace(digest.pace).label),
            "Of": digest.neighborhood.name,
            "State": digest.get_state_display(),
            "When": moment(digest.ended_at or digest.due_at),
            "Why": digest.reason,
        }
        for digest in digests_of(person_id)
    ]
