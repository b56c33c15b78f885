"""Does a mail reach a real SMTP server as it was written, and is its answer understood?"""

from collections.abc import Iterator

import pytest

from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable
from notifications.gateways.smtp import MAILS_PER_CONNECTION, SmtpGateway
from tests.servers import free_port
from tests.sinks.smtp import SmtpSink

SENDER = "porchlight@city.test"


def mail(message_id: str = "<notice.1@city.test>", body: bytes = b"Hello\r\n") -> bytes:
    return b"From: Porchlight <porchlight@city.test>\r\nMessage-ID: " + message_id.encode() + b"\r\n\r\n" + body


def body_of(received: dict[str, str]) -> str:
    return received["content"].split("\r\n\r\n", 1)[1]


@pytest.fixture
def connection(sink: SmtpSink) -> Iterator[MailConnection]:
    connection = SmtpGateway("127.0.0.1", sink.port, greeted_as="city.test").open()
    yield connection
    connection.close()


def refusal(connection: MailConnection, recipient: str) -> MailRefused:
    with pytest.raises(MailRefused) as caught:
        connection.send(sender=SENDER, recipient=recipient, content=mail())
    assert recipient not in str(caught.value)
    return caught.value


def test_many_mails_leave_over_one_connection_each_as_it_was_written(
    sink: SmtpSink, connection: MailConnection
) -> None:
    bodies = [b"One\r\n", b".\r\n..two\r\n.three", b""]
    for number, body in enumerate(bodies):
        words = connection.send(sender=SENDER, recipient=f"{number}@x.test", content=mail(f"<{number}@x>", body))
        assert words == "250 2.0.0 Taken"
    connection.close()
    assert not connection.is_open
    came = sink.received()
    assert [one["message_id"] for one in came] == ["<0@x>", "<1@x>", "<2@x>"]
    assert [one["content"].split("\r\n\r\n", 1)[1].rstrip("\r\n") for one in came] == [
        "One",
        ".\r\n..two\r\n.three",
        "",
    ]
    assert {one["sender"] for one in came} == {SENDER}
    assert sink.greeting_count() == 1


def test_who_is_not_there_is_told_from_who_is_full_and_the_next_mail_leaves_all_the_same(
    sink: SmtpSink, connection: MailConnection
) -> None:
    gone = refusal(connection, "gone@x.test")
    assert (gone.is_permanent, gone.is_address_gone) == (True, True)
    assert gone.words == "550 5.1.1 <gone@x.test>: no such mailbox"
    full = refusal(connection, "full@x.test")
    assert (full.is_permanent, full.is_address_gone) == (False, False)
    spam = refusal(connection, "spam@x.test")
    assert (spam.is_permanent, spam.is_address_gone) == (True, False)
    connection.send(sender=SENDER, recipient="there@x.test", content=mail())
    assert [one["recipient"] for one in sink.received()] == ["there@x.test"]
    assert sink.greeting_count() == 1


def test_a_connection_cut_after_the_mail_is_no_answer(sink: SmtpSink, connection: MailConnection) -> None:
    dropped = refusal(connection, "drop@x.test")
    assert not dropped.is_permanent
    assert not connection.is_open
    again = SmtpGateway("127.0.0.1", sink.port).open()
    again.send(sender=SENDER, recipient="drop@x.test", content=mail())
    again.close()
    assert list(sink.counts().values()) == [2]


def test_a_server_that_takes_nothing_from_us_is_unavailable_to_everybody(
    sink: SmtpSink, connection: MailConnection
) -> None:
    sink.set_mood(mail="530 5.7.0 Authentication required")
    with pytest.raises(MailUnavailable) as caught:
        connection.send(sender=SENDER, recipient="there@x.test", content=mail())
    assert caught.value.words == "530 5.7.0 Authentication required"
    assert not connection.is_open


def test_where_nobody_listens_nothing_was_tried() -> None:
    with pytest.raises(MailUnavailable) as caught:
        SmtpGateway("127.0.0.1", free_port(), timeout_seconds=5).open()
    assert "could not be reached" in caught.value.words


def test_no_address_can_add_a_command(sink: SmtpSink, connection: MailConnection) -> None:
    for address in ("a@x.test>\r\nRCPT TO:<b@x.test", "a b@x.test", "nobody", "<a@x.test>"):
        assert refusal(connection, address).is_permanent
    assert connection.is_open
    connection.send(sender=SENDER, recipient="there@x.test", content=mail())
    assert [one["recipient"] for one in sink.received()] == ["there@x.test"]


def test_letters_of_every_alphabet_reach_their_mailbox(sink: SmtpSink, connection: MailConnection) -> None:
    connection.send(sender=SENDER, recipient="maria@bücher.test", content=mail())
    connection.send(sender=SENDER, recipient="josé@x.test", content=mail())
    assert [one["recipient"] for one in sink.received()] == ["maria@xn--bcher-kva.test", "josé@x.test"]


def test_a_connection_ends_before_servers_tire_of_it(sink: SmtpSink, connection: MailConnection) -> None:
    for number in range(MAILS_PER_CONNECTION):
        assert connection.is_open
        connection.send(sender=SENDER, recipient=f"{number}@x.test", content=mail())
    assert not connection.is_open
