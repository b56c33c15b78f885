"""What does a link in a mail let its reader end, and what not?"""

import pytest
from django.core import signing

from notifications.rules import Channel, Pace, Topic
from notifications.unsubscribing import ALL, InvalidToken, Unsubscribing, read, token_for


@pytest.mark.parametrize("scope", [*Topic.values, ALL, Pace.DAILY.value, Pace.WEEKLY.value])
@pytest.mark.parametrize("channel", Channel)
def test_a_token_says_who_ends_what(scope: str, channel: Channel) -> None:
    token = token_for(person_id=12, topic=scope, channel=channel)
    assert read(token) == Unsubscribing(12, scope, channel)


def test_a_token_stays_the_same_for_ever() -> None:
    """A link in a mail of long ago and the one of today are one, so either of them works, and works again."""
    assert token_for(person_id=12, topic=ALL, channel="email") == token_for(person_id=12, topic=ALL, channel="email")


@pytest.mark.parametrize(
    "altered",
    [
        "",
        "x",
        "12-crime-email",
        "13" + token_for(person_id=12, topic="crime", channel="email")[2:],
        token_for(person_id=12, topic="crime", channel="email").replace("crime", "all"),
        token_for(person_id=12, topic="crime", channel="email")[:-1],
        # Signed by this installation for something else.
        signing.Signer(sep=".").sign("12-crime-email"),
        token_for(person_id=12, topic="weather", channel="email"),
        token_for(person_id=12, topic="crime", channel="pigeon"),
    ],
)
def test_an_altered_token_says_nothing(altered: str) -> None:
    with pytest.raises(InvalidToken):
        read(altered)
