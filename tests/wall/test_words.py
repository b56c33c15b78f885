"""Would the canary be recognized at all?"""

import base64
import json
from email.message import EmailMessage

import pytest

from tests.wall.hearing import readable
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


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("before", [0, 60, 65, 70, 74])
def test_a_mail_is_read_as_it_is_shown(encoding: str, before: int) -> None:
    """Its lines are broken anywhere, and its head has an encoding of its own."""
    for word, is_there in (("quonsetfirth", True), ("quonsetfirt", False)):
        mail = EmailMessage()
        mail.set_content("Nothing here.")
        mail.add_alternative("a" * before + word, subtype="html", cte=encoding)
        assert CANARY.is_in(readable(mail.as_string())) is is_there
        titled = EmailMessage()
        titled["Subject"] = "é" * before + f" {word}"
        assert CANARY.is_in(readable(titled.as_string())) is is_there
