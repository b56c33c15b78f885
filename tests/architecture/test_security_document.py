"""Does docs/security.md answer every item it goes through, and does every test it names exist?"""

import ast
import re
from collections.abc import Iterator

from ops.place import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text()

# OWASP ASVS 5.0.0: how many items each section of the chapters we go through has, those of level 3 included.
SECTIONS = {
    "1.1": 2, "1.2": 10, "1.3": 12, "1.4": 3, "1.5": 3,
    "2.1": 3, "2.2": 3, "2.3": 5, "2.4": 2,
    "3.1": 1, "3.2": 3, "3.3": 5, "3.4": 8, "3.5": 8, "3.6": 1, "3.7": 5,
    "5.1": 1, "5.2": 6, "5.3": 3, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2,
}  # fmt: skip
LEVEL_3 = set(
    "1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5 5.2.4 "
    "5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1 6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 "
    "8.3.2 8.3.3 8.4.2".split()
)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_item_is_answered_once() -> None:
    expected = {
        f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)
    } - LEVEL_3
    answered = [item for line in DOCUMENT.splitlines() for item in items_of(line)]
    assert sorted(answered) == sorted(set(answered))
    assert set(answered) == expected


def test_every_test_that_is_named_exists() -> None:
    named = TEST.findall(DOCUMENT)
    assert named
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(path)]
    assert not missing


def test_every_answer_names_a_test_or_says_that_there_is_none() -> None:
    silent = [
        line
        for line in DOCUMENT.splitlines()
        if re.match(r"\| \d+\.\d+\.\d+ ", line) and not TEST.search(line) and "no test" not in line
    ]
    assert not silent


def items_of(line: str) -> Iterator[str]:
    """The items a row of a table answers, or the line that says what does not apply: "6.8.1–6.8.4"."""
    if not line.startswith(("| ", "Not applicable: ")):
        return
    answered = line.split("|")[1] if line.startswith("| ") else line
    for section, first, last in re.findall(r"\b(\d+\.\d+)\.(\d+)(?:–\d+\.\d+\.(\d+))?", answered):
        yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def names_in(path: str) -> set[str]:
    file = ROOT / "tests" / path
    if not file.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}
