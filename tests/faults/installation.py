"""What is a whole installation, and what can go wrong with it?"""

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.db import connection as database
from django.utils import timezone
from kombu import Connection
from redis.exceptions import RedisError

from notifications import channels
from notifications.gateways import FEED_NUMBERS
from posts.models import Delivery, Post
from tests.servers import PostgresServer, Process, RedisServer, wait_until


class Installation:
    """Servers and processes as `make run` starts them, for one test to break."""

    def __init__(self, postgres: PostgresServer, redis: RedisServer, directory: Path) -> None:
        self.postgres, self.redis, self._directory = postgres, redis, directory
        self._processes: list[Process] = []

    @property
    def environment(self) -> dict[str, str]:
        return {**self.postgres.urls, "REDIS_URL": self.redis.url}

    def start(self, name: str, *command: str, **environment: str) -> Process:
        process = Process(
            f"{name}-{len(self._processes)}",
            list(command),
            environment=self.environment | environment,
            directory=self._directory,
        )
        process.start()
        self._processes.append(process)
        return process

    def start_worker(self, *lanes: str, count: int = 1, environment: Mapping[str, str] | None = None) -> Process:
        """A worker as in production, for one lane or several."""
        name = f"{'-'.join(lanes)}-{len(self._processes)}"
        worker = self.start(
            f"worker-{name}", "celery", "-A", "config", "worker", "-Q", ",".join(lanes), "-n", f"{name}@%h",
            "-c", str(count), "-l", "INFO", "--prefetch-multiplier=1", "--without-gossip", "--without-mingle",
            **(environment or {}),
        )  # fmt: skip
        wait_until(lambda: " ready." in worker.log(), f"{name} is ready")
        return worker

    def send(self, task_name: str, *args: int | str, lane: str) -> None:
        """Put a task into a lane, as beat and the services do."""
        conf = current_app.conf
        with Connection(conf.broker_url, transport_options=conf.broker_transport_options) as connection:
            current_app.send_task(task_name, args=args, queue=lane, connection=connection)

    def start_beat(self, environment: Mapping[str, str] | None = None) -> Process:
        schedule = self._directory / f"beat-{len(self._processes)}"
        return self.start("beat", "celery", "-A", "config", "beat", "-s", str(schedule), **(environment or {}))

    def stop_processes(self) -> None:
        for process in self._processes:
            process.tell(signal.SIGTERM)
        for process in self._processes:
            process.stop()
        self._processes.clear()

    def let_leases_run_out(self) -> None:
        """A minute passes: whoever claimed a delivery and died has lost it."""
        Delivery.objects.filter(done_at=None).update(lease_until=timezone.now() - timedelta(seconds=1))

    def wait_until_delivered(self, *posts: Post) -> None:
        """Until every delivery of the posts is done."""
        waiting = Delivery.objects.filter(post__in=posts, done_at=None)

        def is_done() -> bool:
            # A server that is being restarted is asked again.
            try:
                return not waiting.exists()
            except Exception:
                database.close()
                return False

        wait_until(is_done, f"everything delivered; logs:\n{self.logs()}", seconds=90)

    def logs(self) -> str:
        return "\n".join(f"--- {process.log_path.name}\n{process.log()[-2000:]}" for process in self._processes)

    def feed_numbers(self) -> dict[int, int]:
        """What was handed over, as a page that connects now is told."""
        with self.redis.client() as redis:
            return {
                int(key): int(score)
                for key, score in redis.zrange(channels.in_redis(FEED_NUMBERS), 0, -1, withscores=True)
            }

    @contextmanager
    def listening(self) -> Iterator["Heard"]:
        """Hear every event of every neighborhood, as the live process does."""
        heard = Heard()
        with self.redis.client() as redis, redis.pubsub() as subscription:
            subscription.psubscribe(channels.in_redis("neighborhood:*"))
            subscription.get_message(timeout=5)

            def listen() -> None:
                with suppress(RedisError, ValueError, OSError, AttributeError):
                    while not heard.is_over.is_set():
                        if message := subscription.get_message(timeout=0.1):
                            heard.add(message)

            thread = threading.Thread(target=listen)
            thread.start()
            try:
                yield heard
            finally:
                heard.is_over.set()
                thread.join()


class Heard:
    """The events so far: how often each came, by channel and feed number, as a page tells them apart."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, int], int] = {}
        self.is_over = threading.Event()

    def add(self, message: dict[str, Any]) -> None:
        frame = message["data"].decode()
        if "event: post\n" in frame:
            number = int(frame.removeprefix("id: ").split("\n", 1)[0])
            key = (message["channel"].decode().removeprefix(channels.in_redis("")), number)
            self.counts[key] = self.counts.get(key, 0) + 1
