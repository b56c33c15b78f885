"""How soon is the first neighbor told of an urgent post, while the whole city is being told of something else?"""

import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from benchmarks.report import Measure
from benchmarks.seeding import AREA_COMMAND, AUTHOR_EMAIL, POST_TEXT, owner_connection, seed_city
from commands.selectors import get_command, get_headquarters
from core import lanes
from neighborhoods.models import Neighborhood
from notifications.models import Notice
from notifications.rules import NoticeState
from ops.processes import processes
from posts import services
from posts.rules import AudienceScope, PostKind

NAME = "lanes"
PATIENCE_SECONDS = 120
# Everybody wants crime updates at once: the largest bulk there can be.
_WANTS_ALL_AT_ONCE = """
INSERT INTO notifications_preferences (person_id, crime_email, changed_at)
SELECT id, 'at_once', now() FROM accounts_user WHERE kind = 'resident'
"""


class Mailbox:
    """The mail server's own account of when marked mails arrived."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._arrived: dict[int, list[float]] = defaultdict(list)
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, mark: int, count: int) -> list[float]:
        """The moments at which the mails of a mark arrived, once there are so many.

        Raises:
            TimeoutError: They do not come.
        """
        with self._news:
            if not self._news.wait_for(lambda: len(self._arrived[mark]) >= count, PATIENCE_SECONDS):
                raise TimeoutError(f"Of {count} mails {len(self._arrived[mark])} came within {PATIENCE_SECONDS} s.")
            return sorted(self._arrived[mark])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            mark, at = line.split()
            with self._news:
                self._arrived[int(mark)].append(float(at))
                self._news.notify_all()


def run(*, quick: bool) -> Iterator[Measure]:
    """Publish urgent posts one after the other: while nothing else goes out, and while a citywide post does."""
    places, residents, rounds = (5, 200, 3) if quick else (121, 100_000, 20)
    with owner_connection() as owner:
        seed_city(owner, neighborhoods=places, of_area=places, residents=residents)
        owner.execute(_WANTS_ALL_AT_ONCE)
    with ExitStack() as stack:
        port = _free_port()
        mailbox = Mailbox(stack.enter_context(_program("-m", "benchmarks.streams.mailbox", str(port))))
        for process in processes():
            if process.lane in (lanes.URGENT, lanes.POSTS, lanes.MAIL):
                stack.enter_context(_worker(process.command, port))
        _publish_urgent(mailbox, mark=0)
        idle = [_publish_urgent(mailbox, mark=1 + number) for number in range(rounds)]
        _publish_to_all()
        # In the middle of it: notices are written, mails are leaving.
        _wait_until_sent(residents // 50)
        beside = [_publish_urgent(mailbox, mark=1 + rounds + number) for number in range(rounds)]
        if not quick and not Notice.objects.filter(lane=lanes.MAIL, state=NoticeState.WAITING).exists():
            raise RuntimeError("The citywide post had gone out before the last urgent one: take more residents.")

    first = [found[0] for found in beside]
    yield Measure(
        NAME, f"first notice of an urgent post beside {residents:,} others, slowest", max(first), "s", 2, goal=1
    )
    yield Measure(
        NAME,
        "same, 95th percentile beside that of an idle installation",
        _p95(first),
        "s",
        _p95([f for f, _ in idle]),
        goal=1.5,
    )
    yield Measure(
        NAME,
        "last notice of an urgent post to one neighborhood, median",
        median(last for _, last in beside),
        "s",
        median(last for _, last in idle),
    )


def _publish_urgent(mailbox: Mailbox, *, mark: int) -> tuple[float, float]:
    """Seconds from the author's click to the first and to the last mail that arrived."""
    place = Neighborhood.objects.order_by("pk")[0]
    began = time.monotonic()
    services.submit_post(
        command=get_command(AREA_COMMAND),
        author=User.objects.get(email=AUTHOR_EMAIL),
        draft=services.Draft(
            PostKind.MISSING_PERSON,
            f"Have you seen mark-{mark}-end",
            POST_TEXT,
            AudienceScope.NEIGHBORHOODS,
            [place.pk],
        ),
        submission_key=uuid.uuid4(),
        at=timezone.now(),
    )
    arrived = mailbox.wait_for(mark, place.verified_count)
    return arrived[0] - began, arrived[-1] - began


def _publish_to_all() -> None:
    services.submit_post(
        command=get_headquarters(),
        author=User.objects.get(email=AUTHOR_EMAIL),
        draft=services.Draft(PostKind.LAST_NIGHT, "Two cars opened overnight", POST_TEXT, AudienceScope.CITY),
        submission_key=uuid.uuid4(),
        at=timezone.now(),
    )


def _wait_until_sent(count: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while Notice.objects.filter(lane=lanes.MAIL, state=NoticeState.SENT).count() < count:
        if time.monotonic() > until:
            raise TimeoutError("The citywide post does not go out.")
        time.sleep(0.2)


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


@contextmanager
def _program(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _worker(command: str, port: int) -> Iterator[None]:
    """A lane's worker as in production, once it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "INFO"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if " ready." in line:
                break
        # Whatever it says from now on must not fill the pipe.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
