"""How is another program run, so that a failure shows what it said?"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.say import CannotGoOn


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    text: str = "",
    user: str | None = None,
) -> str:
    """Run to the end, without a terminal to ask at, and return what it printed.

    Args:
        env: Variables on top of our own.
        text: What the program reads from its standard input.
        user: Whom the program runs as; only root can choose.

    Raises:
        CannotGoOn: It failed; the message ends with its last words.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise CannotGoOn(f"There is no program {words[0]} on this machine.") from error
    if done.returncode != 0:
        raise CannotGoOn(f"This failed: {' '.join(words)}\n{done.stdout[-3000:]}")
    return done.stdout


def as_root(command: Sequence[str | Path]) -> list[str | Path]:
    return [*command] if os.geteuid() == 0 else ["sudo", "--non-interactive", *command]
