"""Where does everything of this checkout lie?"""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class Place:
    """One set of private servers with its settings: the one people use, or the one tests use."""

    local: Path
    is_for_tests: bool = False

    @property
    def env_file(self) -> Path:
        return self.local / "env"

    @property
    def postgres(self) -> Path:
        return self.local / "postgres"

    @property
    def redis(self) -> Path:
        return self.local / "redis"

    @property
    def log(self) -> Path:
        return self.local / "log"

    @property
    def run(self) -> Path:
        return self.local / "run"

    def prepare(self) -> None:
        # PostgreSQL's own user has to pass through; what is private inside is closed file by file.
        for folder in (self.local, self.log, self.run):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)


def shown(path: Path) -> str:
    """A path as people at the checkout write it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


HOME = Place(ROOT / ".local")
TESTS = Place(ROOT / ".local" / "test", is_for_tests=True)


def write_private(path: Path, text: str) -> None:
    """Put `text` where only its owner reads it, all of it or nothing."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
