"""How do the notices of a lane reach people's browsers?

Many messages are in flight at once, over kept connections. Between two looks at the database the event loop stands
still, so everything here but the way to the push services is plain code: claim, start, wait for some, write down what
became of them. What is in flight and not written down is at most `IN_FLIGHT` messages a push service: that many come
again, under the same topic, if the worker is killed.
"""

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from time import monotonic

import uvloop
from django.conf import settings
from django.db import connection

from core.queue import nudge
from core.shutdown import is_shutting_down
from notifications.gateways.web_push import (
    Answer,
    Device,
    Outcome,
    PushMessage,
    SealedPush,
    WebPushGateway,
    seal,
)
from notifications.models import Message, PushSubscription
from notifications.push_messages import push_message
from notifications.rules import Channel
from notifications.rules.retries import may_try_again, wait_before
from notifications.services.sending import claims
from notifications.services.sending.claims import Batch, ClaimedNotice
from notifications.services.sending.patience import patiently

log = logging.getLogger(__name__)

# To each push service.
IN_FLIGHT = 32
# How long answers are collected before they are written down together.
COLLECT_SECONDS = 0.05
RUN_SECONDS = 50
# What a device was last sent is for its owner, who does not need it to the minute.
REMEMBER_EVERY = timedelta(days=1)
# Of the rest a push service asked for.
RETRY_SPREAD = 0.2

BROKEN_KEYS = "The keys of this device are broken."
NO_DEVICE = "No device of this person shows push messages any more."


@dataclass(slots=True, eq=False)
class _Letter:
    """One claimed notice on its way to all devices of a person."""

    notice: ClaimedNotice
    batch: Batch
    message: PushMessage
    left_count: int = 0
    has_begun: bool = False
    is_sent: bool = False
    answers: list[Answer] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Copy:
    """A letter to one device."""

    letter: _Letter
    device: Device
    is_to_remember: bool


