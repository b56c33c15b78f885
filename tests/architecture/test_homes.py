"""Is an exact home opened only where its resident or the letter to them needs it?"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "neighborhoods", "commands", "notifications", "community", "posts", "metrics", "pages", "config")

OPENS = {"unseal", "open_home"}
# The letter, the resident's own page, the resident's own data; the other two are where it is kept and looked for.
MAY_OPEN = {
    "neighborhoods/services/letters.py",
    "neighborhoods/selectors/proofs.py",
    "neighborhoods/receivers.py",
    "neighborhoods/selectors/residencies.py",
    "neighborhoods/sealing.py",
}
MAY_TOUCH_ROWS = {
    *MAY_OPEN,
    "neighborhoods/services/homes.py",
    "neighborhoods/services/forgetting.py",
    "neighborhoods/selectors/own_data.py",
}
# A mail that waits is sealed, too.
MAY_OPEN_MAILS = {"notifications/services/account_mail.py"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def called(tree: ast.Module) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "") for name in calls}


def test_an_exact_home_is_opened_in_few_places() -> None:
    assert {file for file, tree in sources() if called(tree) & OPENS} == MAY_OPEN


def test_rows_of_homes_are_touched_in_few_places() -> None:
    """By the model, by what leads to it from a residency, or by the table's name in SQL."""
    for file, tree in sources():
        if file in MAY_TOUCH_ROWS or "/migrations/" in file:
            continue
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert "sealed" not in reached or file in MAY_OPEN_MAILS, file
        assert "Home" not in names or file.startswith("neighborhoods/models/"), file
        assert not any("neighborhoods_home" in text for text in texts), file
