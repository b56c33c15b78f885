"""How does this checkout get a Redis of its own?"""

import shutil
import subprocess
import time

from ops import owned
from ops.environment import password_in, port_in, redis_url
from ops.place import Place, shown, write_private
from ops.ports import free_port, is_answering, is_free
from ops.say import CannotGoOn

START_SECONDS = 30

# `noeviction`: the queue lies here beside the cache, and a task must not be thrown out to make room for a fragment.
# The title of the process names our folder, so that a pid can be told from a stranger's.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
pidfile {folder}/redis.pid
logfile {log}
daemonize yes
appendonly {keep}
save ""
maxmemory-policy noeviction
proc-title-template "{{title}} {{config-file}} {{listen-addr}}"
"""


def start(place: Place, env: dict[str, str]) -> dict[str, str]:
    """Bring the server up; its URL is the answer. A port that was taken meanwhile is given up for another one."""
    url = env.get("REDIS_URL")
    password, port = password_in(url), port_in(url)
    if url is not None and port is not None and _is_running(place) and is_answering(port):
        return {"REDIS_URL": url}
    stop(place)
    if port is None or not is_free(port):
        port = free_port("redis", place.local)
    _start_server(place, password, port)
    return {"REDIS_URL": redis_url(password, f"127.0.0.1:{port}")}


def stop(place: Place) -> bool:
    """Stop the server if it runs; it writes what it holds first."""
    pid = owned.pid_in(place.redis / "redis.pid")
    return pid is not None and owned.stop(pid, place.local)


def _is_running(place: Place) -> bool:
    pid = owned.pid_in(place.redis / "redis.pid")
    return pid is not None and owned.is_ours(pid, place.local)


def _start_server(place: Place, password: str, port: int) -> None:
    folder, log = place.redis, place.log / "redis.log"
    folder.mkdir(mode=0o700, exist_ok=True)
    program = shutil.which("redis-server", path="/usr/local/bin:/usr/bin")
    if program is None:
        raise CannotGoOn("There is no redis-server on this machine.")
    configuration = folder / "redis.conf"
    keep = "no" if place.is_for_tests else "yes"
    text = CONFIGURATION.format(port=port, password=password, folder=folder, log=log, keep=keep)
    write_private(configuration, text)
    subprocess.run([program, configuration], cwd=folder, stdin=subprocess.DEVNULL, check=False, start_new_session=True)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _is_running(place) and is_answering(port):
            return
        time.sleep(0.05)
    raise CannotGoOn(f"Redis did not start; {shown(log)} says why.")
