"""Is the code as we want it, before any test runs?"""

from ops import packages, python
from ops.commands import run
from ops.locks import in_turn
from ops.place import HOME, PYTHON, ROOT
from ops.say import CannotGoOn, complain, say, step

# Nothing is read or written there: these checks load the settings and stop.
SETTINGS = {
    "SECRET_KEY": "only for checks, only for checks, only for checks 0123456789",
    "LIVE_TOKEN_KEY": "only for checks too",
    "SECOND_FACTOR_KEYS": "only for checks too",
    "HOME_KEYS": "only for checks too",
    "HOUSEHOLD_KEY": "only for checks too",
    "VAPID_PRIVATE_KEY": "only for checks too",
    "SITE_URL": "https://porchlight.example",
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/none",
    "DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DEBUG": "0",
    "DEMO": "0",
}

CHECKS = {
    "ruff": ["-m", "ruff", "check", "--quiet", "."],
    "format": ["-m", "ruff", "format", "--quiet", "--check", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
    "templates": ["-m", "djlint", "templates", "--lint", "--quiet"],
    "migrations": ["-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "api schema": ["manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null"],
}


def main() -> int:
    HOME.prepare()
    with in_turn(HOME.run / "setup.lock"):
        packages.install()
        python.install()
    failed = [name for name, arguments in CHECKS.items() if not _passes(name, arguments)]
    if failed:
        complain(f"Not as it should be: {', '.join(failed)}")
        return 1
    say("All checks pass.")
    return 0


def _passes(name: str, arguments: list[str]) -> bool:
    with step(f"Checking {name}"):
        try:
            run([PYTHON, *arguments], env=SETTINGS, cwd=ROOT)
        except CannotGoOn as error:
            complain(str(error))
            return False
    return True
