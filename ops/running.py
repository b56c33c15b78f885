"""What does `make run` do, from a bare checkout to an address that answers?"""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from ops import environment, run_state
from ops.commands import run
from ops.locks import alone
from ops.place import HOME, PYTHON, ROOT, shown
from ops.ports import free_port, free_port_from, is_free
from ops.processes import Addresses, processes
from ops.say import CannotGoOn, say, step
from ops.setup import set_up, stop_servers
from ops.static import COLLECTED
from ops.supervise import Supervisor

READY_SECONDS = 180
LOOK_EVERY_SECONDS = 0.2


def main() -> int:
    HOME.prepare()
    with alone(HOME.run / "lock") as is_alone:
        if not is_alone:
            return _say_where()
        try:
            _run()
        finally:
            run_state.forget(HOME)
            if not run_state.are_services_kept(HOME):
                stop_servers(HOME)
    return 0


def _say_where() -> int:
    url = run_state.recall(HOME).get("url")
    say(f"Porchlight already runs from here: {url}" if url else "Porchlight is being started from here already.")
    say("Ctrl-C there or `make stop` stops it.")
    return 0


def _run() -> None:
    run_state.remember(HOME)
    values = set_up(HOME)
    port = _front_port(values)
    with step("Migrating the database"):
        _manage(values, "migrate", "--no-input", "--verbosity", "0")
    if os.environ.get("DEMO", values["DEMO"]) == "1":
        with step("Building the demo city"):
            _manage(values, "create_demo")
    addresses = Addresses(
        listen="127.0.0.1",
        front_port=port,
        web=f"127.0.0.1:{free_port('web', HOME.local)}",
        live=f"127.0.0.1:{free_port('live', HOME.local)}",
        static=str(COLLECTED),
        folder=str(HOME.run),
    )
    supervisor = Supervisor(processes(), addresses, environment.for_processes(values), HOME.log)
    try:
        with step(f"Starting {', '.join(process.name for process in processes())}"):
            supervisor.start()
            _wait_until_ready(supervisor, values, port)
        url = f"http://localhost:{port}/"
        run_state.remember(HOME, url=url)
        say(f"Porchlight is ready: {url}")
        if (HOME.local / "demo.json").exists():
            say(f"Demo sign-ins: {shown(HOME.local / 'demo.json')}")
        say(f"Logs: {shown(HOME.log)}/  Ctrl-C stops all of it.")
        while True:
            supervisor.look_after()
            time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        say("\nStopping …")
    finally:
        supervisor.stop()
    say("Stopped.")


def _front_port(values: dict[str, str]) -> int:
    """The port of last time, or 8000, or the next free one. `SITE_URL` follows while it is only this machine's."""
    site = urlsplit(values["SITE_URL"])
    is_local = site.hostname == "localhost" and "SITE_URL" not in os.environ
    if not is_local:
        return free_port_from(environment.FIRST_PORT)
    port = site.port or environment.FIRST_PORT
    if not is_free(port):
        port = free_port_from(environment.FIRST_PORT)
    values["SITE_URL"] = f"http://localhost:{port}"
    environment.write_env(HOME, {**environment.read_env(HOME), "SITE_URL": values["SITE_URL"]})
    return port


def _manage(values: dict[str, str], *arguments: str) -> None:
    run([PYTHON, "manage.py", *arguments], env=environment.for_processes(values), cwd=ROOT)


def _wait_until_ready(supervisor: Supervisor, values: dict[str, str], port: int) -> None:
    host = urlsplit(values["SITE_URL"]).netloc
    _wait(supervisor, lambda: _answers(f"http://127.0.0.1:{port}/healthz", host), "the pages do not answer")
    _wait(supervisor, lambda: _answers(f"http://127.0.0.1:{port}/live/health", host), "/live/ does not answer")
    workers = sum(process.lane is not None for process in processes())
    _wait(supervisor, lambda: _count_workers(values) >= workers, "not every worker answers")


def _wait(supervisor: Supervisor, is_so: Callable[[], bool], complaint: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise CannotGoOn(f"Something did not come up: {complaint}. The logs in {shown(HOME.log)}/ say why.")
        supervisor.look_after()
        time.sleep(LOOK_EVERY_SECONDS)


def _answers(url: str, host: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": host}), timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _count_workers(values: dict[str, str]) -> int:
    command = [PYTHON, "-m", "celery", "-A", "config", "inspect", "ping", "--timeout", "2", "--json"]
    env = environment.for_processes(values)
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.count('"pong"')
