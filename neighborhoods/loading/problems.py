"""How is a file refused?"""

from collections.abc import Sequence

from core.errors import DomainError

SHOWN_PROBLEMS = 20


class BadFile(DomainError):
    """The file cannot be loaded, and nothing of it was. The text names the file and, in each line, what is wrong."""

    def __init__(self, file_name: str, problems: Sequence[str], advice: str = "") -> None:
        shown = list(problems[:SHOWN_PROBLEMS])
        if len(problems) > SHOWN_PROBLEMS:
            shown.append(f"and {len(problems) - SHOWN_PROBLEMS:,} more.")
        if len(shown) == 1 and not advice:
            super().__init__(f"{file_name}: {shown[0]}")
        else:
            lines = [f"{file_name} was not loaded:", *(f"- {problem}" for problem in shown)]
            super().__init__("\n".join([*lines, advice] if advice else lines))
