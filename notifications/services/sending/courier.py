"""How is a finished mail handed to the transport, and what does its answer mean for the queue?

A courier keeps one connection from mail to mail. All couriers of a run share its patience: a transport that is away is
greeted again only after a pause, which grows, so that nobody knocks more than once a second at a door that stays shut.
"""

import logging
import threading
from dataclasses import dataclass
from enum import Enum, auto
from time import monotonic, sleep

from core.shutdown import is_shutting_down
from notifications.gateways.mail import MailConnection, MailGateway, MailRefused, MailUnavailable
from notifications.rules.retries import kept_words

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# How often in a pause it is looked whether the worker was told to stop.
LOOK_SECONDS = 0.1
# So many refusals for now in a row, to different people, are the server's state and not theirs.
REFUSALS_IN_A_ROW = 20


class Outcome(Enum):
    """What became of one mail."""

    SENT = auto()
    LATER = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one mail, in the transport's own words, which can hold the address.

    Attributes:
        is_address_gone: There is no such mailbox.
    """

    outcome: Outcome
    words: str
    is_address_gone: bool = False


class Run:
    """One look at a queue by one or several threads: how long it may take, and how patient it is with the transport.

    Args:
        seconds: After so long whatever is left is the next run's.
    """

    def __init__(self, *, seconds: float) -> None:
        self._ends_at = monotonic() + seconds
        self._lock = threading.Lock()
        self._greet = threading.Lock()
        self._is_stopped = False
        self._pause_seconds = 0.0
        self._greet_at = 0.0

    @property
    def is_over(self) -> bool:
        """The time is up, the worker was told to stop, or another thread of the run failed."""
        return self._is_stopped or monotonic() >= self._ends_at or is_shutting_down()

    def stop(self) -> None:
        self._is_stopped = True

    def greet(self, gateway: MailGateway) -> MailConnection | None:
        """Open a connection, when it is time to try; one thread after the other.

        Returns:
            None where it cannot be had: the run is over, or the transport is away.
        """
        with self._greet:
            if not self._wait_until_greeting():
                return None
            try:
                return gateway.open()
            except MailUnavailable as error:
                log.warning("The mail server is away: %s", kept_words(error.words))
                self.went_badly()
                return None

    def went_badly(self) -> None:
        """The transport hung up or was away: the next greeting waits, each time twice as long."""
        with self._lock:
            self._pause_seconds = min(max(FIRST_PAUSE_SECONDS, self._pause_seconds * 2), LONGEST_PAUSE_SECONDS)
            self._greet_at = monotonic() + self._pause_seconds

    def went_well(self) -> None:
        self._pause_seconds = 0.0

    def _wait_until_greeting(self) -> bool:
        while (left := self._greet_at - monotonic()) > 0:
            if monotonic() + left > self._ends_at:
                self.stop()
            if self.is_over:
                return False
            sleep(min(left, LOOK_SECONDS))
        return not self.is_over


class Courier:
    """Hands over one mail after the other; for one thread.

    Args:
        sender: The address that mail which comes back goes to.
    """

    def __init__(self, gateway: MailGateway, run: Run, *, sender: str) -> None:
        self._gateway, self._run, self._sender = gateway, run, sender
        self._connection: MailConnection | None = None
        self._refusals_in_a_row = 0

    def is_ready(self) -> bool:
        """Have a connection, if need be after a pause; False ends the run, and nothing was tried."""
        if self._connection is None or not self._connection.is_open:
            self._connection = self._run.greet(self._gateway)
        return self._connection is not None

    def hand_over(self, *, recipient: str, content: bytes) -> Answer:
        """Give the transport one mail. Only when `is_ready`.

        Raises:
            MailUnavailable: It takes none at all; this one was not tried.
        """
        assert self._connection is not None
        try:
            words = self._connection.send(sender=self._sender, recipient=recipient, content=content)
        except MailRefused as refusal:
            return self._understood(refusal)
        except MailUnavailable:
            self._pause()
            raise
        self._refusals_in_a_row = 0
        self._run.went_well()
        return Answer(Outcome.SENT, words)

    def part(self) -> None:
        """Close the connection in good order."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _understood(self, refusal: MailRefused) -> Answer:
        if refusal.is_permanent:
            return Answer(Outcome.FAILED, refusal.words, refusal.is_address_gone)
        self._refusals_in_a_row += 1
        is_open = self._connection is not None and self._connection.is_open
        if not is_open or self._refusals_in_a_row >= REFUSALS_IN_A_ROW:
            self._pause()
        return Answer(Outcome.LATER, refusal.words)

    def _pause(self) -> None:
        self.part()
        self._refusals_in_a_row = 0
        self._run.went_badly()
