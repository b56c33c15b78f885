"""How does this checkout get a PostgreSQL of its own?

The cluster listens on 127.0.0.1 only, has no socket, and belongs to `postgres` when root set it up, else to the
person who did. Its folder is `.local/postgres`, or, where a closed folder above the checkout keeps `postgres` out,
a folder of its own under the system's kept temporary files, with `.local/postgres` pointing to it.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from ops import owned
from ops.clients import Login
from ops.commands import run
from ops.environment import DATABASE, ROLE_URLS, database_url, password_in, passwords_sql, port_in
from ops.place import Place, shown, write_private
from ops.ports import free_port, is_free
from ops.say import CannotGoOn

KEPT_TEMPORARY = Path("/var/tmp")
MAKE_ROLES = Path(__file__).parent / "roles.sql"
START_SECONDS = 60

CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
log_min_duration_statement = 2000
"""
# A test cluster is thrown away with its tests; what a power cut would cost it is of no interest.
CONFIGURATION_FOR_TESTS = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def find_programs() -> Path | None:
    """The folder with the newest installed PostgreSQL that has PostGIS."""
    versions = [
        int(control.parent.parent.name)
        for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
        if Path(f"/usr/lib/postgresql/{control.parent.parent.name}/bin/postgres").exists()
    ]
    return Path(f"/usr/lib/postgresql/{max(versions)}/bin") if versions else None


def start(place: Place, env: dict[str, str]) -> dict[str, str]:
    """Bring the cluster up, making or mending it first.

    Returns:
        The two database URLs. A port that was taken meanwhile is given up for another one.
    """
    data = _settle(place) / "data"
    passwords = {role: password_in(env.get(name)) for role, name in ROLE_URLS.items()}
    port = _running_port(place)
    is_finished = _stamp(place).exists()
    if not is_finished:
        stop(place)
        _make_cluster(place, data)
        port = None
    if port is None:
        port = port_in(env.get("DATABASE_URL"))
        if port is None or not is_free(port):
            port = free_port("postgres", place.local)
        _start_server(place, data, port)
    if not is_finished:
        _ask(place, port, MAKE_ROLES.read_text())
        _write_as_server(_stamp(place), _version(data))
    # Every time, so that a lost `.local/env` costs new passwords and not the data.
    _ask(place, port, passwords_sql(passwords))
    return _urls(passwords, port)


def stop(place: Place) -> bool:
    """Stop the cluster if it runs. Fast: sessions are cut, the data is safe."""
    pid = owned.pid_in(place.postgres / "data" / "postmaster.pid")
    return pid is not None and owned.stop(pid, place.local, signal.SIGINT, seconds=60)


def superuser(place: Place) -> Login:
    """The role that row security hides nothing from.

    Raises:
        CannotGoOn: The cluster does not run.
    """
    port = _running_port(place)
    if port is None:
        raise CannotGoOn("The PostgreSQL of this checkout does not run; `make services` starts it.")
    password = (place.postgres / "superuser").read_text().strip()
    return Login(f"postgresql://postgres@127.0.0.1:{port}/{DATABASE}", password)


def _urls(passwords: dict[str, str], port: int) -> dict[str, str]:
    return {name: database_url(role, passwords[role], f"127.0.0.1:{port}") for role, name in ROLE_URLS.items()}


def _stamp(place: Place) -> Path:
    return place.postgres / "ready"


def _version(data: Path) -> str:
    return (data / "PG_VERSION").read_text().strip()


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root, so root runs it as the user its package made."""
    return "postgres" if os.geteuid() == 0 else None


def _write_as_server(path: Path, text: str) -> None:
    write_private(path, text + "\n")
    if user := _server_user():
        shutil.chown(path, user)


def _settle(place: Place) -> Path:
    """The folder of the cluster, in a place its server can reach."""
    folder = place.postgres
    if folder.is_symlink() and not folder.exists():
        folder.unlink()
    if not folder.exists():
        user = _server_user()
        if user and not _may_enter(user, place.local):
            kept = Path(tempfile.mkdtemp(prefix="porchlight-", dir=KEPT_TEMPORARY))
            folder.symlink_to(kept)
        else:
            folder.mkdir(mode=0o700)
        if user:
            shutil.chown(folder, user)
    real = folder.resolve()
    try:
        owner = pwd.getpwuid(real.stat().st_uid).pw_name
        reachable = os.geteuid() == 0 or os.access(real, os.R_OK | os.X_OK)
    except (KeyError, PermissionError):
        owner, reachable = "somebody else", False
    if not reachable:
        raise CannotGoOn(
            f"{folder} belongs to {owner}, so this checkout was set up by root. "
            "Run it as root again, or use a checkout of your own."
        )
    return real


def _may_enter(user: str, folder: Path) -> bool:
    command = ["test", "-x", str(folder)]
    return subprocess.run(command, cwd="/", user=user, group=user, extra_groups=[]).returncode == 0


def _make_cluster(place: Place, data: Path) -> None:
    """Start over: what lies here has no stamp, so it was never finished and holds nothing."""
    programs = _programs(None)
    shutil.rmtree(data, ignore_errors=True)
    password_file = place.postgres / "superuser"
    _write_as_server(password_file, secrets.token_hex(16))
    initdb: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    initdb += ["-k", "--auth=scram-sha-256", f"--pwfile={password_file.resolve()}"]
    # From a folder every user may stand in: `postgres` cannot enter ours when a parent is closed.
    run(initdb, cwd=Path("/"), user=_server_user())
    with open(data / "postgresql.conf", "a") as file:
        file.write(CONFIGURATION + (CONFIGURATION_FOR_TESTS if place.is_for_tests else ""))


def _programs(data: Path | None) -> Path:
    programs = Path(f"/usr/lib/postgresql/{_version(data)}/bin") if data else find_programs()
    if programs is None or not programs.exists():
        raise CannotGoOn("There is no PostgreSQL with PostGIS for this cluster under /usr/lib/postgresql.")
    return programs


def _start_server(place: Place, data: Path, port: int) -> None:
    log = place.log / "postgres.log"
    # The extra setting only names us on the command line, so that a pid can be told from a stranger's.
    server = [_programs(data) / "postgres", "-D", data, "-p", str(port), "-c", f"porchlight.local={place.local}/"]
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [str(word) for word in server],
            cwd="/",
            user=_server_user(),
            group=_server_user(),
            extra_groups=[] if _server_user() else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _running_port(place) == port:
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise CannotGoOn(f"PostgreSQL did not start; the last lines of {shown(log)}:\n{_tail(log)}")


def _running_port(place: Place) -> int | None:
    """Where our server takes connections; None while it does not run or is not ready.

    The file is the server's own account of itself; its pid must be a process that names our folder, so whatever
    else answers on that port is not mistaken for ours.
    """
    try:
        lines = (place.postgres / "data" / "postmaster.pid").read_text().splitlines()
        pid, port, status = int(lines[0]), int(lines[3]), lines[7].strip()
    except (OSError, ValueError, IndexError):
        return None
    return port if status == "ready" and owned.is_ours(pid, place.local) else None


def _ask(place: Place, port: int, sql: str) -> None:
    """Run SQL as the superuser of our cluster; from standard input, because command lines are public."""
    psql = [str(_programs(place.postgres / "data") / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
    superuser = (place.postgres / "superuser").read_text().strip()
    run([*psql, "-p", str(port), "-U", "postgres", "-d", "postgres"], env={"PGPASSWORD": superuser}, text=sql)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
