"""Which transport does an installation's e-mail take, and what does it say where there is none?"""

from typing import Any

import pytest
from django.core import mail as outbox

from notifications.gateways.backend import BackendGateway
from notifications.gateways.dropping import NO_SERVER, DroppingGateway
from notifications.gateways.mail import MailRefused
from notifications.gateways.smtp import SmtpGateway
from notifications.gateways.transport import DUMMY, SMTP, mail_transport

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
CONTENT = (
    b"From: Porchlight <porchlight@city.test>\r\nTo: maria@x.test\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"Message-ID: <notice.7@city.test>\r\nList-Unsubscribe: <https://city.test/u/1/>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Caf=C3=A9</p>\r\n"
    b"--b--\r\n"
)


def test_a_mail_server_is_spoken_to_by_our_own_gateway(settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "mail.city.test", 587
    settings.SITE_URL = "https://porchlight.city.test"
    gateway = mail_transport()
    assert isinstance(gateway, SmtpGateway)
    assert (gateway.host, gateway.port, gateway.greeted_as) == ("mail.city.test", 587, "porchlight.city.test")


def test_without_a_mail_server_a_mail_fails_and_says_why(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.MAIL_TRANSPORT = DUMMY
    gateway = mail_transport()
    assert isinstance(gateway, DroppingGateway)
    with pytest.raises(MailRefused) as caught:
        gateway.open().send(sender="a@city.test", recipient="maria@x.test", content=CONTENT)
    assert caught.value.is_permanent
    assert caught.value.words == NO_SERVER
    assert "EMAIL_URL is not set" in caplog.text
    assert "maria" not in caplog.text


def test_any_other_backend_of_django_gets_the_mail_with_all_its_parts(settings: Any) -> None:
    settings.MAIL_TRANSPORT = LOCMEM
    gateway = mail_transport()
    assert isinstance(gateway, BackendGateway)
    connection = gateway.open()
    connection.send(sender="porchlight@city.test", recipient="maria@x.test", content=CONTENT)
    connection.close()
    (message,) = outbox.outbox
    assert isinstance(message, outbox.EmailMultiAlternatives)
    assert (message.subject, message.body, message.to) == ("Café", "Café", ["maria@x.test"])
    assert message.from_email == "Porchlight <porchlight@city.test>"
    assert [tuple(part) for part in message.alternatives] == [("<p>Café</p>", "text/html")]
    assert message.extra_headers == {
        "Message-ID": "<notice.7@city.test>",
        "List-Unsubscribe": "<https://city.test/u/1/>",
    }
