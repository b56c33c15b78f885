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

# From the package's folder (left) to its name under static/vendor/ (right). MapLibre's modules lose their ".mjs": the
# names of imports are rewritten, when static files are collected, in files called ".js" alone.
FILES = {
    "@uswds/uswds/dist/css/uswds.min.css": "uswds/css/uswds.min.css",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre/maplibre-gl.css",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre/maplibre-gl.js",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre/maplibre-gl-worker.js",
}

# Drawings of USWDS that become symbols of one file, static/vendor/icons.svg.
ICON_FOLDER = "@uswds/uswds/dist/img/usa-icons"
ICONS = """
account_circle add announcement arrow_back arrow_forward attach_file calendar_today campaign cancel chat check
check_circle check_circle_outline close code comment do_not_disturb edit error error_outline event expand_less
expand_more favorite favorite_border file_download flag forum groups help help_outline history home info info_outline
insights label lightbulb lightbulb_outline link list location_on lock lock_outline login logout loop mail mail_outline
map menu more_horiz my_location navigate_before navigate_next notifications notifications_none people person phone
photo_camera print priority_high public push_pin remove rss_feed schedule school search send settings share shield
undo update verified verified_user visibility visibility_off warning
""".split()

REFERENCE = re.compile(r"""url\(["']?(?!data:)([^"')#?]+)""")
SOURCE_MAP = re.compile(r"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def copy() -> None:
    """Make `static/vendor/` anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, new_name in FILES.items():
        source, target = PACKAGES / name, VENDOR / new_name
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


if __name__ == "__main__":
    copy()
