"""Which files of the front-end packages do the pages use?

They are copied from `node_modules/` to the git-ignored `static/vendor/`, together with every font and picture that a
copied style sheet names.
"""

import re
import shutil
from pathlib import Path

from ops.place import ROOT
from ops.say import CannotGoOn

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# From the package's folder (left) to a folder under static/vendor/ (right). The pages need:
FILES = {
    "@uswds/uswds/dist/css/uswds.min.css": "uswds/css",
    "@uswds/uswds/dist/js/uswds.min.js": "uswds/js",
    "@uswds/uswds/dist/js/uswds-init.min.js": "uswds/js",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre",
    "maplibre-gl/dist/maplibre-gl-shared.mjs": "maplibre",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre",
}

# Drawings of USWDS that become symbols of one file, static/vendor/icons.svg.
ICON_FOLDER = "@uswds/uswds/dist/img/usa-icons"
ICONS = """
ICONLIST
""".split()

REFERENCE = re.compile(r"""url\(["']?(?!data:)([^"')#?]+)""")
SOURCE_MAP = re.compile(r"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def copy() -> None:
    """Make `static/vendor/` anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, folder in FILES.items():
        source = PACKAGES / name
        target = VENDOR / folder / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Without the line: the maps are not copied, and collecting static files stops at a name it cannot find.
        target.write_text(SOURCE_MAP.sub("", source.read_text()))
        if source.suffix == ".css":
            _copy_references(source, target)
    (VENDOR / "icons.svg").write_text(_sprite())


def _copy_references(source: Path, target: Path) -> None:
    for reference in set(REFERENCE.findall(source.read_text())):
        picture = target.parent / reference
        picture.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.parent / reference, picture)


def _sprite() -> str:
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>' for name in ICONS]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _drawing(name: str) -> str:
    found = DRAWING.search((PACKAGES / ICON_FOLDER / f"{name}.svg").read_text())
    if found is None:
        raise CannotGoOn(f"The drawing {name} in {ICON_FOLDER} is not one that can be read.")
    return found[1]
