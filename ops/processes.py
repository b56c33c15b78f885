"""Which processes are there, and what is the command of each?"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).parent / "processes.toml"


@dataclass(frozen=True)
class Addresses:
    """Where the processes of one installation find each other. `host:port` each."""

    front: str
    web: str
    live: str
    static: str
    folder: str

    def words(self) -> dict[str, str]:
        live_host, _, live_port = self.live.rpartition(":")
        return {**vars(self), "live_host": live_host, "live_port": live_port}


@dataclass(frozen=True)
class Process:
    name: str
    answers: str
    command: str
    lane: str | None = None

    def arguments(self, addresses: Addresses) -> list[str]:
        """What follows `python`."""
        return [word.format(**addresses.words()) for word in self.command.split()]


def processes() -> list[Process]:
    """All of them, in the order they start."""
    return [Process(name=name, **entry) for name, entry in tomllib.loads(LIST.read_text()).items()]
