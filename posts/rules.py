"""Which kinds, states and audiences can a post have, and which steps lead from one state to the next?"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from core import lanes
from notifications.rules import Topic

TITLE_MAX_LENGTH = 120
TEXT_MAX_LENGTH = 10_000
REPLY_MAX_LENGTH = 2_000
MESSAGE_MAX_LENGTH = 5_000
REASON_MAX_LENGTH = 500
WHAT_WAS_WRONG_MAX_LENGTH = 200
# Stands in the place of a title that was taken off the public pages.
TITLE_WITHOUT_TEXT = "Post taken back"
NOTE_MAX_LENGTH = 500
APPEAL_MAX_LENGTH = 1_000

FEED_PAGE_SIZE = 20


# What a form says about the replies under a post.
OPEN = "open"
CLOSED = "closed"


class PostKind(TextChoices):
    LAST_NIGHT = "last_night", "Last night"
    CRIME_SERIES = "crime_series", "Crime series"
    INFORMATION_REQUEST = "information_request", "Request for information"
    SAFETY_TIP = "safety_tip", "Safety tip"
    SCENE_ALERT = "scene_alert", "Road or scene alert"
    EVENT = "event", "Event"
    MEDIA_RELEASE = "media_release", "Media release"
    MISSING_PERSON = "missing_person", "Missing person"
    GOOD_NEWS = "good_news", "Good news"


@dataclass(frozen=True, slots=True)
class KindLook:
    """How a kind is marked: an icon's name and one of three temperatures, "tell", "ask" or "urgent"."""

    icon: str
    temperature: str


KIND_LOOKS: dict[str, KindLook] = {
    PostKind.LAST_NIGHT: KindLook("schedule", "tell"),
    PostKind.CRIME_SERIES: KindLook("visibility", "tell"),
    PostKind.INFORMATION_REQUEST: KindLook("help", "ask"),
    PostKind.SAFETY_TIP: KindLook("lightbulb", "tell"),
    PostKind.SCENE_ALERT: KindLook("warning", "tell"),
    PostKind.EVENT: KindLook("event", "tell"),
    PostKind.MEDIA_RELEASE: KindLook("campaign", "tell"),
    PostKind.MISSING_PERSON: KindLook("push_pin", "urgent"),
    PostKind.GOOD_NEWS: KindLook("favorite", "tell"),
}


class PostStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PENDING = "pending", "Waits for a second person"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


NEXT_STATUSES: dict[str, frozenset[str]] = {
    PostStatus.DRAFT: frozenset({PostStatus.PENDING, PostStatus.PUBLISHED}),
    PostStatus.PENDING: frozenset({PostStatus.DRAFT, PostStatus.PUBLISHED}),
    PostStatus.PUBLISHED: frozenset({PostStatus.WITHDRAWN}),
    PostStatus.WITHDRAWN: frozenset(),
}


def may_move(status: str, to: str) -> bool:
    """Whether the life of a post allows this step."""
    return to in NEXT_STATUSES[status]


class AudienceScope(TextChoices):
    """What the author chose; resolved to neighborhoods and frozen at publication."""

    NEIGHBORHOODS = "neighborhoods", "Chosen neighborhoods"
    COMMAND = "command", "The whole command"
    CITY = "city", "The whole city"


def lane_of(kind: str) -> str:
    """The lane a post travels in: nothing may wait behind bulk when somebody is missing."""
    return lanes.URGENT if KIND_LOOKS[kind].temperature == "urgent" else lanes.POSTS


def kinds_in(lane: str) -> list[str]:
    """The kinds of post that travel in a lane."""
    return [kind.value for kind in PostKind if lane_of(kind) == lane]


# What people choose to hear of; the kinds are how officers tell their posts apart.
TOPICS: dict[str, Topic] = {
    PostKind.LAST_NIGHT: Topic.CRIME,
    PostKind.CRIME_SERIES: Topic.CRIME,
    PostKind.INFORMATION_REQUEST: Topic.CRIME,
    PostKind.SAFETY_TIP: Topic.TIPS,
    PostKind.SCENE_ALERT: Topic.CRIME,
    PostKind.EVENT: Topic.EVENTS,
    PostKind.MEDIA_RELEASE: Topic.TIPS,
    PostKind.MISSING_PERSON: Topic.URGENT,
    PostKind.GOOD_NEWS: Topic.TIPS,
}


def lane_of_notices(kind: str) -> str:
    """The lane in which whoever asked for it is told of a post at once."""
    return lanes.URGENT if lane_of(kind) == lanes.URGENT else lanes.MAIL


class HidingReason(TextChoices):
    """Why a neighbor's reply may be hidden. There is no other reason; criticism of police is none."""

    THREAT = "threat", "Threat"
    PRIVATE_DATA = "private_data", "Private data"
    VICTIM_OR_MINOR = "victim_or_minor", "Identity of a victim or a minor"
    SPAM = "spam", "Spam"


# In the words that are published, shown to whoever hides and sent to the writer.
HIDING_RULES: dict[str, str] = {
    HidingReason.THREAT: "It threatens somebody, or calls on others to hurt a person or to destroy something.",
    HidingReason.PRIVATE_DATA: (
        "It gives away what is private about a person: a home address, a phone number, a license plate, an account."
    ),
    HidingReason.VICTIM_OR_MINOR: "It lets readers find out who a victim is, or who somebody under 18 is.",
    HidingReason.SPAM: "It sells something, or repeats the same words without having to do with the post.",
}


class HidingOutcome(TextChoices):
    """What became of an appeal."""

    UPHELD = "upheld", "Stays hidden"
    OVERTURNED = "overturned", "Shown again"
    DROPPED = "dropped", "The writer left before it was decided"


def hidden_in_words(counts: Mapping[str, int]) -> str:
    """ "2 replies were hidden: 1 threat, 1 private data"; empty when none was.

    Args:
        counts: Hidden replies by reason.
    """
    total = sum(counts.values())
    if not total:
        return ""
    of_each = ", ".join(f"{counts[reason]:,} {reason.label.lower()}" for reason in HidingReason if counts.get(reason))
    return f"{'1 reply was' if total == 1 else f'{total:,} replies were'} hidden: {of_each}"
