"""Are tries counted for the right person, and forgiven when the cache is away?"""

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis

from core.limits import network_of, seconds_to_wait


def test_one_more_than_allowed_has_to_wait() -> None:
    waits = [seconds_to_wait("test", "somebody", count=3, seconds=3600) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 3600


def test_people_and_scopes_are_counted_apart() -> None:
    assert seconds_to_wait("test", "one", count=1, seconds=3600) == 0
    assert seconds_to_wait("test", "two", count=1, seconds=3600) == 0
    assert seconds_to_wait("other", "one", count=1, seconds=3600) == 0
    assert seconds_to_wait("test", "one", count=1, seconds=3600) > 0


def test_the_cache_does_not_tell_who_tried() -> None:
    for who in ("person:4711", "192.0.2.7"):
        seconds_to_wait("test", who, count=1, seconds=3600)
    keys = [key.decode() for key in Redis.from_url(settings.REDIS_URL).scan_iter(match=f"*{cache.key_prefix}*")]
    assert len(keys) == 2
    assert not [key for key in keys if "4711" in key or "192.0.2.7" in key]


def test_an_emptied_cache_starts_anew() -> None:
    seconds_to_wait("test", "one", count=1, seconds=3600)
    cache.key_prefix += "emptied"
    assert seconds_to_wait("test", "one", count=1, seconds=3600) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_home_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
