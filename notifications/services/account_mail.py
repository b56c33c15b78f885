"""How do mails that concern an account leave: kept with what gave rise to them, sealed, and handed over once?

There are few of them and somebody waits for most, so each is claimed, handed over and ended by itself.
"""

import json
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from cryptography.fernet import InvalidToken
from django.db import connection, transaction

from accounts import encryption
from core.lanes import ACCOUNT
from core.queue import nudge
from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable
from notifications.gateways.transport import mail_transport
from notifications.mails.identity import message_id
from notifications.models import Mail
from notifications.rules.retries import kept_words, wait_before

log = logging.getLogger(__name__)

# Longer than any transport may take for one mail; what a dead sender held waits so long.
LEASE = timedelta(seconds=60)
RUN_SECONDS = 50

TOO_LATE = "It could not be handed over while it was worth anything."
KEY_IS_GONE = "The key it was sealed under is gone."


@dataclass(frozen=True, slots=True)
class FinishedMail:
    """A mail to one address, ready to leave but for its Message-ID.

    Attributes:
        kind: How it is called in logs and counts.
        sender: Where it comes back to.
        content: ASCII, its lines ended by CRLF.
        lasts: How long it is worth sending.
    """

    kind: str
    sender: str
    recipient: str
    content: bytes
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class _ClaimedMail:
    id: int
    kind: str
    sealed: bytes
    attempts: int


@transaction.atomic
def keep_mails(*, mails: Sequence[FinishedMail], at: datetime) -> None:
    """Keep mails in the current transaction; from commit on they leave, and with a rollback they are gone.

    A worker sends them. Where the broker is away, whoever waits for a code still gets it: a mail that was kept alone is
    then handed over by this process, after the commit.
    """
    rows = Mail.objects.bulk_create(
        Mail(kind=mail.kind[:60], sealed=_sealed(mail), made_at=at, due_at=at, expires_at=at + mail.lasts)
        for mail in mails
    )

    def hand_over() -> None:
        hand_over_mail(mail_id=rows[0].pk, at=at)

    nudge("notifications.send_account_mail", lane=ACCOUNT, otherwise=hand_over if len(rows) == 1 else None)


def send_account_mail(*, clock: Callable[[], datetime]) -> None:
    """Hand over what waits, oldest first, until nothing is due or the run has lasted long enough.

    Args:
        clock: Asked before each mail, because a run takes a while.
    """
    ends_at = monotonic() + RUN_SECONDS
    _end_expired(clock())
    sender: MailConnection | None = None
    try:
        while monotonic() < ends_at and _is_anything_due(clock()):
            if sender is None or not sender.is_open:
                sender = mail_transport().open()
            if mail := _claim(at=clock()):
                _hand_over(mail, sender, clock)
    except MailUnavailable as error:
        # What waits stays as it is; the next tick tries again.
        log.warning("Mail that concerns accounts cannot leave: %s", kept_words(error.words))
        return
    finally:
        if sender is not None:
            sender.close()
    if monotonic() >= ends_at:
        nudge("notifications.send_account_mail", lane=ACCOUNT)


def hand_over_mail(*, mail_id: int, at: datetime) -> None:
    """Hand over this mail now, if nobody else has it."""
    try:
        sender = mail_transport().open()
    except MailUnavailable as error:
        log.warning("A mail that concerns an account waits: %s", kept_words(error.words))
        return
    try:
        if mail := _claim(at=at, mail_id=mail_id):
            _hand_over(mail, sender, lambda: at)
    except MailUnavailable as error:
        log.warning("A mail that concerns an account waits: %s", kept_words(error.words))
    finally:
        sender.close()


def _hand_over(mail: _ClaimedMail, sender: MailConnection, clock: Callable[[], datetime]) -> None:
    """Send a claimed mail and write down what became of it.

    Raises:
        MailUnavailable: None can leave now; this one waits again.
    """
    try:
        envelope = json.loads(encryption.decrypt(mail.sealed.decode()))
    except InvalidToken:
        _end(mail, "failed", KEY_IS_GONE, clock())
        log.warning("Mail %s of the kind %s was sealed under a key that is gone.", mail.id, mail.kind)
        return
    content = f"Message-ID: {message_id('mail', mail.id)}\r\n{envelope['content']}".encode("ascii")
    try:
        sender.send(sender=envelope["sender"], recipient=envelope["recipient"], content=content)
    except MailUnavailable as error:
        _wait(mail, kept_words(error.words, address=envelope["recipient"]), clock())
        raise
    except MailRefused as error:
        words = kept_words(error.words, address=envelope["recipient"])
        log.warning("Mail %s of the kind %s was not taken: %s", mail.id, mail.kind, words)
        if error.is_permanent:
            _end(mail, "failed", words, clock())
        else:
            _wait(mail, words, clock())
    else:
        _end(mail, "sent", "", clock())


def _sealed(mail: FinishedMail) -> bytes:
    envelope = {"sender": mail.sender, "recipient": mail.recipient, "content": mail.content.decode("ascii")}
    return encryption.encrypt(json.dumps(envelope)).encode()


def _is_anything_due(at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 1 FROM notifications_mail
            WHERE state = 'waiting' AND due_at <= %s AND expires_at > %s AND (lease_until IS NULL OR lease_until < %s)
            ORDER BY due_at, id LIMIT 1
            """,
            [at, at, at],
        )
        return cursor.fetchone() is not None


def _claim(*, at: datetime, mail_id: int | None = None) -> _ClaimedMail | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_mail SET lease_until = %(lease_until)s, attempts = attempts + 1
            WHERE id = (
                SELECT id FROM notifications_mail
                WHERE state = 'waiting' AND due_at <= %(at)s AND expires_at > %(at)s
                    AND (lease_until IS NULL OR lease_until < %(at)s)
                    AND (%(mail_id)s::bigint IS NULL OR id = %(mail_id)s::bigint)
                ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING id, kind, sealed, attempts
            """,
            {"at": at, "lease_until": at + LEASE, "mail_id": mail_id},
        )
        row = cursor.fetchone()
    return None if row is None else _ClaimedMail(row[0], row[1], bytes(row[2]), row[3])


def _end(mail: _ClaimedMail, state: str, reason: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_mail
            SET state = %s, reason = %s, ended_at = %s, sealed = NULL, lease_until = NULL
            WHERE id = %s AND state = 'waiting'
            """,
            [state, reason, at, mail.id],
        )


def _wait(mail: _ClaimedMail, reason: str, at: datetime) -> None:
    due_at = at + wait_before(mail.attempts + 1, chance=random.random())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_mail SET due_at = %s, reason = %s, lease_until = NULL
            WHERE id = %s AND state = 'waiting'
            """,
            [due_at, reason, mail.id],
        )


def _end_expired(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_mail
            SET state = 'failed', reason = %s, ended_at = %s, sealed = NULL, lease_until = NULL
            WHERE state = 'waiting' AND expires_at <= %s AND (lease_until IS NULL OR lease_until < %s)
            """,
            [TOO_LATE, at, at, at],
        )
        if cursor.rowcount:
            log.warning("%s mails that concern accounts came too late to be sent.", cursor.rowcount)
