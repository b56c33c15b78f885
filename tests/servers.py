"""Which real servers and processes do tests start for themselves? Each on a free port, with data of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection
from redis import Redis

from ops import owned, postgres, redis
from ops.place import ROOT, Place

PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port below the range the system hands out by itself, so that nobody takes it between asking and listening."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something that has to happen; the time is only so that a failing test ends."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.02)


class Process:
    """One of Porchlight's own processes, started as the supervisor starts it."""

    def __init__(self, name: str, command: list[str], *, environment: Mapping[str, str], directory: Path) -> None:
        self.log_path = directory / f"{name}.log"
        self._command, self._environment = [sys.executable, "-m", *command], environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=os.environ | dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process itself, not of those it starts."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def tell(self, number: int) -> None:
        """Signal the process if it runs, and with SIGKILL its children too."""
        if self._process is not None and self._process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> int | None:
        """Signal the process and wait; answers its exit code."""
        self.tell(number)
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise

    def wait_for_port(self, port: int) -> None:
        def is_listening() -> bool:
            assert self.is_running, self.log()
            with socket.socket() as sock:
                return sock.connect_ex(("127.0.0.1", port)) == 0

        wait_until(is_listening, f"{self._command} listens")


class PrivatePlace:
    """A folder for servers of one test run; the servers' own users may pass through it."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="porchlight-tests-"))
        folder.chmod(0o755)
        self.place = Place(folder, is_for_tests=True)
        self.place.prepare()

    def remove(self) -> None:
        shutil.rmtree(self.place.local)


class RedisServer:
    """A Redis as the set-up starts it for tests: what it holds is gone when it stops."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._env: dict[str, str] = {}

    @property
    def url(self) -> str:
        return self._env["REDIS_URL"]

    def start(self) -> None:
        self._env = redis.start(self._place, self._env)

    def stop(self) -> None:
        redis.stop(self._place)

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Let it hang: it takes connections and answers nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        pid = owned.pid_in(self._place.redis / "redis.pid")
        assert pid is not None
        assert owned.is_ours(pid, self._place.local)
        os.kill(pid, number)

    def client(self) -> "Redis":
        return Redis.from_url(self.url)


class PostgresServer:
    """A PostgreSQL with roles, template and an empty database, as the set-up makes it for tests."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.urls: dict[str, str] = {}

    def start(self) -> None:
        self.urls = postgres.start(self._place, self.urls)

    def stop(self) -> None:
        postgres.stop(self._place)

    def restart(self) -> None:
        self.stop()
        self.start()


def live_process(port: int, *, redis_url: str, directory: Path) -> Process:
    """The live process on a port, hearing the test database's channels."""
    command = ["uvicorn", "notifications.live.app:application", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--timeout-graceful-shutdown", "5", "--no-access-log", "--lifespan", "on"]
    environment = {"REDIS_URL": redis_url, "DATABASE_URL": url_of_test_database()}
    return Process("live", command, environment=environment, directory=directory)


def url_of_test_database() -> str:
    """The test database as the role `app` sees it, for processes beside the tests."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
