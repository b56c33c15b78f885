"""How do mails show the addresses of pages that stand in a plain text?"""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# Without what ends a sentence or closes a parenthesis after it.
_PAGE = re.compile(r"https?://[^\s<>\"”’]*[^\s<>\"”’.,;:!?)\]]")


@register.filter
def linked(text: str) -> SafeString:
    """The text, escaped, with addresses of pages as links; nothing else in it becomes one."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _PAGE.finditer(text):
        pieces += [("{}", text[at : match.start()]), ('<a class="link" href="{0}">{0}</a>', match.group())]
        at = match.end()
    pieces.append(("{}", text[at:]))
    return format_html_join("", "{}", ((format_html(shape, piece),) for shape, piece in pieces))