class PushSender:
    """Sends what waits in one lane.

    Args:
        clock: Asked before each statement, because a run takes a while.
    """

    def __init__(self, *, lane: str, gateway: WebPushGateway, clock: Callable[[], datetime]) -> None:
        self._lane, self._gateway, self._clock = lane, gateway, clock
        self._waiting: dict[str, deque[_Copy]] = {}
        self._in_flight_counts: Counter[str] = Counter()
        self._finished: list[tuple[_Copy, Answer]] = []
        self._flights: set[asyncio.Task[None]] = set()
        self._open: dict[int, _Letter] = {}
        self._messages: dict[tuple[int, str], PushMessage] = {}
        self._enough, self._enough_count = asyncio.Event(), 0

    def run(self, *, seconds: float = RUN_SECONDS) -> None:
        """Send until nothing is due or the time is up; what was claimed and not started then goes back."""
        ends_at = monotonic() + seconds
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._gateway.__aenter__())
            try:
                is_more = True
                while is_more or self._open:
                    if monotonic() >= ends_at or is_shutting_down():
                        self._give_back()
                        is_more = False
                    if is_more and len(self._open) < claims.BATCH_SIZE // 2:
                        is_more = patiently(self._claim)
                    self._start(runner)
                    if self._flights:
                        runner.run(self._some_answers())
                    self._write_down()
            finally:
                runner.run(self._gateway.__aexit__(None, None, None))

    def _claim(self) -> bool:
        """Take the next batch; whether there may be more."""
        batch = claims.claim(lane=self._lane, channel=Channel.PUSH, at=self._clock())
        devices: dict[int, list[PushSubscription]] = {}
        for one in PushSubscription.objects.filter(person__in={notice.person_id for notice in batch.notices}):
            devices.setdefault(one.person_id, []).append(one)
        self._learn_messages(batch)
        at = self._clock()
        for notice in batch.notices:
            letter = _Letter(notice, batch, self._messages[notice.message_id, notice.place])
            self._open[notice.id] = letter
            for one in devices.get(notice.person_id, ()):
                letter.left_count += 1
                is_to_remember = one.last_sent_at is None or one.last_sent_at < at - REMEMBER_EVERY
                copy = _Copy(letter, Device(one.pk, one.endpoint, one.p256dh, one.auth), is_to_remember)
                self._waiting.setdefault(copy.device.origin, deque()).append(copy)
        self._close([self._open[notice.id] for notice in batch.notices if notice.person_id not in devices])
        return batch.looked_at_count > 0

    def _learn_messages(self, batch: Batch) -> None:
        wanted = {(notice.message_id, notice.place) for notice in batch.notices} - self._messages.keys()
        messages = Message.objects.in_bulk({message_id for message_id, _ in wanted})
        for message_id, place in wanted:
            self._messages[message_id, place] = push_message(messages[message_id], place=place)

    def _start(self, runner: asyncio.Runner) -> None:
        """Let as many leave as have room, after a look at whether they still may."""
        chosen: list[_Copy] = []
        for origin, waiting in self._waiting.items():
            room = IN_FLIGHT - self._in_flight_counts[origin]
            chosen += [waiting.popleft() for _ in range(min(room, len(waiting)))]
        if not chosen:
            return
        mine = self._held(copy.letter for copy in chosen)
        leaving: list[tuple[_Copy, SealedPush]] = []
        for copy in chosen:
            if copy.letter.notice.id not in mine:
                # It ended meanwhile, or is somebody else's by now: nothing is left to write down.
                self._open.pop(copy.letter.notice.id, None)
                continue
            copy.letter.has_begun = True
            try:
                leaving.append((copy, seal(copy.letter.message, copy.device)))
            except ValueError:
                self._finished.append((copy, Answer(Outcome.GONE, BROKEN_KEYS)))
        for copy, sealed in leaving:
            self._in_flight_counts[sealed.origin] += 1
            flight = runner.get_loop().create_task(self._fly(copy, sealed))
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)

    def _held(self, letters: Iterable[_Letter]) -> set[int]:
        """Of these notices, which are still to be sent; one that reached a first device goes on to the others."""
        asked = list(letters)
        mine = {letter.notice.id for letter in asked if letter.is_sent}
        for batch, notice_ids in _by_batch(letter for letter in asked if not letter.is_sent):
            mine |= patiently(partial(claims.held, batch, notice_ids=notice_ids, at=self._clock()))
        return mine

    async def _fly(self, copy: _Copy, sealed: SealedPush) -> None:
        try:
            answer = await self._gateway.push(sealed)
        except Exception as error:
            # Not the push service's fault but ours: it must not stand in the way of everybody else's.
            log.error("A push message could not be handed over (%s).", type(error).__name__)
            answer = Answer(Outcome.LATER, "It could not be handed over.")
        self._in_flight_counts[sealed.origin] -= 1
        self._finished.append((copy, answer))
        if len(self._finished) >= self._enough_count:
            self._enough.set()

    async def _some_answers(self) -> None:
        """Wait until about half of what is in flight was answered, or for a moment."""
        self._enough = asyncio.Event()
        self._enough_count = min(IN_FLIGHT // 2, len(self._flights))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), COLLECT_SECONDS)

    def _write_down(self) -> None:
        """What became of every copy that was answered, and of each letter that has nothing left to wait for."""
        finished, self._finished = self._finished, []
        if not finished:
            return
        at = self._clock()
        sent, gone, remembered = [], [], []
        for copy, answer in finished:
            letter = copy.letter
            letter.left_count -= 1
            letter.answers.append(answer)
            if answer.outcome == Outcome.GONE:
                gone.append(copy.device.id)
            elif answer.outcome == Outcome.ACCEPTED:
                if copy.is_to_remember:
                    remembered.append(copy.device.id)
                if not letter.is_sent:
                    letter.is_sent = True
                    sent.append(letter.notice.id)
        patiently(lambda: claims.mark_sent(notice_ids=sent, at=at))
        if gone:
            patiently(lambda: PushSubscription.objects.filter(pk__in=gone).delete())
        if remembered:
            patiently(lambda: PushSubscription.objects.filter(pk__in=remembered).update(last_sent_at=at))
        self._close(copy.letter for copy, _ in finished)
        self._renew(at)

    def _close(self, letters: Iterable[_Letter]) -> None:
        """End the letters that reached no device and have none left to wait for."""
        for letter in letters:
            if letter.left_count > 0 or self._open.pop(letter.notice.id, None) is None or letter.is_sent:
                continue
            patiently(partial(_end, letter, at=self._clock()))

    def _renew(self, at: datetime) -> None:
        """Keep the batches that go on: something of this run was just answered."""
        ending = (letter for letter in self._open.values() if letter.batch.lease_until - at < claims.LEASE / 2)
        for batch, notice_ids in _by_batch(ending):
            patiently(partial(claims.renew, batch, notice_ids=notice_ids, at=at))

    def _give_back(self) -> None:
        """Let somebody else send what has not begun; what has begun goes to no further devices."""
        letters = [copy.letter for waiting in self._waiting.values() for copy in waiting]
        self._waiting.clear()
        for letter in letters:
            letter.left_count -= 1
        for batch, notice_ids in _by_batch(letter for letter in letters if not letter.has_begun):
            claims.give_back(batch, notice_ids=notice_ids)
            for notice_id in notice_ids:
                self._open.pop(notice_id, None)
        self._close(letters)


def send_push(*, lane: str, clock: Callable[[], datetime], seconds: float = RUN_SECONDS) -> None:
    """Send a lane's push notices until nothing is due; one sender a lane, whoever comes second leaves at once.

    Args:
        clock: Gives the moment; asked often.
        seconds: After so long the rest is left to the next run, which is asked for.
    """
    with claims.sender_slot(lane, Channel.PUSH) as is_ours:
        if is_ours:
            # A thread has a database connection of its own, whose commits may be the fast ones.
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_send_all, PushSender(lane=lane, gateway=_gateway(), clock=clock), seconds).result()
    # Whoever was refused meanwhile may have come for rows that this run did not see.
    if is_ours and claims.is_anything_due(lane=lane, channel=Channel.PUSH, at=clock()):
        nudge("notifications.send_push", lane, lane=lane)


