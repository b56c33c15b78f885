"""How does text that others wrote fit where a message shows it?"""

import unicodedata


def one_line(text: str) -> str:
    """One space between words and no sign that breaks a line or steers a terminal; emoji and any script stay."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())


def cut_at_word(text: str, limit: int) -> str:
    """At most `limit` characters; what is longer ends after a whole word, with “…”.

    A single word that is too long is cut inside.
    """
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    whole = kept if text[limit - 1].isspace() else kept.rpartition(" ")[0] or kept
    return f"{whole.rstrip()}…"
