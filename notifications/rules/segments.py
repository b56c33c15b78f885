"""How many text messages does a text cost? Counted as phone networks do (3GPP TS 23.038 and 23.040)."""

from dataclasses import dataclass

# The letters of the GSM alphabet, each one of 7 bits …
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# … and those that take an escape before them, and so two places.
_EXTENDED = frozenset("\f^{}\\[~]|€")

# Places in one message that stands alone, and in each of several, whose head says how they belong together.
_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS2_ALONE, _UCS2_JOINED = 70, 67


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text is sent as.

    Attributes:
        is_gsm: In the 7-bit alphabet; one letter outside of it makes the whole text one of 16 bits.
        places: Septets or 16-bit units.
    """

    is_gsm: bool
    places: int
    segments: int


def cost_of(text: str) -> Cost:
    """The cost of a text. An empty one is sent too, as one message."""
    is_gsm = all(char in _BASIC or char in _EXTENDED for char in text)
    widths = [_width(char, is_gsm=is_gsm) for char in text]
    alone, joined = (_GSM_ALONE, _GSM_JOINED) if is_gsm else (_UCS2_ALONE, _UCS2_JOINED)
    places = sum(widths)
    return Cost(is_gsm, places, 1 if places <= alone else _filled(widths, joined))


def _width(char: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if char in _EXTENDED else 1
    # Emoji and rare scripts are a pair of units.
    return 2 if ord(char) > 0xFFFF else 1


def _filled(widths: list[int], size: int) -> int:
    """How many messages it takes: an escape or a pair is never parted, so a place at the end can stay empty."""
    segments, used = 1, 0
    for width in widths:
        if used + width > size:
            segments, used = segments + 1, 0
        used += width
    return segments
