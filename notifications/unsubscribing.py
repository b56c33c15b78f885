"""What lets somebody end a kind of mail or push without signing in? A signed token in its link, and that alone."""

from dataclasses import dataclass

from django.core import signing

from notifications.rules import Channel, Pace, Topic

# Every topic at once; a digest is named by its pace, because it mixes topics.
ALL = "all"
SCOPES = frozenset({*Topic.values, ALL, Pace.DAILY.value, Pace.WEEKLY.value})


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


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="notifications.unsubscribing")
