"""What can a person choose to hear, over which channels, and which states does a notice have?"""

from dataclasses import dataclass

from django.db.models import TextChoices

TITLE_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 10_000
# Of what a transport answered; longer answers say nothing more.
REASON_MAX_LENGTH = 300


class Topic(TextChoices):
    """What a message is about, as people choose it."""

    URGENT = "urgent", "Urgent alerts"
    CRIME = "crime", "Crime updates"
    TIPS = "tips", "Safety tips and news"
    EVENTS = "events", "Events"
    REPLIES = "replies", "Replies to me"
    NEIGHBORS = "neighbors", "Neighbors’ posts"


class Channel(TextChoices):
    """A way to reach one person at once. Digests and live pages keep no notice."""

    EMAIL = "email", "E-mail"
    PUSH = "push", "Push"


class Way(TextChoices):
    """What leaves the house by a way of its own, and is counted by itself."""

    EMAIL = "email", "E-mail at once"
    PUSH = "push", "Push"
    DIGEST = "digest", "Digests"
    ACCOUNT = "account", "Mail about accounts"


class Pace(TextChoices):
    """How soon e-mail about a topic comes."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "In the daily digest"
    WEEKLY = "weekly", "In the weekly digest"
    NEVER = "never", "No e-mail"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person hears of one topic."""

    email: Pace
    push: bool


# For everybody who never chose. Push needs a device that agreed, so it may be on before there is one.
DEFAULT_CHOICES: dict[Topic, Choice] = {
    Topic.URGENT: Choice(Pace.AT_ONCE, push=True),
    Topic.CRIME: Choice(Pace.DAILY, push=False),
    Topic.TIPS: Choice(Pace.DAILY, push=False),
    Topic.EVENTS: Choice(Pace.DAILY, push=False),
    Topic.REPLIES: Choice(Pace.AT_ONCE, push=True),
    Topic.NEIGHBORS: Choice(Pace.DAILY, push=False),
}
# An answer is for one person: there is nothing to collect.
PACES_OF_REPLIES = (Pace.AT_ONCE, Pace.NEVER)

DIGEST_HOUR = 18
# As Python counts: Monday is 0.
DIGEST_WEEKDAY = 5


class NoticeState(TextChoices):
    """Where a notice stands. Whatever is not waiting has ended and stays as it is, except that a retry asks again."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    SUPERSEDED = "superseded", "Superseded"
    FAILED = "failed", "Failed"


class Act(TextChoices):
    """What a message does to those before it about the same thing."""

    NEWS = "news", "New"
    CORRECTION = "correction", "Correction"
    WITHDRAWAL = "withdrawal", "Withdrawn"


class Source(TextChoices):
    """What a message tells of; with an id and a version it can be made only once."""

    POST = "post", "Police post"
    REPLY = "reply", "Reply"
    PRIVATE_MESSAGE = "private", "Private message"
    NEIGHBOR_POST = "neighbor", "Neighbor’s post"
    NEIGHBOR_COMMENT = "comment", "Neighbor’s comment"
    PUSH_TEST = "test", "Push test"


# Within a lane corrections leave before everything else.
RANK_OF_CORRECTIONS = 0
RANK_OF_NEWS = 1
