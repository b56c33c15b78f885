"""What does a city's evening of digests cost: to find for whom one is due, and to send them?"""

import resource
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings
from django.utils import timezone

from benchmarks.mail import NullGateway, smtp_sink
from benchmarks.report import Measure
from benchmarks.seeding import owner_connection, seed_city, seed_deliveries, seed_posts
from benchmarks.timing import median_seconds
from notifications.gateways.mail import MailGateway
from notifications.gateways.smtp import SmtpGateway
from notifications.models import Digest, Pulse
from notifications.rules import DIGEST_HOUR, NoticeState
from notifications.services.digests import Letters, claims, send_digests
from posts.digests import FeedDigests
from posts.services.digests import schedule_digests

NAME = "digest"

MEMORY_GOAL = 1.2

# The same rows with the same keys, and nothing asked about anybody.
_BARE = """
INSERT INTO notifications_digest (person_id, pace, day, neighborhood_id, after_number, upto_number, topics, due_at)
SELECT person_id, 'daily', %s, neighborhood_id, 0, 5, ARRAY['crime', 'tips', 'events'], now()
FROM neighborhoods_residency ORDER BY neighborhood_id, person_id
"""
_SENDER = "porchlight@city.example"
_NEIGHBORHOODS = 130
_POSTS = 5
_LONG_SECONDS = 3600.0


def run(*, quick: bool = False) -> Iterator[Measure]:
    """Finding first, with everybody; then memory and sending with some of them."""
    people, many, few, rounds = (300, 300, 100, 1) if quick else (1_000_000, 100_000, 10_000, 3)
    at = datetime.combine(timezone.localdate(), time(DIGEST_HOUR), ZoneInfo(settings.CITY_TIME_ZONE))
    with owner_connection() as owner:
        _seed(owner, people=people, at=at)
        yield from _finding(owner, people=people, at=at)
        yield from _memory(owner, few=few, many=many, at=at)
        yield from _sending(owner, count=few, rounds=rounds, at=at)


def _seed(owner: psycopg.Connection, *, people: int, at: datetime) -> None:
    seed_city(owner, neighborhoods=_NEIGHBORHOODS, of_area=10, residents=people)
    seed_posts(owner, count=_POSTS, places=_NEIGHBORHOODS)
    seed_deliveries(owner)
    owner.execute("UPDATE posts_post SET published_at = %s", [at - timedelta(hours=3)])
    owner.execute("UPDATE neighborhoods_residency SET claimed_at = now() - interval '1 year'")
    owner.execute("VACUUM ANALYZE")


def _finding(owner: psycopg.Connection, *, people: int, at: datetime) -> Iterator[Measure]:
    bare = _seconds(lambda: owner.execute(_BARE, [at.date()]))
    owner.execute("TRUNCATE notifications_digest")
    owner.execute("VACUUM ANALYZE notifications_digest")
    ours = _seconds(lambda: schedule_digests(at=at))
    written = Digest.objects.count()
    assert written == people, f"{written} of {people} digests were written"
    yield Measure(NAME, f"{people:,} digests found and written", ours, "s", bare)
    idle = median_seconds({"idle": lambda: schedule_digests(at=at + timedelta(minutes=1))}, rounds=5, warm_up=1)["idle"]
    yield Measure(NAME, "a look when no hour has begun", idle * 1000, "ms")


def _memory(owner: psycopg.Connection, *, few: int, many: int, at: datetime) -> Iterator[Measure]:
    """Everything a worker does but for the mail server, which needs none of its memory."""
    _keep(owner, few)
    _send(NullGateway(), at=at)
    few_kb = _peak_kb()
    Pulse.objects.all().delete()
    schedule_digests(at=at)
    _keep(owner, many)
    _send(NullGateway(), at=at)
    assert Digest.objects.filter(state=NoticeState.SENT).count() == many
    yield Measure(
        NAME, f"peak memory, {many:,} digests beside {few:,}", _peak_kb() / 1024, "MiB", few_kb / 1024, MEMORY_GOAL
    )


def _sending(owner: psycopg.Connection, *, count: int, rounds: int, at: datetime) -> Iterator[Measure]:
    """Claimed, written out, handed over, its state committed: all that a worker does, beside handing over alone."""
    _keep(owner, count)
    _make_due(owner)
    writer = FeedDigests(lambda: at)
    digests = claims.claim(at=at, limit=count).digests
    writer.look_again(digests)
    letters = Letters()
    prebuilt = [
        (digest.address, letters.letter(digest, written)) for digest in digests if (written := writer.write(digest))
    ]
    ours, bare = [], []
    with smtp_sink(pipelines=False) as port, smtplib.SMTP("127.0.0.1", port) as smtp:
        for _ in range(rounds):
            _make_due(owner)
            ours.append(_seconds(lambda: _send(SmtpGateway("127.0.0.1", port), at=at)))
            bare.append(_seconds(lambda: _send_prebuilt(smtp, prebuilt)))
        came = int(smtp.help())
    assert came == 2 * rounds * count, f"{came} of {2 * rounds * count} digests came"
    yield Measure(
        NAME,
        f"{count:,} digests sent over {settings.SENDING_CONNECTIONS} connections, beside a bare loop over one",
        median(ours),
        "s",
        median(bare),
    )


def _keep(owner: psycopg.Connection, count: int) -> None:
    """Leave so many digests, some of each neighborhood."""
    owner.execute(
        """
        DELETE FROM notifications_digest WHERE id NOT IN (
            SELECT id FROM notifications_digest ORDER BY hashint8(person_id), id LIMIT %s
        )
        """,
        [count],
    )
    owner.execute("VACUUM ANALYZE notifications_digest")


def _make_due(owner: psycopg.Connection) -> None:
    owner.execute(
        "UPDATE notifications_digest SET state = 'waiting', ended_at = NULL, lease_until = NULL, attempts = 0"
    )
    owner.execute("VACUUM ANALYZE notifications_digest")


def _send(gateway: MailGateway, *, at: datetime) -> None:
    send_digests(make_writer=lambda: FeedDigests(lambda: at), gateway=gateway, clock=lambda: at, seconds=_LONG_SECONDS)


def _send_prebuilt(smtp: smtplib.SMTP, prebuilt: list[tuple[str, bytes]]) -> None:
    for address, content in prebuilt:
        smtp.sendmail(_SENDER, [address], content)


def _seconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return perf_counter() - began


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
