"""How is all that the database holds put into one file, and is that file good?"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from ops import environment, postgres
from ops.clients import Login, client, run_client
from ops.place import HOME, Place, shown
from ops.say import CannotGoOn, say

BACKUP_URL = "DATABASE_BACKUP_URL"


def main() -> int:
    """`make backup`: a file beside the others, while everything goes on running."""
    HOME.prepare()
    login = who_sees_everything(HOME)
    started = time.monotonic()
    file = back_up(login, HOME.local / "backups")
    size = file.stat().st_size / 1_000_000
    say(f"{shown(file)}: {size:,.1f} MB, in {time.monotonic() - started:.1f} s. It was read back to its end.")
    say(f"It holds every word of this city. The keys to what is encrypted in it are not in it: {shown(HOME.env_file)}.")
    return 0


def who_sees_everything(place: Place) -> Login:
    """A role that row security hides nothing from; as any other, `pg_dump` refuses to leave out what it cannot see.

    Raises:
        CannotGoOn: Nobody told us of one.
    """
    values = environment.read_env(place)
    url = os.environ.get(BACKUP_URL) or values.get(BACKUP_URL)
    if url:
        return Login.of_url(url)
    if environment.given_servers():
        raise CannotGoOn(
            "The environment names a database of its own. Only a role that sees every row can back it up: make one as "
            f"docs/operations.md says, and name it in {BACKUP_URL}."
        )
    in_containers = place.local / "superuser"
    if in_containers.exists():
        owner = Login.of_url(values["DATABASE_OWNER_URL"])
        return Login(owner.address.replace("//owner@", "//postgres@", 1), in_containers.read_text().strip())
    return postgres.superuser(place)


def back_up(login: Login, folder: Path) -> Path:
    """Write a backup that is whole and readable by its owner alone, or none at all."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.dump"
    draft = file.with_suffix(".part")
    draft.unlink(missing_ok=True)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
            login.run("pg_dump", "--format=custom", "--compress=6", output=output)
        check(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file


def check(file: Path) -> list[str]:
    """Read a backup to its end.

    Returns:
        Its table of contents, a line for each thing in it.

    Raises:
        CannotGoOn: It is no backup, or not all of one.
    """
    pg_restore = str(client("pg_restore"))
    lines = run_client([pg_restore, "--list", str(file)]).splitlines()
    run_client([pg_restore, "--file=/dev/null", str(file)])
    contents = [line for line in lines if line and not line.startswith(";")]
    if not any(" TABLE DATA " in line for line in contents):
        raise CannotGoOn(f"{shown(file)} holds no tables.")
    return contents
