"""How do tests read a file of letters, and which home can one be mailed to?"""

import base64
import re
import zlib

from neighborhoods.sealing import ExactHome

_STREAM = re.compile(rb"stream\r?\n(.*?)\s*endstream", re.DOTALL)
_WORDS = re.compile(rb"\((.*?)(?<!\\)\) Tj")
_BARS = re.compile(rb"(\d+) (\d+) (\d+) 1 re\b")
_CODE = re.compile(r"\b([2-9A-HJKMNP-TV-Z]{4}) ([2-9A-HJKMNP-TV-Z]{4})\b")
HOME = ExactHome(street="1127 V St", unit="Apt 2", city="Sacramento", postcode="95818")


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, a line of the letter a line; letters outside ASCII come out garbled."""
    return ["\n".join(words.decode("latin-1") for words in _WORDS.findall(page)) for page in _drawings(pdf)]


def codes_in(pdf: bytes) -> list[str]:
    """The code of each page, without its blank."""
    return ["".join(match) for page in pages_of(pdf) for match in _CODE.findall(page)]


def squares_in(pdf: bytes) -> list[set[tuple[int, int]]]:
    """The dark squares of each page's QR code, as (row from the bottom, column)."""
    return [
        {
            (int(row), column)
            for start, row, width in _BARS.findall(page)
            for column in range(int(start), int(start) + int(width))
        }
        for page in _drawings(pdf)
    ]


def _drawings(pdf: bytes) -> list[bytes]:
    assert pdf.startswith(b"%PDF-")
    drawings = []
    for stream in _STREAM.findall(pdf):
        try:
            content = zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
        except (ValueError, zlib.error):
            continue
        if b" Tj" in content:
            drawings.append(content)
    return drawings
