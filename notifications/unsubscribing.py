"""What lets somebody end a kind of mail or push without signing in? A signed token in its link, and that alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing

from notifications.rules import Channel, Pace, Topic

# Every topic at once; a digest is named by its pace, because it mixes topics.
ALL = "all"
SCOPES = frozenset({*Topic.values, ALL, Pace.DAILY.value, Pace.WEEKLY.value})

# A page that stayed open must not bring back what somebody chose long after.
UNDO_SECONDS = 3600
_UNDO_SALT = "notifications.unsubscribing.undo"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Who wants to hear what no more, and over which channel.

    Attributes:
        scope: A topic, `ALL`, or the pace of a digest.
    """

    person_id: int
    scope: str
    channel: Channel


class InvalidToken(Exception):
    """Not signed by this installation, cut off or altered."""


def token_for(*, person_id: int, topic: str, channel: str) -> str:
    """Make the token for `/unsubscribe/<token>/`. It never ends: a mail may be read years later.

    Args:
        topic: A topic, `ALL`, or the pace of a digest.
    """
    return _signer().sign(f"{person_id}-{topic}-{channel}")


def read(token: str) -> Unsubscribing:
    """Check a token without a database.

    Raises:
        InvalidToken: Whatever is wrong with it.
    """
    try:
        person_id, scope, channel = _signer().unsign(token).split("-")
    except (signing.BadSignature, ValueError) as error:
        raise InvalidToken from error
    if scope not in SCOPES or channel not in Channel.values:
        raise InvalidToken
    return Unsubscribing(int(person_id), scope, Channel(channel))


def undo_for(*, person_id: int, before: Mapping[str, object]) -> str:
    """What the page that ended something carries along, so that a slip of the finger can be taken back.

    Args:
        before: As `services.unsubscribe` returned it.
    """
    return signing.dumps([person_id, before], salt=_UNDO_SALT)


def read_undo(value: str, *, person_id: int) -> dict[str, object]:
    """What held before.

    Raises:
        InvalidToken: Somebody else's, altered, or too old.
    """
    try:
        whose, before = signing.loads(value, salt=_UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise InvalidToken from error
    if whose != person_id:
        raise InvalidToken
    return dict(before)


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="notifications.unsubscribing")
