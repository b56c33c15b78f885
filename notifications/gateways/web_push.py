"""How is a push message handed to a browser's push service, encrypted so that only that browser can read it?"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from types import TracebackType
from typing import Self

import aiohttp
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from notifications.rules import REASON_MAX_LENGTH
from notifications.rules.devices import from_base64, origin_of

ANSWER_SECONDS = 10
# Push services take a token for at most a day; Apple refuses a longer one.
TOKEN_SECONDS = 12 * 3600
TOKEN_RENEWED_BEFORE_END_SECONDS = 3600
# How long a service is left alone that answers nobody, or asks for rest without saying how long; doubled each time.
SHORTEST_REST_SECONDS = 5
LONGEST_REST_SECONDS = 3600

# Long runs of letters and digits in a service's words may be somebody's push address.
_LONG_WORD = re.compile(r"\S{40,}")


class Outcome(Enum):
    """What became of one push message at its service."""

    ACCEPTED = "accepted"
    GONE = "gone"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said.

    Attributes:
        words: The service's own, without any address.
        rest_seconds: How long this service asked to be left alone; None where it did not.
    """

    outcome: Outcome
    words: str = ""
    rest_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that agreed: where its messages go, and what only it can read them with."""

    id: int
    endpoint: str
    p256dh: str
    auth: str

    @property
    def origin(self) -> str:
        return origin_of(self.endpoint)


@dataclass(frozen=True, slots=True)
class PushMessage:
    """What a service passes on, and how.

    Attributes:
        payload: Only the browser can read it.
        topic: A later message under the same topic takes the place of one that was not shown yet.
        keep_seconds: How long the service keeps it for a browser that is off.
    """

    payload: bytes
    topic: str
    keep_seconds: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class SealedPush:
    """A message as only one browser can read it, ready to leave."""

    origin: str
    endpoint: str
    body: bytes
    message: PushMessage


@dataclass(slots=True)
class _Service:
    """What is remembered about one push service, as long as this process lives."""

    authorization: str = ""
    renew_at: float = 0
    accepted_at: float = 0
    rests_until: float = 0
    rest_count: int = 0


class WebPushGateway:
    """Kept connections with many messages in flight; a service that hangs or asks for rest is left alone, others go on.

    Used as `async with`: connections are kept for as long as that lasts, what was learned about services for longer.
    """

    def __init__(self, *, private_key: str, contact: str) -> None:
        self._vapid = Vapid02.from_raw(private_key.encode())
        self._contact = contact
        self._services: dict[str, _Service] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()
        self._session = None

    async def push(self, sealed: SealedPush) -> Answer:
        """Hand one message over; never raises for what the other side does."""
        assert self._session is not None
        service = self._service_of(sealed.origin)
        rest = service.rests_until - time.monotonic()
        if rest > 0:
            return Answer(Outcome.LATER, "The push service asked for rest.", rest)
        headers = {
            "Authorization": service.authorization,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(sealed.message.keep_seconds),
            "Topic": sealed.message.topic,
            "Urgency": "high" if sealed.message.is_urgent else "normal",
        }
        began = time.monotonic()
        try:
            async with self._session.post(
                sealed.endpoint, data=sealed.body, headers=headers, allow_redirects=False
            ) as reply:
                if reply.status < 300:
                    service.accepted_at, service.rest_count = time.monotonic(), 0
                    return Answer(Outcome.ACCEPTED)
                words = (await reply.content.read(4 * REASON_MAX_LENGTH)).decode(errors="replace")
                return _refusal(service, reply.status, words, reply.headers.get("Retry-After", ""), began)
        except TimeoutError:
            return Answer(Outcome.LATER, "The push service did not answer in time.", _rest_if_silent(service, began))
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(Outcome.LATER, "The push service could not be reached.", _rest_if_silent(service, began))

    def _service_of(self, origin: str) -> _Service:
        service = self._services.setdefault(origin, _Service())
        if service.renew_at < time.time():
            ends_at = int(time.time()) + TOKEN_SECONDS
            claims = {"aud": origin, "exp": ends_at, "sub": self._contact}
            service.authorization = self._vapid.sign(claims)["Authorization"]
            service.renew_at = ends_at - TOKEN_RENEWED_BEFORE_END_SECONDS
        return service


def _refusal(service: _Service, status: int, words: str, retry_after: str, began: float) -> Answer:
    said = clean_words(f"{status} {words}")
    if status in {404, 410}:
        return Answer(Outcome.GONE, said)
    if status == 429 or status >= 500:
        seconds = seconds_in(retry_after)
        if seconds is not None:
            return Answer(Outcome.LATER, said, _rest(service, seconds))
        return Answer(Outcome.LATER, said, _rest_if_silent(service, began))
    return Answer(Outcome.REFUSED, said)


def _rest_if_silent(service: _Service, began: float) -> float | None:
    """Leave a service alone, a little longer each time, unless it took something else meanwhile."""
    if service.accepted_at > began:
        return None
    if service.rests_until > began:
        # One of several that were in flight together: the service failed once, not ten times.
        return max(0.0, service.rests_until - time.monotonic())
    service.rest_count = min(service.rest_count + 1, 10)
    return _rest(service, SHORTEST_REST_SECONDS * 2 ** (service.rest_count - 1))


def _rest(service: _Service, seconds: float) -> float:
    now = time.monotonic()
    service.rests_until = max(service.rests_until, now + min(seconds, LONGEST_REST_SECONDS))
    return service.rests_until - now


def seal(message: PushMessage, device: Device) -> SealedPush:
    """Encrypt a message as RFC 8291 says, under a key made for this one message.

    Apart from sending, so that many are encrypted in a row: that takes a third less than doing both in turn.

    Raises:
        ValueError: The device's keys are broken.
    """
    body: bytes = http_ece.encrypt(
        message.payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=from_base64(device.p256dh),
        auth_secret=from_base64(device.auth),
        version="aes128gcm",
    )
    return SealedPush(origin=device.origin, endpoint=device.endpoint, body=body, message=message)


def seconds_in(retry_after: str) -> float | None:
    """What a Retry-After header asks for, in seconds or as a date; None where it says nothing one can read."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def clean_words(words: str) -> str:
    """One line of a service's answer without markup and without what may be somebody's push address."""
    line = " ".join(re.sub(r"<[^>]*>", " ", words).split())
    return _LONG_WORD.sub("…", line)[:REASON_MAX_LENGTH]
