"""Which word was said: run, test, services, stop, backup, restore or check?"""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from ops import backup, check, restore, running, services, testing
from ops.place import HOME, ROOT
from ops.say import CannotGoOn, complain, say

WORDS = {
    "run": running.main,
    "test": testing.main,
    "services": services.start,
    "stop": services.stop,
    "backup": backup.main,
    "restore": restore.main,
    "check": check.main,
}

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2 or arguments[0] not in WORDS:
        complain(f"usage: python3 -m ops {'|'.join(WORDS)}")
        return 2
    if len(arguments) == 1:
        # Our folder on the command line tells us from a stranger that has a number of ours by now.
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "ops", arguments[0], f"{HOME.local}/"])
    for number in ENDINGS:
        # `nohup` asks to outlive the terminal; a shell's `&` only means the keyboard when it ignores Ctrl-C.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        return WORDS[arguments[0]]()
    except CannotGoOn as error:
        complain(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    # Once is enough: a second Ctrl-C must not cut the stopping short and leave a server behind.
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
