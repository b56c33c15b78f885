"""How do the people of the demo city want to hear, and at which hours did their digests leave?"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.rules import Kind
from notifications.rules import DIGEST_HOUR, Pace, Topic
from notifications.services.preferences import Choices, change_preferences
from pages.demo.city import City, Event
from pages.demo.people import CAST, Person
from pages.demo.postman import deliver_digests
from pages.demo.settling import FIRST_SIGN_UP
from posts.services import schedule_digests

EARLY, LATE = 7, 20
# Once everybody has sent what was written at the full hour.
PAST_THE_HOUR = time(second=20)
FIRST_POST, EVERY_HOUR_SINCE = timedelta(days=34), timedelta(days=7)
ON_HOLIDAY_SINCE, ON_HOLIDAY_FOR = timedelta(days=4), timedelta(days=10)

COLLECTED = (Topic.CRIME, Topic.TIPS, Topic.EVENTS, Topic.NEIGHBORS)
WEEKLY: Choices = {f"{topic}_email": Pace.WEEKLY for topic in COLLECTED}
CRIME_AT_ONCE: Choices = {"crime_email": Pace.AT_ONCE}
POLICE_AT_ONCE: Choices = {f"{topic}_email": Pace.AT_ONCE for topic in (Topic.CRIME, Topic.TIPS, Topic.EVENTS)}
# Only what breaks the night comes to them at once, so that nothing waits for the morning when the demo begins.
QUIET_NIGHTS: Choices = {
    "quiet_from": time(22),
    "quiet_until": time(EARLY),
    "replies_email": Pace.NEVER,
    "digest_hour": EARLY,
}
NO_TIPS: Choices = {"tips_email": Pace.NEVER, "digest_hour": LATE}
NO_MAIL: Choices = {f"{topic}_email": Pace.NEVER for topic in Topic}

# How many of a hundred people of the crowd chose so; the others never chose.
OF_THE_CROWD = ((28, CRIME_AT_ONCE), (8, POLICE_AT_ONCE), (8, WEEKLY), (6, QUIET_NIGHTS), (5, NO_TIPS), (3, NO_MAIL))
OF_THE_CAST: dict[str, Choices] = {
    "resident": CRIME_AT_ONCE,
    "neighbor": {**WEEKLY, "neighbors_email": Pace.AT_ONCE},
    "lead": QUIET_NIGHTS,
}


def plan(city: City, people: Sequence[Person]) -> list[Event]:
    """Everybody's choices, most made before the first post, and every hour at which digests left."""
    now, zone = city.clock.now, ZoneInfo(settings.CITY_TIME_ZONE)
    next_hour = (now.astimezone(zone).hour + 1) % 24
    holiday: Choices = {"paused_until": (now + ON_HOLIDAY_FOR).astimezone(zone).date()}
    choices = [(person.key, FIRST_SIGN_UP, _choices(person)) for person in people if person.kind == Kind.RESIDENT]
    choices += [
        # Whoever tries the demo waits an hour at the most for her digest.
        ("resident", EVERY_HOUR_SINCE, {"digest_hour": next_hour}),
        ("vouched", ON_HOLIDAY_SINCE, holiday),
    ]
    return [
        *(Event(now - before, partial(_choose, city, key, chosen)) for key, before, chosen in choices if chosen),
        *(Event(at, _collect) for at in _times_of_digests(now, next_hour, zone)),
    ]


def _choices(person: Person) -> Choices:
    if person in CAST:
        return OF_THE_CAST.get(person.key, {})
    chance = Random(f"{person.key} hears").randrange(100)
    for share, choices in OF_THE_CROWD:
        if chance < share:
            return choices
        chance -= share
    return {}


def _choose(city: City, key: str, choices: Choices, at: datetime) -> None:
    change_preferences(person_id=city.users[key].pk, choices=choices, at=at)


def _collect(at: datetime) -> None:
    schedule_digests(at=at)
    deliver_digests(at)


def _times_of_digests(now: datetime, next_hour: int, zone: ZoneInfo) -> Iterator[datetime]:
    """The last is now: whatever was due today is written, and the installation's own clock goes on from here."""
    today = now.astimezone(zone).date()
    for days_ago in range(FIRST_POST.days, -1, -1):
        # Hours that nobody looked at are made up for later on the same day, as after an outage.
        hours = {EARLY, DIGEST_HOUR, LATE, next_hour} if days_ago <= EVERY_HOUR_SINCE.days else {LATE}
        for hour in sorted(hours):
            at = datetime.combine(today - timedelta(days=days_ago), PAST_THE_HOUR.replace(hour=hour), zone)
            if at < now:
                yield at
    yield now
