"""What does a letter with a code look like on paper?

One page each, on US Letter folded twice for a window envelope; the city's name above, the home in the window, the code
below the first fold. The file is written by reportlab, page by page.
"""

import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import segno
from django.utils.dateformat import format as format_date
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import inch
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from neighborhoods.codes import in_groups

TO_WHOEVER_LIVES_THERE = "Resident"
_WIDTH, _HEIGHT = LETTER
_LEFT = 0.9 * inch
# A number 10 window envelope shows this much of the upper third.
_WINDOW_WIDTH = 3.9 * inch
_WINDOW_TOP = _HEIGHT - 2.25 * inch
_WINDOW_LINES = 5
_TEXT_WIDTH = _WIDTH - 2 * _LEFT
_QR_WIDTH = 1.5 * inch
_HEADING = float(0.4 * inch)
# It ends no word and no line looks like it: a serif face whose 8 and B, 5 and S differ at a glance.
_CODE_FONT = "Courier-Bold"
# DejaVu comes with the distribution and knows every Latin name; Vera comes with reportlab and knows western ones.
_FACES = (("DejaVuSans.ttf", "Vera.ttf"), ("DejaVuSans-Bold.ttf", "VeraBd.ttf"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one letter.

    Attributes:
        name: To whom; left out where the font has not all its letters.
        address: The home's lines, as on an envelope.
    """

    name: str
    address: tuple[str, ...]
    code: str


def draw_letters(sheets: Iterable[Sheet], *, city_name: str, site_url: str, ends_on: date) -> bytes:
    """One PDF with a page for each letter.

    Args:
        site_url: Where the code is given, without a slash at the end.
        ends_on: Last day on which the codes work.
    """
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=LETTER)
    canvas.setTitle("Letters")
    for sheet in sheets:
        _draw_envelope(canvas, sheet, city_name)
        _draw_message(canvas, sheet, city_name, site_url, ends_on)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def can_print(text: str) -> bool:
    """Whether the font draws every letter, and in its right place.

    Scripts from right to left and those that join their letters need more than a font: a name in one of them would
    come out scrambled.
    """
    text = unicodedata.normalize("NFC", text)
    return all(_is_drawn_alone(letter) for letter in text)


def _is_drawn_alone(letter: str) -> bool:
    if unicodedata.bidirectional(letter) in {"R", "AL", "AN"} or unicodedata.category(letter)[0] in "MC":
        return False
    return ord(letter) in pdfmetrics.getFont(_font(is_bold=False)).face.charToGlyph


@cache
def _font(*, is_bold: bool) -> str:
    """Register the best face there is, once, and name it."""
    best, bundled = _FACES[is_bold]
    name = f"letter-{'bold' if is_bold else 'text'}"
    try:
        face = TTFont(name, best)
    except TTFError:
        face = TTFont(name, bundled)
    pdfmetrics.registerFont(face)
    return name


def _draw_envelope(canvas: Canvas, sheet: Sheet, city_name: str) -> None:
    canvas.setFont(_font(is_bold=True), 11)
    canvas.drawString(_LEFT, _HEIGHT - 0.9 * inch, f"Porchlight · {city_name}")
    name = unicodedata.normalize("NFC", sheet.name)
    lines = []
    for line in (name if can_print(name) else TO_WHOEVER_LIVES_THERE, *sheet.address):
        lines += simpleSplit(unicodedata.normalize("NFC", line), _font(is_bold=False), 12, _WINDOW_WIDTH)
    _write(canvas, lines[:_WINDOW_LINES], _LEFT, _WINDOW_TOP, size=12, leading=15)


def _draw_message(canvas: Canvas, sheet: Sheet, city_name: str, site_url: str, ends_on: date) -> None:
    fold = _HEIGHT * 2 / 3
    top = _heading(canvas, "Show that you live here", fold - 0.6 * inch)
    opening = (
        f"Somebody signed up at Porchlight, where the {city_name}, its police and its neighborhoods talk with each "
        "other, and gave this address as home. If it was you, this code shows it."
    )
    top = _paragraph(canvas, opening, top) - 0.25 * inch
    canvas.setFont(_font(is_bold=True), 11)
    canvas.drawString(_LEFT, top, "Your code")
    canvas.setFont(_CODE_FONT, 30)
    canvas.drawString(_LEFT, top - 0.55 * inch, in_groups(sheet.code))
    address = f"{site_url}/residency/code/"
    _draw_qr(canvas, f"{address}?code={sheet.code}", _WIDTH - _LEFT - _QR_WIDTH, top - _QR_WIDTH + 0.15 * inch)
    top -= _QR_WIDTH + 0.2 * inch
    top = _paragraph(canvas, f"1. Open {address} or point your phone’s camera at the square.", top)
    top = _paragraph(canvas, "2. Sign in, type the code, and press Check the code.", top) - 0.1 * inch
    ends = f"The code works until {format_date(ends_on, 'F j, Y')} and can be tried five times."
    top = _paragraph(canvas, f"{ends} It has no O, 0, I, 1, L or U.", top) - 0.1 * inch
    _paragraph(
        canvas,
        "Was it not you? Throw this letter away. Nobody can use the code without the account it belongs to, "
        "and nobody asks you for it by phone, by e-mail or at the door.",
        top,
    )


def _heading(canvas: Canvas, text: str, top: float) -> float:
    canvas.setFont(_font(is_bold=True), 18)
    canvas.drawString(_LEFT, top, text)
    return top - _HEADING


def _paragraph(canvas: Canvas, text: str, top: float) -> float:
    """Write a paragraph and return where the next one begins."""
    lines = simpleSplit(text, _font(is_bold=False), 11, _TEXT_WIDTH)
    return _write(canvas, lines, _LEFT, top, size=11, leading=16) - 6


def _write(canvas: Canvas, lines: list[str], left: float, top: float, *, size: float, leading: float) -> float:
    canvas.setFont(_font(is_bold=False), size)
    for line in lines:
        canvas.drawString(left, top, line)
        top -= leading
    return top


def _draw_qr(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    """All dark squares as one shape, neighbors in a row as one bar, so that a page stays small."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    shape = canvas.beginPath()
    for number, row in enumerate(reversed(rows)):
        for bar in re.finditer(rb"\x01+", row):
            shape.rect(bar.start(), number, bar.end() - bar.start(), 1)
    canvas.saveState()
    canvas.translate(left, bottom)
    canvas.scale(_QR_WIDTH / len(rows), _QR_WIDTH / len(rows))
    canvas.drawPath(shape, stroke=0, fill=1)
    canvas.restoreState()
