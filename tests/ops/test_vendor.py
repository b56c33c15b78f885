"""Does the copy script bring everything that pages ask for, and nothing that names what is not there?"""

import re
from xml.etree import ElementTree

from ops.place import ROOT
from ops.vendor import VENDOR
from posts.rules import KIND_LOOKS


def icons_asked_for() -> set[str]:
    """Names written in templates, in menus and for kinds of posts."""
    names = {look.icon for look in KIND_LOOKS.values()}
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        names |= set(re.findall(r"""{% icon ["'](\w+)["']""", text)) | set(re.findall(r'icon_name="(\w+)"', text))
    for script in (ROOT / "static" / "js").glob("*.js"):
        names |= set(re.findall(r'\bicon\("(\w+)"\)', script.read_text()))
    for module in (ROOT / "posts").rglob("*.py"):
        names |= set(re.findall(r'\bicon\("(\w+)"\)', module.read_text()))
    return names


def test_every_icon_a_page_asks_for_is_in_the_sprite() -> None:
    drawn = {symbol.get("id") for symbol in ElementTree.parse(VENDOR / "icons.svg").getroot()}
    assert len(icons_asked_for()) > 20
    assert icons_asked_for() <= drawn


def test_style_sheet_names_only_files_that_were_copied() -> None:
    folder = VENDOR / "uswds" / "css"
    named = set(re.findall(r"url\([\"']?(\.\./[^\"')]+)", (folder / "uswds.min.css").read_text()))
    assert len(named) > 20
    assert [name for name in named if not (folder / name).is_file()] == []


def test_no_file_names_a_source_map_because_none_is_copied() -> None:
    texts = [path for path in VENDOR.rglob("*") if path.suffix in {".css", ".js"}]
    assert len(texts) >= 4
    assert [path.name for path in texts if "sourceMappingURL=" in path.read_text()] == []
