"""Do text messages leave, and does nothing about whom they are for get into a log?"""

import base64
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from notifications.gateways.texting import ConsoleTexts, FileTexts, TextNotSent, TwilioTexts, checked, gateway_of
from notifications.operators import OperatorsOfSettings
from tests.notifications.absent import NoMail

NUMBER = "+19165550100"


@dataclass
class TwilioSink:
    """Answers as Twilio does, and keeps what it was asked."""

    port: int = 0
    status: int = 201
    answer: dict[str, Any] = field(default_factory=lambda: {"sid": "SM1", "status": "queued"})
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"twilio://AC1:se%40cret@127.0.0.1:{self.port}/+19165550199?scheme=http"


@pytest.fixture
def twilio() -> Iterator[TwilioSink]:
    sink = TwilioSink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sink.asked.append(
                {"path": self.path, "auth": self.headers["Authorization"], "form": parse_qs(form)},
            )
            self.send_response(sink.status)
            self.end_headers()
            self.wfile.write(json.dumps(sink.answer).encode())

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield sink
    server.shutdown()
    thread.join()
    server.server_close()


def test_twilio_is_asked_as_its_interface_wants_it(twilio: TwilioSink) -> None:
    gateway = gateway_of(twilio.url)
    assert gateway is not None
    gateway.send(NUMBER, "Urgent messages wait & wait")

    (asked,) = twilio.asked
    assert asked["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert base64.b64decode(asked["auth"].removeprefix("Basic ")) == b"AC1:se@cret"
    assert asked["form"] == {"To": [NUMBER], "From": ["+19165550199"], "Body": ["Urgent messages wait & wait"]}


def test_a_messaging_service_is_named_as_one(twilio: TwilioSink) -> None:
    TwilioTexts("AC1", "secret", "MG42", f"http://127.0.0.1:{twilio.port}").send(NUMBER, "Hello")
    assert twilio.asked[0]["form"]["MessagingServiceSid"] == ["MG42"]
    assert "From" not in twilio.asked[0]["form"]


@pytest.mark.parametrize(
    ("status", "is_permanent"), [(400, True), (401, True), (429, False), (503, False), (302, False)]
)
def test_a_refusal_tells_why_and_not_whom(twilio: TwilioSink, status: int, is_permanent: bool) -> None:
    twilio.status, twilio.answer = status, {"code": 21211, "message": f"Invalid 'To' Phone Number: {NUMBER}"}
    gateway = gateway_of(twilio.url)
    assert gateway is not None
    with pytest.raises(TextNotSent) as refused:
        gateway.send(NUMBER, "Hello")
    assert refused.value.is_permanent is is_permanent
    assert "21211" in str(refused.value)
    assert "916555" not in str(refused.value)


def test_a_provider_that_is_away_is_no_permanent_failure() -> None:
    with pytest.raises(TextNotSent) as refused:
        TwilioTexts("AC1", "secret", NUMBER, "http://127.0.0.1:1").send(NUMBER, "Hello")
    assert not refused.value.is_permanent
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("written", ["+1 916 555 0100", "+1 (916) 555-0100", NUMBER])
def test_numbers_are_taken_as_people_write_them(written: str) -> None:
    assert checked(written) == NUMBER


@pytest.mark.parametrize(
    "written", ["916 555 0100", "0049 30 1234567", "+0 30 1234567", "+1 916", "+1" + "2" * 15, "911"]
)
def test_a_number_without_a_country_code_is_refused(written: str, tmp_path: Path) -> None:
    with pytest.raises(TextNotSent, match="country code"):
        FileTexts(tmp_path / "texts").send(written, "Hello")
    assert not (tmp_path / "texts").exists()


def test_a_file_keeps_every_message_for_its_owner(tmp_path: Path) -> None:
    gateway = gateway_of(f"file://{tmp_path}/texts")
    assert gateway is not None
    gateway.send(NUMBER, "One")
    gateway.send(NUMBER, "Two")
    kept = tmp_path / "texts"
    assert kept.read_text() == f"To {NUMBER} (1 message):\nOne\n\nTo {NUMBER} (1 message):\nTwo\n\n"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_console_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleTexts().send(NUMBER, "One")
    assert capsys.readouterr().out == f"To {NUMBER} (1 message):\nOne\n\n"


def test_no_setting_is_no_gateway_and_a_wrong_one_is_said() -> None:
    assert gateway_of("") is None
    for url in ("nexmo://key@/1", "twilio://AC1@/+19165550199", "twilio://AC1:secret@/", "file://"):
        with pytest.raises(ValueError, match="SMS_URL"):
            gateway_of(url)


def test_whoever_runs_the_site_can_try_it(
    settings: LazySettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_URL = f"file://{tmp_path}/texts"
    call_command("send_text", "+1 916 555 0100", "a" * 161)
    assert (tmp_path / "texts").read_text().startswith(f"To {NUMBER} (2 messages)")
    assert "1 text sent: 161 places of 7-bit letters, counted as 2." in capsys.readouterr().err


def test_trying_it_says_what_is_missing(settings: LazySettings, tmp_path: Path) -> None:
    settings.SMS_URL = ""
    with pytest.raises(CommandError, match="SMS_URL is not set"):
        call_command("send_text", NUMBER, "Hello")
    settings.SMS_URL = f"file://{tmp_path}/texts"
    with pytest.raises(CommandError, match="country code"):
        call_command("send_text", "911", "Hello")
    call_command("send_text", NUMBER, "Hello", "--dry-run")
    assert not (tmp_path / "texts").exists()


def test_operators_are_texted_in_plain_letters_and_a_wrong_number_keeps_nobody_else_from_it(
    settings: LazySettings, twilio: TwilioSink, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPERATOR_PHONES = ["415-867-5309", NUMBER]
    with caplog.at_level(logging.INFO):
        assert OperatorsOfSettings(NoMail(), gateway_of(twilio.url)).text("The lane “mail” stands still – look.")
    assert twilio.asked[0]["form"]["Body"] == ['Porchlight: The lane "mail" stands still - look.']
    assert "was not taken" in caplog.text
    assert "867" not in caplog.text


def test_without_a_gateway_nobody_is_texted(settings: LazySettings) -> None:
    settings.OPERATOR_PHONES = [NUMBER]
    assert not OperatorsOfSettings(NoMail(), None).text("Look.")
