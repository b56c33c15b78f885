"""Does any code of a running site do what an attacker's words could bend: build SQL or HTML from them, run or fetch?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.place import ROOT

# What answers people; `benchmarks` and `ops` are started by whoever runs the server.
APPS = (
    "accounts",
    "commands",
    "community",
    "config",
    "core",
    "metrics",
    "neighborhoods",
    "notifications",
    "pages",
    "posts",
)

FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {
    "pickle": "unpacks whatever it is told to",
    "marshal": "unpacks whatever it is told to",
    "shelve": "unpacks whatever it is told to",
    "subprocess": "runs programs",
    "urllib.request": "asks other hosts",
    "http.client": "asks other hosts",
    "requests": "asks other hosts",
    "httpx": "asks other hosts",
    "aiohttp": "asks other hosts",
    "xml.etree.ElementTree": "reads XML",
    "lxml": "reads XML",
}
# Who asks another host all the same, and which.
ASKS = {
    "notifications/gateways/backend.py": {"requests"},  # the mail provider that the settings name, by anymail
    "notifications/gateways/texting.py": {"requests"},  # the provider of text messages that the settings name
    "notifications/gateways/web_push.py": {"aiohttp"},  # push services: `devices.check_endpoint` took their address
}
# HTML that is put together by hand, and why that is safe.
HAND_MADE_HTML = {
    "posts/cards.py": "puts rendered, escaped parts into rendered, escaped cards",
}
# Who proves themselves by something else than our own page: a link that was signed, a provider's secret and signature.
WITHOUT_CSRF_TOKEN = {"notifications/views/mail_events.py", "notifications/views/unsubscribing.py"}
SAFE_FILTERS = {"templates/django/forms/hint.html": "help texts are written in the code, never by people"}

SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
# What is put into a statement besides constants: names that stand in the same function.
IN_SQL = {
    ("core/trail.py", "names"): "tables that a migration names",
    ("core/trail.py", "role"): "the role of the settings",
    ("community/services/leaving.py", "table"): "of a list of names in the same file",
    ("neighborhoods/selectors/places.py", "point"): "a constant of the same function",
    ("neighborhoods/selectors/places.py", "at"): "a constant with such a point in it",
    **{
        ("posts/services/digests.py", name): "made of topics, paces and constants in the same function"
        for name in "topics who weekday pace length_back newest goes_on other length".split()
    },
    ("notifications/rules/quiet.py", "may_break"): "a condition that the two modules below name",
    ("notifications/rules/quiet.py", "moment"): "one of two constants of the same file",
    ("notifications/services/messages/telling.py", "channel"): "an enumeration",
    ("notifications/services/messages/telling.py", "may_break"): "a word of the same function",
    ("notifications/services/messages/telling.py", "told"): "a query made in this package",
    ("notifications/services/messages/telling.py", "people"): "one of three constants of the same file",
    ("notifications/services/messages/telling.py", "is_default"): "decides between two words",
    ("notifications/services/messages/telling.py", "wants"): "made of enumerations in the same file",
    ("notifications/services/messages/correcting.py", "may_break"): "a word of the same function",
    ("notifications/services/messages/correcting.py", "told_before"): "one of two constants of the same file",
}


def sources() -> list[Path]:
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_nothing_runs_unpacks_or_fetches_what_it_is_told(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_NAMES, node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert ast.unparse(node.func) not in {"os.system", "os.popen"}, node.lineno
    assert imports_of(tree) & FORBIDDEN_MODULES.keys() <= ASKS.get(name_of(path), set())
    if name_of(path) not in HAND_MADE_HTML:
        assert "mark_safe" not in path.read_text()
    if name_of(path) not in WITHOUT_CSRF_TOKEN:
        assert "csrf_exempt" not in path.read_text()


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_no_statement_is_built_from_what_somebody_sent(path: Path) -> None:
    """Values travel beside the statement; what is put into it are constants."""
    strange = [
        f"line {node.lineno}: {name}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr) and SQL.search(words_of(node))
        for name in variables_of(node)
        if (name_of(path), name) not in IN_SQL
    ]
    assert not strange


def test_templates_escape_what_they_show() -> None:
    unescaped = re.compile(r"\|\s*safe\b|autoescape off|safeseq")
    found = {
        name_of(path) for path in sorted((ROOT / "templates").rglob("*.html")) if unescaped.search(path.read_text())
    }
    assert found == SAFE_FILTERS.keys()


def imports_of(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def words_of(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def variables_of(node: ast.JoinedStr) -> Iterator[str]:
    """What is put into the text, but for constants, enumerations and functions of the same module."""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            called = {call.func for call in ast.walk(part) if isinstance(call, ast.Call)}
            for name in ast.walk(part.value):
                if isinstance(name, ast.Name) and name not in called and not name.id.lstrip("_")[:1].isupper():
                    yield name.id
