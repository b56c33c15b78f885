"""What is a whole running Porchlight, for tests that use it as people do?

Its own PostgreSQL and Redis, the demo city, and the processes of `ops/processes.toml` behind the real front.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from ops import environment, static
from ops.place import PYTHON, ROOT, Place
from ops.ports import free_port
from ops.processes import Addresses, processes
from ops.supervise import Supervisor
from tests.servers import PostgresServer, PrivatePlace, RedisServer, wait_until


@dataclass(frozen=True)
class Installation:
    """A running Porchlight with its demo people."""

    url: str
    people: dict[str, dict[str, Any]]
    environment: dict[str, str]
    place: Place
    used_codes: set[tuple[str, str]] = field(default_factory=set)

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def manage(self, *arguments: str) -> str:
        """Run a management command in this installation; answers what it printed."""
        return manage(self.environment, *arguments)

    def fresh_code(self, secret: str) -> str:
        """The code of the moment; a code opens an account once, so a second sign-in waits for the next one."""
        wait_until(lambda: (secret, current_code(secret)) not in self.used_codes, "the next code is due")
        code = current_code(secret)
        self.used_codes.add((secret, code))
        return code


@contextmanager
def running_installation(demo_file: Path, **settings: str) -> Iterator[Installation]:
    """Start everything, and end everything that was started, whatever fails on the way.

    Args:
        demo_file: Where the demo's sign-ins are written.
        settings: Further variables, by name.
    """
    place = PrivatePlace()
    postgres, redis = PostgresServer(place.place), RedisServer(place.place)
    with ExitStack() as endings:
        endings.callback(place.remove)
        endings.callback(postgres.stop)
        postgres.start()
        endings.callback(redis.stop)
        redis.start()
        port = free_port("front", place.place.local)
        values = environment.with_secrets(
            {
                **postgres.urls,
                "REDIS_URL": redis.url,
                "SITE_URL": f"http://localhost:{port}",
                "DEMO": "1",
                # Where a test may start a push service (`tests.sinks.push`).
                "PUSH_SERVICES": f"http://127.0.0.1:{free_port('push', place.place.local)}",
                **settings,
            }
        )
        # The test run's own servers are named in its environment; this installation must not meet them.
        env = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_NAME"} | values
        manage(env, "migrate", "--no-input", "--verbosity", "0")
        manage(env, "create_demo", "--sign-ins", str(demo_file))
        static.collect(env)
        addresses = Addresses(
            listen="127.0.0.1",
            front_port=port,
            web=f"127.0.0.1:{free_port('web', place.place.local)}",
            live=f"127.0.0.1:{free_port('live', place.place.local)}",
            static=str(static.COLLECTED),
            folder=str(place.place.run),
        )
        supervisor = Supervisor(processes(), addresses, env, place.place.log)
        endings.callback(supervisor.stop)
        supervisor.start()
        wait_until(lambda: answers(f"http://localhost:{port}/healthz"), "the pages answer")
        wait_until(lambda: answers(f"http://localhost:{port}/live/health"), "the live process answers")
        people = {person["email"]: person for person in json.loads(demo_file.read_text())}
        yield Installation(f"http://localhost:{port}", people, env, place.place)


def manage(env: dict[str, str], *arguments: str) -> str:
    command = [PYTHON, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def current_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
