"""How are waiting digests handed over, each once, whatever breaks on the way?"""

import logging
import random
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time
from email.utils import parseaddr
from functools import cache
from itertools import islice
from time import monotonic
from typing import Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse
from django.utils.dateformat import time_format

from core.lanes import MAIL
from core.queue import nudge
from notifications.choices import WEEKDAYS
from notifications.gateways.mail import MailGateway, MailUnavailable
from notifications.mails.building import BuiltMail
from notifications.mails.identity import message_id
from notifications.mails.reasons import why_digest
from notifications.rules import Channel, Pace, Way
from notifications.rules.retries import kept_words, may_try_again, wait_before
from notifications.services.digests import claims
from notifications.services.digests.claims import Batch, ClaimedDigest
from notifications.services.sending.claims import LEASE, commit_fast, sender_slot
from notifications.services.sending.courier import Answer, Courier, Outcome, Run
from notifications.services.sending.mail import (
    AT_HAND_OVER,
    LOOK_EVERY_COUNT,
    LOOK_EVERY_SECONDS,
    NOT_WRITTEN,
    RUN_SECONDS,
)
from notifications.services.sending.patience import patiently
from notifications.services.suppression import record_mail_came_back
from notifications.unsubscribing import token_for

log = logging.getLogger(__name__)

# What the templates leave open for each recipient.
MARKS = ("unsubscribe_url", "manage_url", "why")


@dataclass(frozen=True, slots=True)
class WrittenDigest:
    """A digest as everybody gets it who wants the same of the same feed.

    Attributes:
        mail: Built with `MARKS`.
        post_count: Police posts in it, those that are only counted included.
    """

    mail: BuiltMail
    post_count: int


class DigestWriter(Protocol):
    """Knows what is in a digest."""

    def look_again(self, digests: Sequence[ClaimedDigest]) -> None:
        """Learn what these hold, and forget what was kept of posts that have changed since."""

    def write(self, digest: ClaimedDigest) -> WrittenDigest | None:
        """What a digest says to its reader; None where nothing in it is new to them any more."""


def send_digests(
    *,
    make_writer: Callable[[], DigestWriter],
    gateway: MailGateway,
    clock: Callable[[], datetime],
    seconds: float = RUN_SECONDS,
) -> None:
    """Hand over what is due, oldest first, until nothing is or the time is up; then it nudges itself.

    One run at a time in the whole installation; a second one leaves at once. It has as many connections as
    `SENDING_CONNECTIONS` says, each with a thread and a database connection of its own.

    Args:
        make_writer: Makes a writer for one thread.
        clock: Gives the moment; asked often.
    """
    run = Run(seconds=seconds)

    def send() -> None:
        _Sender(make_writer(), gateway, run, clock).send_all()

    with sender_slot(MAIL, Way.DIGEST) as is_ours:
        if is_ours:
            with ThreadPoolExecutor(settings.SENDING_CONNECTIONS) as pool:
                senders = [pool.submit(send) for _ in range(settings.SENDING_CONNECTIONS)]
            for sender in senders:
                sender.result()
    # Whoever was refused the slot meanwhile may have come for rows that this run did not see.
    if is_ours and claims.is_anything_due(at=clock()):
        nudge("posts.send_digests", lane=MAIL)


class Letters:
    """Writes out what was written for everybody, for each reader."""

    def __init__(self) -> None:
        unsubscribe = reverse("notifications:unsubscribe", args=["-"])
        self._before_token, _, self._after_token = f"{settings.SITE_URL}{unsubscribe}".rpartition("-")
        self._manage_url = settings.SITE_URL + reverse("notifications:hearing")

    def letter(self, digest: ClaimedDigest, written: WrittenDigest) -> bytes:
        """The finished mail for one reader."""
        token = token_for(person_id=digest.person_id, topic=digest.pace, channel=Channel.EMAIL)
        return written.mail.for_recipient(
            message_id=message_id("digest", digest.id),
            address=digest.address,
            marks={
                "unsubscribe_url": f"{self._before_token}{token}{self._after_token}",
                "manage_url": self._manage_url,
                "why": _why(digest.pace, digest.hour, digest.weekday),
            },
        )


