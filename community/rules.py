"""What may neighbors write, for how long is it kept, and for what is it taken away?"""

from django.db.models import TextChoices

TITLE_MAX_LENGTH = 120
TEXT_MAX_LENGTH = 5_000
COMMENT_MAX_LENGTH = 2_000
NOTE_MAX_LENGTH = 500
APPEAL_MAX_LENGTH = 1_000
DESCRIPTION_MAX_LENGTH = 300

PICTURE_MAX_BYTES = 10_000_000
PICTURE_MAX_SIDE = 1600
# Phones of today make up to 50 million.
PICTURE_MAX_PIXELS = 60_000_000

# A feed page shows as many of these beside the police's as there is room for.
PAGE_SIZE = 20
# Under one post; earlier ones are a tap away.
COMMENTS_SHOWN = 200
# What of a long text stands in a list; the rest is one tap away.
EXCERPT_LENGTH = 600


def excerpt(text: str) -> str:
    """The beginning of a text for a list, with a sign where there is more; never in the middle of a word."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    return text[: EXCERPT_LENGTH - 1].rsplit(None, 1)[0] + "…"


class NeighborPostKind(TextChoices):
    TALK = "talk", "Talk"
    HELP = "help", "Asks for help"
    LOST_FOUND = "lost_found", "Lost or found"


class SubjectKind(TextChoices):
    """What was reported or removed."""

    POST = "post", "Post"
    COMMENT = "comment", "Comment"


class RoomRule(TextChoices):
    """The published rules of the neighbors' room; every report and every removal names one."""

    PRIVATE_PERSON = "private_person", "Names or shows a private person"
    PRIVATE_DATA = "private_data", "Tells an address, a phone number, a plate or other private data"
    THREAT = "threat", "Threatens or insults somebody"
    HATE = "hate", "Attacks people for who they are"
    LOOKS = "looks", "Calls somebody suspicious for how they look"
    SPAM = "spam", "Advertises, or says the same again and again"


class KeptAway(TextChoices):
    """How one person keeps another away."""

    MUTED = "muted", "Muted"
    BLOCKED = "blocked", "Blocked"


class LeadState(TextChoices):
    """Where somebody stands who helps to keep the room."""

    OFFERED = "offered", "Offered to help"
    ACTIVE = "active", "Lead"
    ENDED = "ended", "No longer"


class ReportState(TextChoices):
    OPEN = "open", "Waits for a lead"
    KEPT = "kept", "Stays as it is"
    REMOVED = "removed", "Removed"


class AppealOutcome(TextChoices):
    WAITING = "waiting", "Waits for somebody else"
    UPHELD = "upheld", "Stays removed"
    OVERTURNED = "overturned", "Is back"
