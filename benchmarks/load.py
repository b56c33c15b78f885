"""How many requests a second does a web server answer, page by page in turn?"""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from django.conf import settings

STARTS_WITHIN_SECONDS = 30
# One to be answered and one to wait: the server is never idle, and the load leaves the other core alone.
CLIENTS = 2


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for, and the status that the answer must have."""

    path: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, host: str) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {host}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


@contextmanager
def web_server(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """One worker process of the web server that a real installation runs.

    Yields:
        Address and port.
    """
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = listener.getsockname()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi:application", "--workers", "1"),
                *("--bind", f"fd://{listener.fileno()}", "--log-level", "error", "--no-control-socket"),
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            pass_fds=[listener.fileno()],
        )
        try:
            yield address
        finally:
            process.terminate()
            process.wait(30)


def answer(address: tuple[str, int], page: Page) -> bytes:
    """The whole answer, head and body.

    Raises:
        RuntimeError: It has another status than the page should have.
    """
    with socket.create_connection(address) as connection:
        connection.sendall(page.request(settings.ALLOWED_HOSTS[0]))
        received = b"".join(iter(lambda: connection.recv(262_144), b""))
    if not received.startswith(f"HTTP/1.1 {page.status} ".encode()):
        raise RuntimeError(f"{page.path} answered {received[:200]!r} instead of {page.status}")
    return received


def requests_per_second(
    address: tuple[str, int], pages: Mapping[str, Page], *, seconds: float, rounds: int
) -> dict[str, float]:
    """Ask for one page after the other, each for a while, several times over; the median of each."""
    rates: dict[str, list[float]] = {name: [] for name in pages}
    with ThreadPoolExecutor(CLIENTS) as clients:
        for number in range(rounds + 1):
            for name, page in pages.items():
                began = perf_counter()
                counts = clients.map(lambda _, page=page: _ask_for_a_while(address, page, seconds), range(CLIENTS))
                rate = sum(counts) / (perf_counter() - began)
                # The first round warms caches and connections.
                if number:
                    rates[name].append(rate)
    return {name: median(figures) for name, figures in rates.items()}


def _ask_for_a_while(address: tuple[str, int], page: Page, seconds: float) -> int:
    until = perf_counter() + seconds
    count = 0
    while perf_counter() < until:
        answer(address, page)
        count += 1
    return count