@cache
def _why(pace: Pace, hour: int, weekday: int) -> str:
    """Why it came: "… at 6 p.m.", "… Saturday at 6 p.m." """
    when = time_format(time(hour), "P")
    return why_digest(pace, when if pace == Pace.DAILY else f"{WEEKDAYS[weekday][1]} at {when}")


class _Sender:
    """One thread's part of a run. No transaction is open while a mail is on its way."""

    def __init__(self, writer: DigestWriter, gateway: MailGateway, run: Run, clock: Callable[[], datetime]) -> None:
        self._writer, self._run, self._clock, self._letters = writer, run, clock, Letters()
        self._courier = Courier(gateway, run, sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1])

    def send_all(self) -> None:
        try:
            commit_fast()
            while not self._run.is_over:
                batch = claims.claim(at=self._clock())
                if not batch.looked_at_count:
                    return
                self._send(batch)
        except BaseException:
            self._run.stop()
            raise
        finally:
            self._courier.part()
            connection.close()

    def _send(self, batch: Batch) -> None:
        """Send until the batch is empty, the run is over or the transport is away; the rest goes back."""
        waiting = deque(batch.digests)
        while waiting:
            count = len(waiting)
            if not self._run.is_over and self._courier.is_ready():
                self._send_some(batch, waiting)
            if len(waiting) == count:
                patiently(lambda: claims.give_back(batch, digest_ids=[digest.id for digest in waiting]))
                return
            if batch.lease_until - self._clock() < LEASE / 2:
                patiently(lambda: claims.renew(batch, digest_ids=[digest.id for digest in waiting], at=self._clock()))

    def _send_some(self, batch: Batch, waiting: deque[ClaimedDigest]) -> None:
        """The next few, after a look at whether they may leave and what they hold now."""
        some = list(islice(waiting, LOOK_EVERY_COUNT))
        mine = patiently(lambda: claims.held(batch, digest_ids=[digest.id for digest in some]))
        patiently(lambda: self._writer.look_again(some))
        look_at = monotonic() + LOOK_EVERY_SECONDS
        for digest in some:
            if self._run.is_over or monotonic() >= look_at or not self._courier.is_ready():
                break
            # What is not held any more has ended meanwhile, or is somebody else's.
            if digest.id in mine and not self._send_one(digest):
                break
            waiting.popleft()

    def _send_one(self, digest: ClaimedDigest) -> bool:
        """Whether something became of it, which is written down then; False where nothing was tried."""
        try:
            written = patiently(lambda: self._writer.write(digest))
            content = self._letters.letter(digest, written) if written else b""
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A mistake of ours in one mail must not stand in the way of all that are behind it.
            log.error("Digest %s could not be written as a mail (%s).", digest.id, type(error).__name__)
            self._write_down_refusal(digest, Answer(Outcome.LATER, NOT_WRITTEN))
            return True
        if written is None:
            ids = [digest.id]
            patiently(lambda: claims.mark_superseded(digest_ids=ids, reason=claims.NOTHING_NEW, at=self._clock()))
            return True
        try:
            answer = self._courier.hand_over(recipient=digest.address, content=content)
        except MailUnavailable as error:
            log.warning("Digests wait, because the mail server takes nothing: %s", kept_words(error.words))
            return False
        if answer.outcome == Outcome.SENT:
            count = written.post_count
            patiently(lambda: claims.mark_sent(digest_id=digest.id, post_count=count, at=self._clock()))
        else:
            self._write_down_refusal(digest, answer)
        return True

    def _write_down_refusal(self, digest: ClaimedDigest, answer: Answer) -> None:
        at = self._clock()
        reason = kept_words(answer.words, address=digest.address)
        attempts = digest.attempts + 1
        if answer.outcome == Outcome.LATER and may_try_again(attempts):
            due_at = at + wait_before(attempts + 1, chance=random.random())
            patiently(lambda: claims.retry_later(digest_id=digest.id, reason=reason, due_at=due_at))
        else:
            patiently(lambda: claims.mark_failed(digest_id=digest.id, reason=reason, at=at))
        if answer.is_address_gone:
            patiently(
                lambda: record_mail_came_back(
                    provider=AT_HAND_OVER,
                    event_id=message_id("digest", digest.id),
                    kind="bounced",
                    email=digest.address,
                    is_complaint=False,
                    words=answer.words,
                    at=at,
                )
            )
