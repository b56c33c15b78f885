"""What rows does a CSV file hold, whatever its encoding?"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neighborhoods.loading.problems import SHOWN_PROBLEMS, BadFile

# A geometry column can be long; the csv module's own limit is 128 kB.
LONGEST_FIELD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file with its header; the rows are read while they are asked for."""

    path: Path
    encoding: str
    header: list[str]

    def column(self, name: str) -> int:
        """Where a column is, counted from 0.

        Raises:
            BadFile: There is none called so, or more than one; the text lists the columns.
        """
        places = [place for place, column in enumerate(self.header) if column == name]
        if len(places) == 1:
            return places[0]
        why = f"{len(places)} columns are called “{name}”" if places else f"there is no column “{name}”"
        columns = ", ".join(column or "(without a name)" for column in self.header)
        raise BadFile(self.path.name, [f"{why}. Its columns: {columns}."])

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row after the header with the number of its last line; empty lines are passed over."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream)
            next(reader)
            try:
                for row in reader:
                    if row:
                        yield reader.line_num, row
            except csv.Error as error:
                raise BadFile(self.path.name, [f"line {reader.line_num} is no CSV: {error}."]) from error


def open_table(path: Path, *, is_strict: bool = False) -> Table:
    """Find out a CSV file's encoding and header.

    Args:
        is_strict: Refuse a file that is not UTF-8; otherwise it is read as Latin-1, which reads every byte.

    Raises:
        BadFile: No such file, empty, or not UTF-8.
    """
    csv.field_size_limit(LONGEST_FIELD)
    if not path.is_file():
        raise BadFile(path.name, ["there is no such file."])
    wrong_lines = _lines_that_are_not_utf8(path)
    if wrong_lines and is_strict:
        shown = ", ".join(map(str, wrong_lines[:SHOWN_PROBLEMS]))
        which = f"line {shown} is" if len(wrong_lines) == 1 else f"{len(wrong_lines):,} lines are"
        listed = "" if len(wrong_lines) == 1 else f": {shown}{' …' if len(wrong_lines) > SHOWN_PROBLEMS else ''}"
        raise BadFile(path.name, [f"{which} not UTF-8{listed}. Save the file in the encoding UTF-8."])
    encoding = "latin-1" if wrong_lines else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as stream:
        try:
            header = next(csv.reader(stream), None)
        except csv.Error as error:
            raise BadFile(path.name, [f"this is not a CSV file: {error}."]) from error
    if not header:
        raise BadFile(path.name, ["the file is empty."])
    return Table(path, encoding, header)


def _lines_that_are_not_utf8(path: Path) -> list[int]:
    """No letter of UTF-8 holds the byte that ends a line, so each line stands for itself."""
    wrong = []
    with path.open("rb") as stream:
        for line, content in enumerate(stream, start=1):
            try:
                content.decode()
            except UnicodeDecodeError:
                wrong.append(line)
    return wrong
