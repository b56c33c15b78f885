"""How are PostgreSQL's own programs run against a database, with no password where others could read it?"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from ops.say import CannotGoOn


@dataclass(frozen=True)
class Login:
    """A database as one role sees it. The address holds no password: command lines are public."""

    address: str
    password: str

    @classmethod
    def of_url(cls, url: str) -> "Login":
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return cls(urlunsplit(parts._replace(netloc=f"{parts.username}@{host}")), unquote(parts.password or ""))

    def ask(self, sql: str) -> str:
        """What a statement answers, one value a line."""
        return self.run("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql).strip()

    def run(self, program: str, *arguments: str | Path, output: IO[bytes] | None = None) -> str:
        """Run one of PostgreSQL's clients; answers what it printed, unless that goes to a file.

        Raises:
            CannotGoOn: It failed; the message ends with its last words.
        """
        command = [str(client(program)), "--no-password", "--dbname", self.address, *map(str, arguments)]
        env = {**os.environ, "PGPASSWORD": self.password}
        return run_client(command, env=env, output=output)

    def feed(self, before: str, producer: Sequence[str]) -> None:
        """Run, in one transaction, statements and then the script that another program writes.

        It commits only once that program said that all is well: a script that is cut off leaves nothing behind.

        Raises:
            CannotGoOn: One of the two failed; the message ends with its last words.
        """
        command = [str(client("psql")), "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
        command += ["--no-password", "--dbname", self.address]
        env = {**os.environ, "PGPASSWORD": self.password}
        with (
            tempfile.TemporaryFile() as words,
            subprocess.Popen(producer, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words) as writer,
            subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stderr=words) as reader,
        ):
            assert writer.stdout is not None
            assert reader.stdin is not None
            with suppress(BrokenPipeError):
                reader.stdin.write(f"BEGIN;\n{before}\n".encode())
                shutil.copyfileobj(writer.stdout, reader.stdin)
                if writer.wait() == 0:
                    reader.stdin.write(b"\nCOMMIT;\n")
                reader.stdin.flush()
            with suppress(BrokenPipeError):
                reader.stdin.close()
            # Whoever writes hears that nobody reads any more.
            writer.stdout.close()
            if reader.wait() != 0 or writer.wait() != 0:
                words.seek(0)
                said = words.read().decode(errors="replace")[-2000:]
                raise CannotGoOn(f"This did not work, and nothing was changed:\n{said}")


def run_client(command: list[str], *, env: dict[str, str] | None = None, output: IO[bytes] | None = None) -> str:
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=output or subprocess.PIPE, stderr=subprocess.PIPE
    )
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace")[-2000:]
        raise CannotGoOn(f"{Path(command[0]).name} failed:\n{words}")
    return "" if output else done.stdout.decode(errors="replace")


def client(program: str) -> Path:
    """The newest installed one: it understands older servers too."""
    found = [path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}") if path.parts[-3].isdigit()]
    if not found:
        raise CannotGoOn(f"There is no {program} on this machine. On Debian it comes with postgresql-client.")
    return max(found, key=lambda path: int(path.parts[-3]))
