"""What never reaches a log, whoever wrote the line? Addresses, keys, and the words of a database row.

Nothing of ours logs such things. This is the net below: an exception's text, a library's line, a path with a key in it.
"""

import logging
import re

# With an error PostgreSQL tells which row it refused, line ends included: all of it up to the next exception.
_ROW = re.compile(
    r"(?:DETAIL|CONTEXT|LINE \d+): .*?(?=\s+The above exception was |\s+During handling of |\s+Traceback \(|\Z)",
    re.DOTALL,
)
_EMAIL = re.compile(r"[^\s@<>()\[\]\"'=,;:/]+@[^\s@<>()\[\]\"'=,;:/]+")
_HEADER = re.compile(r"\b(token|bearer|basic) +[\w.~+/=-]{8,}", re.IGNORECASE)
# Digests and session keys are of one case, signed values and tokens of both; no name in the code is like either.
_KEY = re.compile(
    r"(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{20,}(?![a-z0-9])"
    r"|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}(?![\w-])"
)


class DiscreetFormatter(logging.Formatter):
    """Formats a line, exception included, and takes out what is nobody's business."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


def discreet(text: str) -> str:
    """The text without database rows, e-mail addresses and keys."""
    text = _ROW.sub("(row left out)", text)
    text = _EMAIL.sub("(e-mail)", text)
    text = _HEADER.sub(r"\1 (key)", text)
    return _KEY.sub("(key)", text)
