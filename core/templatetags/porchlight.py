"""How do templates show an icon, a moment, a number of people and a person's initials?"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.context import facts
from core.counts import SMALLEST_SHOWN_COUNT

register = template.Library()


@register.simple_tag
def our_site() -> dict[str, Any]:
    """The installation's facts, for the frame of every page: a package's view may bring a `site` of its own."""
    return facts()


@register.simple_tag
@cache
def icon(name: str, extra_class: str = "") -> SafeString:
    """One drawing of the sprite. It is hidden from screen readers, because a word always stands beside it."""
    return format_html(
        '<svg class="usa-icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra_class,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def when(value: datetime, *, fixed: bool = False) -> SafeString:
    """A moment as people say it, in the city's zone; `static/js/when.js` keeps it true while the page is open.

    Args:
        fixed: Write the date, which stays true however long the page is kept: for what is cached or sent live.
    """
    return format_html(
        '<time datetime="{}" title="{}" data-when>{}</time>',
        value.isoformat(timespec="seconds"),
        format_date(timezone.localtime(value), "F j, Y, P"),
        dated(value) if fixed else spoken(value, timezone.now()),
    )


def dated(value: datetime) -> str:
    """The moment by its date: "Nov. 21, 8:10 a.m."."""
    return format_date(timezone.localtime(value), "N j, P")


def spoken(value: datetime, now: datetime) -> str:
    """The moment as seen from `now`: "18 min ago", "Today, 8:10 a.m.", "Thursday, 5 p.m."."""
    local = timezone.localtime(value)
    today = timezone.localdate(now)
    passed = now - value
    if timedelta(0) <= passed < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= passed < timedelta(hours=1):
        return f"{int(passed.total_seconds()) // 60} min ago"
    clock = format_date(local, "P")
    days = (today - local.date()).days
    if days == 0:
        return f"Today, {clock}"
    if days == 1:
        return f"Yesterday, {clock}"
    if 1 < days < 7:
        return format_date(local, "l, P")
    return dated(value) if local.year == today.year else format_date(local, "N j, Y")


@register.filter
def people(number: int) -> str:
    """A number of people in words: "3,357 people", "under 5 people", "nobody yet"."""
    return "nobody yet" if number == 0 else f"{head_count(number)} people"


@register.filter
def head_count(number: int) -> str:
    """The bare figure, for a column of figures: "3,357", "under 5", "0"."""
    return f"under {SMALLEST_SHOWN_COUNT}" if 0 < number < SMALLEST_SHOWN_COUNT else f"{number:,}"


@register.filter
def initials(name: str) -> str:
    """At most two letters for a person's round mark: "Maria L." becomes "ML"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
