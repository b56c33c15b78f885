"""How do the notices of a lane leave by e-mail?

A few threads, each with a connection to the mail server and one to the database. A thread claims a batch, and mail by
mail hands over and writes down what became of it: only then does the next one leave over the same connection. So
whatever ends a worker, at most one mail for each open connection comes twice.
"""

import logging
import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from itertools import islice
from time import monotonic

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from core.queue import nudge
from notifications.gateways.mail import MailGateway, MailUnavailable
from notifications.mails.building import BuiltMail, build_message_mail
from notifications.mails.identity import message_id
from notifications.mails.reasons import why
from notifications.models import Message
from notifications.rules import Channel, Topic
from notifications.rules.retries import kept_words, may_try_again, wait_before
from notifications.services.sending import claims
from notifications.services.sending.claims import Batch, ClaimedNotice
from notifications.services.sending.courier import Answer, Courier, Outcome, Run
from notifications.services.sending.patience import patiently
from notifications.services.suppression import record_mail_came_back
from notifications.unsubscribing import token_for

log = logging.getLogger(__name__)

RUN_SECONDS = 50
# How many mails leave, and for how long, between two looks at whether they still should.
LOOK_EVERY_COUNT = 20
LOOK_EVERY_SECONDS = 1.0
MAILS_KEPT_BUILT = 32

NOT_WRITTEN = "It could not be written."
# In the place of a provider's name, where a mail server said at once that there is no such mailbox.
AT_HAND_OVER = "smtp"


def send_mail(*, lane: str, gateway: MailGateway, clock: Callable[[], datetime], seconds: float = RUN_SECONDS) -> None:
    """Send a lane's e-mail until nothing is due; one sender a lane, whoever comes second leaves at once.

    Args:
        clock: Gives the moment; asked often.
        seconds: After so long the rest is left to the next run, which is asked for.
    """
    with claims.sender_slot(lane, Channel.EMAIL) as is_ours:
        if is_ours:
            send_all(lane=lane, gateway=gateway, clock=clock, run=Run(seconds=seconds))
    # Whoever was refused meanwhile may have come for rows that this run did not see.
    if is_ours and claims.is_anything_due(lane=lane, channel=Channel.EMAIL, at=clock()):
        nudge("notifications.send_mail", lane, lane=lane)


def send_all(*, lane: str, gateway: MailGateway, clock: Callable[[], datetime], run: Run) -> None:
    """Send with as many connections as `SENDING_CONNECTIONS` says, until nothing is due or the run is over."""
    letters = Letters()

    def send() -> None:
        Sender(lane=lane, gateway=gateway, clock=clock, run=run, letters=letters).send_all()

    with ThreadPoolExecutor(settings.SENDING_CONNECTIONS) as pool:
        senders = [pool.submit(send) for _ in range(settings.SENDING_CONNECTIONS)]
    for sender in senders:
        sender.result()


class Letters:
    """The mail of each message, made once for a run, and written out for each recipient."""

    def __init__(self) -> None:
        self._built = lru_cache(maxsize=MAILS_KEPT_BUILT)(self._build)
        self._before_token, _, self._after_token = _address_of("notifications:unsubscribe", "-").rpartition("-")
        self._manage_url = _address_of("notifications:hearing")

    def letter(self, notice: ClaimedNotice) -> bytes:
        token = token_for(person_id=notice.person_id, topic=notice.topic, channel=Channel.EMAIL)
        return self._built(notice.message_id).for_recipient(
            message_id=message_id("notice", notice.id),
            address=notice.address,
            marks={
                "place": notice.place,
                "unsubscribe_url": f"{self._before_token}{token}{self._after_token}",
                "manage_url": self._manage_url,
                "why": why(Topic(notice.topic), notice.place),
            },
        )

    @staticmethod
    def _build(pk: int) -> BuiltMail:
        return build_message_mail(Message.objects.get(pk=pk))


class Sender:
    """One thread's part of a run."""

    def __init__(
        self, *, lane: str, gateway: MailGateway, clock: Callable[[], datetime], run: Run, letters: Letters
    ) -> None:
        self._lane, self._clock, self._run, self._letters = lane, clock, run, letters
        self._courier = Courier(gateway, run, sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1])

    def send_all(self) -> None:
        """Send batch after batch over connections of this thread's own."""
        try:
            claims.commit_fast()
            while not self._run.is_over:
                batch = claims.claim(lane=self._lane, channel=Channel.EMAIL, at=self._clock())
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
        waiting = deque(batch.notices)
        mine: frozenset[int] = frozenset()
        look_at_count, look_at = len(waiting), monotonic()
        has_progress = False
        while waiting:
            if self._run.is_over or not self._courier.is_ready():
                claims.give_back(batch, notice_ids=[notice.id for notice in waiting])
                return
            if len(waiting) <= look_at_count or monotonic() >= look_at:
                now = self._clock()
                if has_progress and batch.lease_until - now < claims.LEASE / 2:
                    claims.renew(batch, notice_ids=[notice.id for notice in waiting], at=now)
                    has_progress = False
                next_ids = [notice.id for notice in islice(waiting, LOOK_EVERY_COUNT)]
                mine = self._held(batch, next_ids, now)
                look_at_count, look_at = len(waiting) - len(next_ids), monotonic() + LOOK_EVERY_SECONDS
            notice = waiting.popleft()
            # What is not held any more has ended meanwhile, or is somebody else's.
            if notice.id in mine:
                answer = self._hand_over(notice)
                if answer is None:
                    waiting.appendleft(notice)
                else:
                    self._write_down(notice, answer)
                    has_progress = True

    @staticmethod
    def _held(batch: Batch, notice_ids: list[int], at: datetime) -> frozenset[int]:
        return patiently(lambda: claims.held(batch, notice_ids=notice_ids, at=at))

    def _hand_over(self, notice: ClaimedNotice) -> Answer | None:
        """What became of it; None where nothing was tried."""
        try:
            content = patiently(lambda: self._letters.letter(notice))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A mistake of ours in one mail must not stand in the way of all that are behind it.
            log.error("Notice %s could not be written as a mail (%s).", notice.id, type(error).__name__)
            return Answer(Outcome.LATER, NOT_WRITTEN)
        try:
            return self._courier.hand_over(recipient=notice.address, content=content)
        except MailUnavailable as error:
            log.warning("The mail server takes nothing: %s", kept_words(error.words))
            return None

    def _write_down(self, notice: ClaimedNotice, answer: Answer) -> None:
        at, ids = self._clock(), [notice.id]
        if answer.outcome == Outcome.SENT:
            patiently(lambda: claims.mark_sent(notice_ids=ids, at=at))
            return
        reason = kept_words(answer.words, address=notice.address)
        attempts = notice.attempts + 1
        if answer.outcome == Outcome.LATER and may_try_again(attempts):
            due_at = at + wait_before(attempts + 1, chance=random.random())
            patiently(lambda: claims.retry_later(notice_ids=ids, due_at=due_at, reason=reason))
        else:
            patiently(lambda: claims.mark_failed(notice_ids=ids, at=at, reason=reason))
        if answer.is_address_gone:
            patiently(
                lambda: record_mail_came_back(
                    provider=AT_HAND_OVER,
                    event_id=message_id("notice", notice.id),
                    kind="bounced",
                    email=notice.address,
                    is_complaint=False,
                    words=answer.words,
                    at=at,
                )
            )


def _address_of(name: str, *args: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
