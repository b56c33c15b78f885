"""Is what slips into a log line taken out of it, and the rest left readable?"""

import logging
import secrets
import sys
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signing
from django.db import IntegrityError, connection
from django.utils.crypto import get_random_string

from core.logs import DiscreetFormatter, discreet


@pytest.mark.parametrize(
    "said",
    [
        "maria.lopez+home@example.test",
        "<maria@example.test>",
        "(email)=(maria@example.test)",
        "mailto:maria@example.test",
    ],
)
def test_an_address_is_taken_out(said: str) -> None:
    assert "maria" not in discreet(f"Sending to {said} failed.")
    assert "example.test" not in discreet(f"Sending to {said} failed.")


@pytest.mark.parametrize(
    "key",
    [
        "a1" + secrets.token_hex(31),
        "aB3" + secrets.token_urlsafe(32),
        "b2" + get_random_string(30, "abcdefghijklmnopqrstuvwxyz0123456789"),
        "9xC" + signing.Signer(key="x").signature("y"),
    ],
    # Keys are made anew each time; test names are not.
    ids=["hex", "url-safe", "session", "signature"],
)
@pytest.mark.parametrize("line", ["/invitations/{}/", "key={}", "{}", "Authorization: Token {}", "'{}'"])
def test_a_key_is_taken_out(line: str, key: str) -> None:
    assert key not in discreet(line.format(key))


def test_a_short_key_in_a_header_is_taken_out() -> None:
    assert "abcdefgh" not in discreet("authorization: Bearer abcdefgh")


@pytest.mark.parametrize(
    "line",
    [
        'File "posts/services/publishing.py", line 120, in publish_post',
        "Task posts.fan_out_post[5e0a6d0c-8f0a-4b8e-9a4e-0f3d7c2b1a90] received",
        "Applying neighborhoods.0002_proofs_of_residence",
        'violates check constraint "neighborhoods_residency_verified_says_how"',
        "The cache does not answer (ConnectionError); going on without it.",
    ],
)
def test_what_helps_to_find_a_fault_stays(line: str) -> None:
    assert discreet(line) == line


@pytest.mark.django_db
def test_a_refused_row_is_taken_out_of_the_exception() -> None:
    formatter = DiscreetFormatter("{levelname}: {message}", style="{")
    # A traceback shows the line that failed, so the words stand on another.
    words = "quiet\n\nsecret words"
    with pytest.raises(IntegrityError) as raised, connection.cursor() as cursor:
        cursor.execute("INSERT INTO commands_policecommand (name) VALUES (%s)", [words])
    assert "secret words" in str(raised.value)
    try:
        raise RuntimeError("It did not go through.") from raised.value
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "Failed: %r", (raised.value,), sys.exc_info())
    line = formatter.format(record)
    assert "quiet" not in line
    assert "secret words" not in line
    assert "violates not-null constraint" in line
    assert line.endswith("RuntimeError: It did not go through.")


def test_every_line_of_ours_is_written_discreetly(settings: LazySettings) -> None:
    logging_of: dict[str, Any] = settings.LOGGING
    formatters = logging_of["formatters"]
    assert {formatter["()"] for formatter in formatters.values()} == {"core.logs.DiscreetFormatter"}
    assert all(handler["formatter"] in formatters for handler in logging_of["handlers"].values())
