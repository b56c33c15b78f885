"""Which processes are there, and what is the command of each?"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).parent / "processes.toml"


@dataclass(frozen=True)
class Addresses:
    """Where the processes of one installation find each other.

    `web` and `live` are `host:port` as the front reaches them; each process listens at its port on `listen`.
    """

    listen: str
    front_port: int
    web: str
    live: str
    static: str
    folder: str

    def words(self) -> dict[str, str]:
        ports = {
            f"{name}_port": address.rpartition(":")[2] for name, address in (("web", self.web), ("live", self.live))
        }
        return {**{name: str(value) for name, value in vars(self).items()}, **ports}


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
