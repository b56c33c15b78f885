"""How do mails show the addresses of pages that stand in a plain text?"""

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Without what ends a sentence or closes a parenthesis after it.
_PAGE = re.compile(r"https?://[^\s<>\"”’]*[^\s<>\"”’.,;:!?)\]]")


@register.filter
def linked(text: str) -> SafeString:
    """The text, escaped, with addresses of pages as links; nothing else in it becomes one."""
    shown, at = [], 0
    for match in _PAGE.finditer(text):
        shown += [escape(text[at : match.start()]), format_html('<a class="link" href="{0}">{0}</a>', match.group())]
        at = match.end()
    # Every piece was escaped above.
    return mark_safe("".join([*shown, escape(text[at:])]))
