"""How is what a person chose to hear said in plain words?"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format

from notifications.models import Preferences
from notifications.rules import Channel, Pace, Topic

# What a topic holds.
EXAMPLES: dict[Topic, str] = {
    Topic.URGENT: "Somebody is missing, or you may be in danger.",
    Topic.CRIME: "What happened last night, what happens again and again, what the police ask you about, closed roads.",
    Topic.TIPS: "How to stay safe, news from the police, and good news.",
    Topic.EVENTS: "Meetings, trainings and watches near you.",
    Topic.REPLIES: "The police answered you in public or in private.",
    Topic.NEIGHBORS: "Only that there is something new and where. What neighbors write stays in the neighbors’ room.",
}
HOURS = [(hour, time_format(time(hour), "P")) for hour in range(24)]
WEEKDAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))

_PACES = {
    Pace.AT_ONCE: "e-mail at once",
    Pace.DAILY: "in the daily digest",
    Pace.WEEKLY: "in the weekly digest",
    Pace.NEVER: "no e-mail",
}


def said_choice(topic: Topic, pace: Pace) -> str:
    """ "Crime updates: in the daily digest." """
    return f"{topic.label}: {_PACES[pace]}."


def said_channel(chosen: Preferences, channel: Channel) -> list[str]:
    """What a person hears over a channel, a line for each topic."""
    if channel == Channel.PUSH:
        return [f"{topic.label}: {'push' if chosen.choice(topic).push else 'no push'}." for topic in Topic]
    return [said_choice(topic, chosen.choice(topic).email) for topic in Topic]


def said_changes(before: Mapping[str, Any], now: Preferences, *, today: date) -> list[str]:
    """A sentence for each thing that a person changed, in the order of the page.

    Args:
        before: What `change_preferences` returned.
        today: A pause that ended earlier was over already.
    """
    said = []
    for topic in Topic:
        choice = now.choice(topic)
        if f"{topic}_email" in before:
            said.append(said_choice(topic, choice.email))
        if f"{topic}_push" in before:
            said.append(f"{topic.label}: push {'on' if choice.push else 'off'}.")
    if "digest_hour" in before or "digest_weekday" in before:
        weekday = WEEKDAYS[now.digest_weekday][1]
        said.append(f"Digests come at {said_hour(now.digest_hour)}, the weekly one on {weekday}.")
    if "quiet_from" in before or "quiet_until" in before:
        said.append(f"Quiet from {said_quiet_hours(now)} every day." if now.quiet_from else "No quiet hours.")
    if "urgent_breaks_quiet" in before:
        said.append(f"Urgent alerts {'may come' if now.urgent_breaks_quiet else 'wait'} in quiet hours.")
    if now.paused_until is not None and "paused_until" in before:
        said.append(f"Nothing comes before {said_day(now.paused_until)}.")
    elif "paused_until" in before and before["paused_until"] > today:
        said.append("The pause is over.")
    return said


def said_hour(hour: int) -> str:
    """ "6 p.m." """
    return HOURS[hour][1]


def said_quiet_hours(chosen: Preferences) -> str:
    """ "10 p.m. to 7 a.m.", for somebody who has quiet hours."""
    begin, end = chosen.quiet_from, chosen.quiet_until
    return f"{time_format(begin, 'P')} to {time_format(end, 'P')}" if begin and end else ""


def said_day(day: date) -> str:
    """ "Thursday, December 3", with the year where it is another one."""
    same_year = day.year == timezone.localdate().year
    return format_date(day, "l, F j" if same_year else "l, F j, Y")


def urgent_gap(chosen: Preferences, *, has_device: bool, gets_mail: bool, is_paused: bool) -> str:
    """What keeps urgent alerts from a person at once; empty while they arrive.

    Args:
        gets_mail: Whether mail goes to the person's address at all.
    """
    if is_paused:
        return ""
    choice = chosen.choice(Topic.URGENT)
    if (choice.push and has_device) or (choice.email == Pace.AT_ONCE and gets_mail):
        return ""
    if choice.email == Pace.AT_ONCE:
        return "No e-mail goes to your address at the moment, and no device of yours shows push messages."
    if choice.push:
        return "Push is on for them, but no device of yours shows push messages yet."
    if choice.email == Pace.NEVER:
        return "You chose neither e-mail nor push for them."
    return "You chose them in a digest, hours after they matter."
