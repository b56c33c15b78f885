"""Does mail leave only over a line that nobody else reads, and only to the server it is meant for?"""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications.gateways.mail import MailUnavailable
from notifications.gateways.smtp import SmtpGateway
from tests.sinks.smtp import PASSWORD, USER, SmtpSink


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "sink.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def sink(certificate: Path, tmp_path: Path) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path, certificate=certificate)
    sink.start()
    yield sink
    sink.stop()


def gateway(sink: SmtpSink, password: str = PASSWORD) -> SmtpGateway:
    return SmtpGateway("127.0.0.1", sink.port, user=USER, password=password, uses_starttls=True)


def test_a_mail_leaves_encrypted_to_a_server_that_is_who_it_says(
    sink: SmtpSink, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connection = gateway(sink).open()
    connection.send(sender="us@city.test", recipient="maria@x.test", content=b"Message-ID: <1@x>\r\n\r\nHello\r\n")
    connection.close()
    assert sink.counts() == {("<1@x>", "maria@x.test"): 1}


def test_a_server_whose_certificate_nobody_vouches_for_learns_no_password(sink: SmtpSink) -> None:
    with pytest.raises(MailUnavailable) as caught:
        gateway(sink).open()
    assert "SSLCertVerificationError" in caught.value.words


def test_a_wrong_password_is_said_in_the_servers_words(
    sink: SmtpSink, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(MailUnavailable) as caught:
        gateway(sink, password="not it").open()
    assert caught.value.words.startswith("535")


def test_nothing_is_sent_in_clear_to_a_server_that_wants_encryption(sink: SmtpSink) -> None:
    connection = SmtpGateway("127.0.0.1", sink.port).open()
    with pytest.raises(MailUnavailable) as caught:
        connection.send(sender="us@city.test", recipient="maria@x.test", content=b"\r\n")
    assert caught.value.words.startswith("530")
    assert sink.received() == []
