"""Would the canary be recognized at all?"""

import base64
import json

import pytest

from tests.wall.words import Canary

CANARY = Canary("a word", b"quonsetfirth")


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
@pytest.mark.parametrize(
    "packed",
    [bytes, bytes.upper, base64.b64encode, base64.urlsafe_b64encode, lambda text: text.hex().encode()],
    ids=["as it is", "in capitals", "base64", "base64 for addresses", "hexadecimal"],
)
def test_a_word_is_recognized_however_it_is_packed(packed: object, before: bytes) -> None:
    assert callable(packed)
    assert CANARY.is_in(b"x" + packed(before + b"quonsetfirth and more") + b"y")
    assert not CANARY.is_in(b"x" + packed(before + b"quonsetfirt and more") + b"y")


def test_a_task_in_the_broker_is_read() -> None:
    """Celery packs its messages into base64 within JSON."""
    body = base64.b64encode(json.dumps([["quonsetfirth"], {}, {}]).encode()).decode()
    assert CANARY.is_in(json.dumps({"body": body, "properties": {}}).encode())
