"""Which words does the canary sing, and how are they recognized in whatever they were packed into?"""

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class Canary:
    """Something that stands nowhere else.

    Attributes:
        what: How a failing test names it.
        mark: The bytes to look for.
        tables: The tables of a dump that may hold it, by the beginning of their names.
        readers: Who may meet it on a page.
        is_mailed: Whether a mail to its owner holds it.
    """

    what: str
    mark: bytes
    tables: tuple[str, ...] = ()
    readers: frozenset[str] = frozenset()
    is_mailed: bool = False

    def is_in(self, blob: bytes) -> bool:
        """As it is in any case of letters, or as hexadecimal digits or base64, wherever in the packed text it began."""
        lowered = blob.lower()
        if self.mark.lower() in lowered or self.mark.hex().encode() in lowered:
            return True
        return any(packed in blob for packed in _base64_of(self.mark))


def _base64_of(mark: bytes) -> set[bytes]:
    """What is the same in base64 whatever stood before and after, at each of the three places it may begin."""
    packed = set()
    for start in range(3):
        whole = base64.b64encode(b"\0" * start + mark)
        # The first signs depend on what came before, the last ones on what came after.
        packed.add(whole[-(-start * 8 // 6) : (start + len(mark)) * 8 // 6])
    return packed | {each.replace(b"+", b"-").replace(b"/", b"_") for each in packed}
