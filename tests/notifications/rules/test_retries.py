"""Does what failed come back neither too soon nor for ever, and does what is kept of a refusal name nobody?"""

from datetime import timedelta

import pytest

from notifications.rules import REASON_MAX_LENGTH
from notifications.rules.retries import LONGEST_WAIT, MAX_ATTEMPTS, kept_words, may_try_again, wait_before

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("attempt", "minutes"), [(2, 1), (3, 2), (4, 4), (7, 32), (8, 60), (12, 60), (10_000, 60)])
def test_each_wait_is_twice_the_one_before_up_to_an_hour(attempt: int, minutes: int) -> None:
    assert wait_before(attempt, chance=0.5) == minutes * MINUTE


def test_chance_spreads_what_failed_together() -> None:
    assert wait_before(2, chance=0) == timedelta(seconds=48)
    assert wait_before(2, chance=1) == timedelta(seconds=72)


def test_after_about_six_hours_it_is_over() -> None:
    waits = [wait_before(attempt, chance=0.5) for attempt in range(2, MAX_ATTEMPTS + 1)]
    assert timedelta(hours=5) < sum(waits, timedelta()) < timedelta(hours=7)
    assert max(waits) == LONGEST_WAIT
    assert may_try_again(MAX_ATTEMPTS - 1)
    assert not may_try_again(MAX_ATTEMPTS)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("550 5.1.1 <maria.lopez@example.test>: unknown", "550 5.1.1 …: unknown"),
        ("550 5.1.1 Maria.Lopez@example.test unknown", "550 5.1.1 … unknown"),
        ("550 user maria.lopez is unknown\r\n550 here", "550 user … is unknown 550 here"),
        ("452 4.2.2 mailbox full", "452 4.2.2 mailbox full"),
        ("554 mailto:maria.lopez@example.test", "554 mailto:…"),
        ("550 'maria.lopez@example.test'", "550 '…'"),
    ],
)
def test_what_is_kept_says_what_was_wrong_and_not_with_whom(words: str, kept: str) -> None:
    assert kept_words(words, address="maria.lopez@example.test") == kept


def test_long_answers_are_cut_and_odd_characters_go() -> None:
    assert len(kept_words("550 " + "no " * 1000)) == REASON_MAX_LENGTH
    assert kept_words("550\x00\tno\x07way") == "550 no way"
