"""Is a visitor who tries again and again asked to wait, wherever a visitor gets anywhere at all?"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

pytestmark = pytest.mark.django_db

# More than the largest of the limits for a visitor.
TRIES = 130
TOO_MANY = 429

# Routes a visitor may post to without ever being asked to wait, and why.
UNLIMITED = {
    "/accounts/logout/": "there is nobody to sign out; nothing is read or written",
    "/admin/logout/": "the same",
    "/admin/jsi18n/": "words for a script, the same for everybody",
    "/vouch/no-such-key/": "a visitor is asked to sign in, whether or not there is such a link",
}
# What is counted only once it is filled in.
FILLED_IN = {"/accounts/password/reset/": {"email": "nobody@example.test"}}
ENTRANCES = (settings.LOGIN_URL, "/accounts/signup/")
# What a visitor asks by an address and not by a form.
GUESSABLE = (
    "/find/?address=1901+10th+St",
    "/find/?latitude=0.5&longitude=0.5",
    "/addresses/?beginning=190",
    "/invitations/no-such-key/",
    "/api/v1/locate/?latitude=0.5&longitude=0.5",
    "/api/v1/posts/",
    "/api/v1/neighborhoods/",
)
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
VALUES = {"int": "1", "slug": "central", "str": "no-such-key", "path": "1", "uuid": "0" * 32}


def addresses() -> Iterator[str]:
    """One address of every route."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern.pattern, RegexPattern):
                continue
            route = before + str(pattern.pattern)
            route = PARAMETER.sub(lambda found: VALUES[found[1] or "str"], route)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield f"/{route}"

    return walk(get_resolver().url_patterns, "")


def is_closed(response: Any) -> bool:
    """Whether a visitor got nowhere: not theirs, not there, not by this method, or led to an entrance."""
    if response.status_code in {301, 302}:
        return bool(response["Location"].startswith(ENTRANCES))
    return bool(response.status_code in {401, 403, 404, 405})


def is_asked_to_wait(ask: Callable[[], int]) -> bool:
    return any(ask() == TOO_MANY for _ in range(TRIES))


@pytest.mark.parametrize("address", sorted(set(addresses())))
def test_a_visitor_who_goes_on_and_on_is_asked_to_wait(address: str, client: Client, now: datetime) -> None:
    # The clock stands still, so that no limit begins anew in the middle.
    with time_machine.travel(now, tick=False):
        form = FILLED_IN.get(address, {})
        if not is_closed(client.post(address, form)):
            assert is_asked_to_wait(lambda: client.post(address, form).status_code) != (address in UNLIMITED)


@pytest.mark.parametrize("address", GUESSABLE)
def test_a_visitor_who_guesses_on_and_on_is_asked_to_wait(address: str, client: Client, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        assert client.get(address).status_code != TOO_MANY
        assert is_asked_to_wait(lambda: client.get(address).status_code)


def test_what_may_be_tried_without_end_is_there() -> None:
    assert set(addresses()) >= UNLIMITED.keys()
