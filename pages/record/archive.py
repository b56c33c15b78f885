"""How does the public record become one ZIP file while it is read?"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from pages.record.tables import TABLES, Days, Table
from pages.record.words import readme

PIECE_SIZE = 64 * 1024


class _Pipe:
    """What a ZIP is written into: it keeps only what has not been handed on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


@dataclass
class Archive:
    """A copy of the record, to be read once.

    Attributes:
        totals: How many lines each part has; complete once everything was read.
    """

    days: Days
    at: datetime
    totals: dict[str, int] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return f"porchlight-record-{self.days.first}-to-{self.days.last}.zip"

    def pieces(self) -> Iterator[bytes]:
        """The ZIP, a piece at a time. What it holds in memory does not grow with the record."""
        pipe = _Pipe()
        with ZipFile(pipe, "w") as zipped:
            for table in TABLES:
                with zipped.open(self._entry(f"{table.name}.jsonl"), "w", force_zip64=True) as part:
                    for _ in self._write_table(table, part):
                        if pipe.size >= PIECE_SIZE:
                            yield pipe.take()
            self._write_text(zipped, "README.txt", readme(self.days, self.totals, at=self.at))
            sums = "".join(f"{digest}  {name}\n" for name, digest in self._digests.items())
            self._write_text(zipped, "SHA256SUMS", sums)
        yield pipe.take()

    def count(self) -> None:
        """Fill in the totals without writing anything."""
        for table in TABLES:
            self.totals[table.name] = sum(1 for _ in table.rows(self.days))

    def _write_table(self, table: Table, part: IO[bytes]) -> Iterator[None]:
        """A line a step, so that whoever calls can hand on what is finished."""
        digest = hashlib.sha256()
        self.totals[table.name] = 0
        for row in table.rows(self.days):
            line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
            digest.update(line)
            part.write(line)
            self.totals[table.name] += 1
            yield
        self._digests[f"{table.name}.jsonl"] = digest.hexdigest()

    def _write_text(self, zipped: ZipFile, name: str, text: str) -> None:
        content = text.encode()
        self._digests[name] = hashlib.sha256(content).hexdigest()
        zipped.writestr(self._entry(name), content)

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, timezone.localtime(self.at).timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED
        # Readable for its owner alone, wherever it is unpacked.
        entry.external_attr = 0o600 << 16
        return entry
