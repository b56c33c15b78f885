"""Which word was said: run, test, services, stop or check?"""

import sys

from ops import check, services, supervise, testing
from ops.say import CannotGoOn, complain

WORDS = {
    "run": supervise.main,
    "test": testing.main,
    "services": services.start,
    "stop": services.stop,
    "check": check.main,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in WORDS:
        complain(f"usage: python3 -m ops {'|'.join(WORDS)}")
        return 2
    try:
        return WORDS[arguments[0]]()
    except CannotGoOn as error:
        complain(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
