"""What does an e-mail to each of many people cost, beside handing prebuilt bytes to the same mail server?"""

import resource
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import psycopg
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from benchmarks.report import Measure
from benchmarks.seeding import owner_connection, seed_city
from benchmarks.timing import median_seconds
from core.lanes import MAIL
from notifications.gateways.backend import message_of
from notifications.gateways.mail import MailConnection, MailGateway
from notifications.gateways.smtp import SmtpGateway
from notifications.models import Message
from notifications.rules import Act, Channel, Source, Topic
from notifications.services.sending import claims
from notifications.services.sending.claims import ClaimedNotice
from notifications.services.sending.courier import Run
from notifications.services.sending.mail import Letters, send_all

NAME = "mail"

GOAL = 1.3
GOAL_BESIDE_DJANGO = 2.0
MEMORY_GOAL = 1.2
SENDER = "porchlight@city.example"
LONG_SECONDS = 3600.0

_NOTICES = """
INSERT INTO notifications_notice (message_id, person_id, neighborhood_id, channel, lane, due_at)
SELECT %s, person_id, neighborhood_id, 'email', 'mail', now() + %s FROM neighborhoods_residency
ORDER BY person_id LIMIT %s
"""
_TEXT = "Two cars were opened overnight on the 700 block. Please look whether something is missing from yours.\n\n" * 4


class NullGateway:
    """Takes every mail at once: what is left is everything but the mail server."""

    is_open = True

    def open(self) -> MailConnection:
        return self

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        return ""

    def close(self) -> None:
        return


def run(*, quick: bool = False) -> Iterator[Measure]:
    """Memory first, because a process's peak only grows; then one connection, the state of a mail, and a worker."""
    few, many = (100, 300) if quick else (10_000, 1_000_000)
    count, rounds = (100, 1) if quick else (2_000, 7)
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=130, of_area=10, residents=many)
        yield from _memory(owner, few=few, many=many)
        yield from _one_connection(owner, count=count, rounds=rounds)
        yield from _worker(owner, count=count, rounds=rounds)


def _memory(owner: psycopg.Connection, *, few: int, many: int) -> Iterator[Measure]:
    """Everything a worker does but for the mail server, which would keep it waiting and needs none of its memory."""
    _tell(owner, few)
    _send_all(NullGateway())
    few_kb = _peak_kb()
    _tell(owner, many)
    _send_all(NullGateway())
    yield Measure(
        NAME, f"peak memory, {many:,} recipients beside {few:,}", _peak_kb() / 1024, "MiB", few_kb / 1024, MEMORY_GOAL
    )


def _one_connection(owner: psycopg.Connection, *, count: int, rounds: int) -> Iterator[Measure]:
    _tell(owner, count)
    notices = claims.claim(lane=MAIL, channel=Channel.EMAIL, at=timezone.now(), limit=count).notices
    letters = Letters()
    prebuilt = [(notice.address, letters.letter(notice)) for notice in notices]
    for pipelines in (False, True):
        with smtp_sink(pipelines=pipelines) as port, smtplib.SMTP("127.0.0.1", port) as bare:
            gateway = SmtpGateway("127.0.0.1", port)
            seconds = median_seconds(
                {
                    "ours": partial(_hand_over, gateway, letters, notices),
                    "bare": partial(_send_prebuilt, bare, prebuilt),
                },
                rounds=rounds,
                warm_up=1,
            )
            _check(port, 2 * (rounds + 1) * count)
        what = "written out and handed over, one connection"
        yield Measure(
            NAME,
            f"{what}, a server that takes commands in one go" if pipelines else what,
            seconds["ours"] / count * 1e6,
            "µs",
            seconds["bare"] / count * 1e6,
            GOAL,
        )
    claims.commit_fast()
    state = median_seconds({"state": partial(_mark_each, notices)}, rounds=rounds, warm_up=1)["state"]
    yield Measure(NAME, "its state committed", state / count * 1e6, "µs")


def _worker(owner: psycopg.Connection, *, count: int, rounds: int) -> Iterator[Measure]:
    """Claimed, written out, handed over, its state committed: all that a worker does, beside Django's way."""
    with smtp_sink(pipelines=False) as port:
        _tell(owner, count)
        notices = claims.claim(lane=MAIL, channel=Channel.EMAIL, at=timezone.now(), limit=count).notices
        letters = Letters()
        messages = [message_of(letters.letter(notice), recipient=notice.address) for notice in notices]
        claims.mark_sent(notice_ids=[notice.id for notice in notices], at=timezone.now())
        # Each turn of the worker sends rows of its own, which are due an hour after those of the turn before.
        hours = [timedelta(hours=number) for number in range(1, rounds + 2)]
        for after in hours:
            _tell(owner, count, due_after=after)
        turns = iter(hours)
        seconds = median_seconds(
            {
                "worker": lambda: _send_all(SmtpGateway("127.0.0.1", port), ahead=next(turns)),
                "django": partial(_send_messages, port, messages),
            },
            rounds=rounds,
            warm_up=1,
        )
        _check(port, 2 * (rounds + 1) * count)
    yield Measure(
        NAME,
        f"a worker with {settings.SENDING_CONNECTIONS} connections beside Django’s send_messages()",
        count / seconds["worker"],
        "mails/s",
        count / seconds["django"],
        GOAL_BESIDE_DJANGO,
        better="higher",
    )


def _tell(owner: psycopg.Connection, count: int, *, due_after: timedelta = timedelta()) -> None:
    """A message to so many people."""
    now = timezone.now()
    message = Message.objects.create(
        source=Source.POST,
        source_id=1,
        version=Message.objects.count() + 1,
        act=Act.NEWS,
        topic=Topic.CRIME,
        lane=MAIL,
        label="Last night",
        title="Two cars opened overnight on the 700 block of V Street",
        text=_TEXT,
        path="/posts/1/",
        sender="Central Command",
        to_whom="{place} and 3 more neighborhoods",
        said_at=now,
        made_at=now,
    )
    owner.execute(_NOTICES, [message.pk, due_after, count])
    owner.execute("VACUUM ANALYZE notifications_notice")


def _send_all(gateway: MailGateway, *, ahead: timedelta = timedelta()) -> None:
    """All that is due, at a time that is so far ahead."""
    send_all(lane=MAIL, gateway=gateway, clock=lambda: timezone.now() + ahead, run=Run(seconds=LONG_SECONDS))


def _hand_over(gateway: MailGateway, letters: Letters, notices: list[ClaimedNotice]) -> None:
    to_server = gateway.open()
    for notice in notices:
        if not to_server.is_open:
            to_server = gateway.open()
        to_server.send(sender=SENDER, recipient=notice.address, content=letters.letter(notice))
    to_server.close()


def _send_prebuilt(bare: smtplib.SMTP, prebuilt: list[tuple[str, bytes]]) -> None:
    for address, content in prebuilt:
        bare.sendmail(SENDER, [address], content)


def _mark_each(notices: list[ClaimedNotice]) -> None:
    for notice in notices:
        claims.mark_sent(notice_ids=[notice.id], at=timezone.now())


def _send_messages(port: int, messages: list[EmailMultiAlternatives]) -> None:
    EmailBackend(host="127.0.0.1", port=port, username="", password="").send_messages(messages)


@contextmanager
def smtp_sink(*, pipelines: bool) -> Iterator[int]:
    """A mail server in a process of its own; gives its port."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.smtp_sink", str(port), *(["--pipelining"] if pipelines else [])]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield port
    finally:
        process.terminate()
        process.wait()


def _check(port: int, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        came = int(smtp.help())
    assert came == count, f"{came} of {count} mails came"


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
