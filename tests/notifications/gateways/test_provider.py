"""Does a provider that is spoken to over its own interface get the whole mail, and is its answer understood?"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable
from notifications.gateways.transport import mail_transport
from tests.notifications.gateways.test_transport import CONTENT


class Provider(BaseHTTPRequestHandler):
    """Postmark's interface, as far as one mail needs it: what comes is kept, what it answers is set."""

    came: list[dict[str, Any]]
    status: int
    answer: dict[str, Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append(json.loads(body))
        answer = json.dumps(self.answer).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def provider(settings: Any) -> Iterator[type[Provider]]:
    class Fresh(Provider):
        came: list[dict[str, Any]] = []
        status = 200
        answer: dict[str, Any] = {"ErrorCode": 0, "Message": "OK", "MessageID": "p-1", "To": "maria@x.test"}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.MAIL_TRANSPORT = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "a key",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 10,
    }
    yield Fresh
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def connection(provider: type[Provider]) -> Iterator[MailConnection]:
    connection = mail_transport().open()
    yield connection
    connection.close()


def send(connection: MailConnection) -> str:
    return connection.send(sender="porchlight@city.test", recipient="maria@x.test", content=CONTENT)


def test_a_provider_gets_text_html_and_every_line_of_the_head(
    provider: type[Provider], connection: MailConnection
) -> None:
    assert send(connection) == "accepted as p-1"
    (mail,) = provider.came
    assert (mail["To"], mail["Subject"], mail["TextBody"], mail["HtmlBody"]) == (
        "maria@x.test",
        "Café",
        "Café",
        "<p>Café</p>",
    )
    head = {line["Name"]: line["Value"] for line in mail["Headers"]}
    assert head["Message-ID"] == "<notice.7@city.test>"
    assert head["List-Unsubscribe"] == "<https://city.test/u/1/>"
    assert connection.is_open


@pytest.mark.parametrize(("status", "is_permanent"), [(422, True), (400, True), (500, False), (503, False)])
def test_a_refusal_is_for_good_or_for_now(
    provider: type[Provider], connection: MailConnection, status: int, is_permanent: bool
) -> None:
    provider.status, provider.answer = status, {"ErrorCode": 300, "Message": "Not this one."}
    with pytest.raises(MailRefused) as caught:
        send(connection)
    assert caught.value.is_permanent is is_permanent
    assert "Not this one." in caught.value.words
    assert connection.is_open


@pytest.mark.parametrize("status", [401, 429])
def test_what_a_provider_has_against_us_is_about_every_mail(
    provider: type[Provider], connection: MailConnection, status: int
) -> None:
    provider.status, provider.answer = status, {"ErrorCode": 10, "Message": "Bad token"}
    with pytest.raises(MailUnavailable) as caught:
        send(connection)
    assert "Bad token" in caught.value.words
    assert not connection.is_open


def test_a_provider_that_cannot_be_reached_has_nothing(provider: type[Provider], settings: Any) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    connection = mail_transport().open()
    with pytest.raises(MailRefused) as caught:
        send(connection)
    assert not caught.value.is_permanent
    assert not connection.is_open
