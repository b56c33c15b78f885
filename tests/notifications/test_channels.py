"""Are channels named as the tickets, the hub and the pages expect?"""

from typing import Any

import pytest
from django.db import connection

from notifications import channels


def test_names_say_what_is_heard() -> None:
    assert channels.neighborhood_police(12) == "neighborhood:12:police"
    assert channels.neighborhood_verified(12) == "neighborhood:12:verified"
    assert channels.command_desk(3) == "command:3:desk"


@pytest.mark.parametrize(
    ("channel", "neighborhood_id"),
    [
        ("neighborhood:12:police", 12),
        ("neighborhood:12:verified", None),
        ("command:12:desk", None),
        ("neighborhood:12:police:x", None),
    ],
)
def test_only_the_police_channel_tells_of_a_feed(channel: str, neighborhood_id: int | None) -> None:
    assert channels.neighborhood_of(channel) == neighborhood_id


def test_closing_channel_names_nobody_and_needs_the_key(settings: Any) -> None:
    name = channels.closing(41)
    assert name.startswith("closing:")
    assert name.removeprefix("closing:") != "41"
    assert name != channels.closing(42)
    settings.LIVE_TOKEN_KEY = "another installation's"
    assert name != channels.closing(41)


def test_names_in_redis_carry_the_name_of_the_database_in_use(db: None) -> None:
    assert channels.in_redis("command:3:desk") == f"{connection.settings_dict['NAME']}:command:3:desk"
