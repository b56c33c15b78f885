"""What does a push message cost, beside the cryptography that nobody can leave out?"""

import asyncio
import base64
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import psycopg
import uvloop
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils import timezone
from pywebpush import webpush

from benchmarks.push_sink import AUTH
from benchmarks.report import Measure
from benchmarks.seeding import owner_connection, seed_city
from benchmarks.timing import median_seconds
from core.lanes import MAIL
from notifications.gateways.web_push import Device, Outcome, PushMessage, WebPushGateway, seal
from notifications.models import Message
from notifications.push_messages import push_message
from notifications.rules import Act, Source, Topic
from notifications.services.sending import claims
from notifications.services.sending.push import IN_FLIGHT, PushSender

NAME = "push"

GOAL = 3.5
GOAL_BESIDE_PYWEBPUSH = 5
MEMORY_GOAL = 1.2
CONTACT = "mailto:it@city.example"
# pywebpush opens a connection for each: fewer of them give the same figure.
FEWER = 8

_SUBSCRIPTIONS = """
INSERT INTO notifications_pushsubscription (person_id, endpoint, endpoint_digest, p256dh, auth, device, made_at)
SELECT id, %(origin)s || '/' || id, encode(sha256((%(origin)s || '/' || id)::bytea), 'hex'), %(p256dh)s, %(auth)s,
    'Chrome on Android', now()
FROM accounts_user WHERE kind = 'resident'
"""
_NOTICES = """
INSERT INTO notifications_notice (message_id, person_id, neighborhood_id, channel, lane, due_at)
SELECT %s, person_id, neighborhood_id, 'push', 'mail', now() FROM neighborhoods_residency ORDER BY person_id LIMIT %s
"""


class Bare:
    """A fresh key, the secret shared with the browser's, the keys made from it, and the encryption; nothing is sent."""

    def __init__(self, receiver: ec.EllipticCurvePublicKey, payload: bytes, count: int) -> None:
        self._receiver, self._payload, self._count = receiver, payload, count

    def __call__(self) -> None:
        for _ in range(self._count):
            secret = ec.generate_private_key(ec.SECP256R1()).exchange(ec.ECDH(), self._receiver)
            key = HKDF(algorithm=hashes.SHA256(), length=16, salt=AUTH, info=b"key").derive(secret)
            AESGCM(key).encrypt(os.urandom(12), self._payload, None)


class Gateway:
    """Encrypted and handed over by our gateway, over kept connections with as many in flight as in a worker."""

    def __init__(self, runner: asyncio.Runner, gateway: WebPushGateway, devices: list[Device], count: int) -> None:
        self._runner, self._gateway, self._devices, self._count = runner, gateway, devices, count
        self._message = sample()

    def __call__(self) -> None:
        self._runner.run(self._push_all())

    async def _push_all(self) -> None:
        for begin in range(0, self._count, IN_FLIGHT):
            numbers = range(begin, min(begin + IN_FLIGHT, self._count))
            sealed = [seal(self._message, self._devices[number % len(self._devices)]) for number in numbers]
            for answer in await asyncio.gather(*map(self._gateway.push, sealed)):
                assert answer.outcome == Outcome.ACCEPTED, answer.words


class Worker:
    """The whole way: claimed from the database, sent, and its state written down."""

    def __init__(self, owner: psycopg.Connection, count: int) -> None:
        self._gateway = WebPushGateway(private_key=settings.VAPID_PRIVATE_KEY, contact=CONTACT)
        message = sample_message(version=Message.objects.count() + 1)
        message.save()
        owner.execute(_NOTICES, [message.pk, count])
        owner.execute("VACUUM ANALYZE notifications_notice")

    def __call__(self) -> None:
        claims.commit_fast()
        PushSender(lane=MAIL, gateway=self._gateway, clock=timezone.now).run(seconds=600)