def _send_all(sender: PushSender, seconds: float) -> None:
    try:
        claims.commit_fast()
        sender.run(seconds=seconds)
    finally:
        connection.close()


@cache
def _gateway() -> WebPushGateway:
    """One for as long as the process lives: it knows which push service asked for rest."""
    return WebPushGateway(private_key=settings.VAPID_PRIVATE_KEY, contact=settings.VAPID_CONTACT)


def _end(letter: _Letter, *, at: datetime) -> None:
    """Try again later while one of the devices may still get it; else it failed, in a push service's own words."""
    ids, attempts = [letter.notice.id], letter.notice.attempts + 1
    later = [answer for answer in letter.answers if answer.outcome == Outcome.LATER]
    refused = [answer for answer in letter.answers if answer.outcome == Outcome.REFUSED]
    if later and may_try_again(attempts):
        claims.retry_later(notice_ids=ids, due_at=at + _wait(later, attempts), reason=later[0].words)
    elif later or refused:
        claims.mark_failed(notice_ids=ids, at=at, reason=(later or refused)[0].words)
    else:
        claims.mark_failed(notice_ids=ids, at=at, reason=NO_DEVICE)


def _by_batch(letters: Iterable[_Letter]) -> list[tuple[Batch, list[int]]]:
    found: dict[int, tuple[Batch, list[int]]] = {}
    for letter in letters:
        found.setdefault(id(letter.batch), (letter.batch, []))[1].append(letter.notice.id)
    return list(found.values())


def _wait(answers: Iterable[Answer], attempts: int) -> timedelta:
    """Until the first of the services that failed may be asked again, spread so that not all come at once."""
    chance = random.random()
    rest = min(answer.rest_seconds or 0.0 for answer in answers)
    return max(wait_before(attempts + 1, chance=chance), timedelta(seconds=rest * (1 + RETRY_SPREAD * chance)))
