"""Can every page live under a policy without inline code and without outside hosts?"""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
# A mail has no policy and no style sheet of its own.
PAGES = [template for template in TEMPLATES if "email" not in template.parts]


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_nothing_is_inline_and_nothing_comes_from_outside(template: Path) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", template.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


def test_the_policy_allows_nothing_inline_and_no_outside_host() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in directives.values() for source in sources}
    assert allowed <= {"'none'", "'self'", "data:"}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