def run(*, quick: bool = False) -> Iterator[Measure]:
    """Figures for one message, and the memory of a worker that sends many."""
    count, rounds = (64, 1) if quick else (2_000, 7)
    few, many = (100, 200) if quick else (2_000, 20_000)
    key = ec.generate_private_key(ec.SECP256R1())
    receiver = key.public_key()
    p256dh = _to_base64(receiver.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    with push_sink(key) as origin, owner_connection() as owner:
        seed_city(owner, neighborhoods=10, of_area=10, residents=many)
        owner.execute(_SUBSCRIPTIONS, {"origin": origin, "p256dh": p256dh, "auth": _to_base64(AUTH)})
        devices = [Device(number, f"{origin}/{number}", p256dh, _to_base64(AUTH)) for number in range(100)]
        yield from _speed(origin, devices, receiver, count=count, rounds=rounds)
        yield from _worker(owner, origin, receiver, few=few, many=many)


def _speed(
    origin: str, devices: list[Device], receiver: ec.EllipticCurvePublicKey, *, count: int, rounds: int
) -> Iterator[Measure]:
    gateway = WebPushGateway(private_key=settings.VAPID_PRIVATE_KEY, contact=CONTACT)
    payload = sample().payload

    def pywebpush() -> None:
        for device in devices[: count // FEWER]:
            webpush(
                {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
                data=payload,
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": CONTACT},
            )

    few_count = min(count // FEWER, len(devices))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(gateway.__aenter__())
        seconds = median_seconds(
            {
                "bare": Bare(receiver, payload, count),
                "gateway": Gateway(runner, gateway, devices, count),
                "pywebpush": pywebpush,
            },
            rounds=rounds,
            warm_up=1,
        )
        runner.run(gateway.__aexit__(None, None, None))
    _prove(origin, (rounds + 1) * (count + few_count))
    ours, bare, theirs = seconds["gateway"] / count, seconds["bare"] / count, seconds["pywebpush"] / few_count
    yield Measure(NAME, "one message encrypted and handed over", ours * 1e6, "µs", bare * 1e6, GOAL)
    yield Measure(
        NAME, "beside pywebpush.webpush()", 1 / ours, "messages/s", 1 / theirs, GOAL_BESIDE_PYWEBPUSH, better="higher"
    )


def _worker(
    owner: psycopg.Connection, origin: str, receiver: ec.EllipticCurvePublicKey, *, few: int, many: int
) -> Iterator[Measure]:
    """State included; the few come first, because a process's peak only grows."""
    contestants: dict[str, Callable[[], object]] = {
        "bare": Bare(receiver, sample().payload, few),
        "worker": Worker(owner, few),
    }
    seconds = median_seconds(contestants, rounds=1, warm_up=0)
    yield Measure(
        NAME, "the same in a worker, with the state of each", seconds["worker"] / few * 1e6, "µs",
        seconds["bare"] / few * 1e6,
    )  # fmt: skip
    few_kb = _peak_kb()
    Worker(owner, many)()
    _prove(origin, few + many)
    yield Measure(
        NAME, f"peak memory, {many:,} recipients beside {few:,}", _peak_kb() / 1024, "MiB", few_kb / 1024, MEMORY_GOAL
    )


@contextmanager
def push_sink(key: ec.EllipticCurvePrivateKey) -> Iterator[str]:
    """A push service in a process of its own; gives its origin."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.push_sink", str(port), str(key.private_numbers().private_value)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def sample_message(*, version: int) -> Message:
    now = timezone.now()
    return Message(
        source=Source.POST,
        source_id=1,
        version=version,
        act=Act.NEWS,
        topic=Topic.CRIME,
        lane=MAIL,
        label="Last night",
        title="Two cars opened overnight on the 700 block of V Street",
        path="/posts/1/",
        sender="Central Command",
        said_at=now,
        made_at=now,
    )


def sample() -> PushMessage:
    return push_message(sample_message(version=1), place="Southside Park")


def _prove(origin: str, count: int) -> None:
    with urlopen(origin) as answer:
        proven = int(answer.read())
    assert proven == count, f"{proven} of {count} messages came whole"


def _to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
