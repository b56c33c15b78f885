"""How is a mail written, from its templates to a subject, a text and HTML that every mail program shows?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Template, engines
from django.template.backends.django import DjangoTemplates

from core.context import facts

# What stands between a text and who sent it, as mail programs know it.
SIGNATURE_BEGINS = "\n--\n"
HEADERS = ("Subject", "Action")
# What the outbox has to know of a mail and nobody else: neither leaves the house.
KIND_HEADER = "X-Porchlight-Kind"
LASTS_HEADER = "X-Porchlight-Lasts"
_CODE = re.compile(r"[A-Z0-9]{3,}(?:[- ][A-Z0-9]+)*")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """The same words three times: the subject is one line, the text is for people, the HTML is for eyes."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text as HTML shows it: a paragraph, a code to type, a button or a lesser link."""

    kind: str
    text: str


def write(template: str, values: Mapping[str, Any]) -> WrittenMail:
    """Write a mail from `templates/mail/<template>.txt` and, beside it, `<template>.html`."""
    subject, _, text = _parted(_render(f"mail/{template}.txt", values, autoescape=False))
    return WrittenMail(subject, text, inlined(_render(f"mail/{template}.html", {**values, "subject": subject})))


def write_plain(name: str, values: Mapping[str, Any]) -> WrittenMail:
    """Write a mail of which there is a text alone; its HTML says the same words.

    Args:
        name: Of a template that extends `mail/base.txt`. Where it leads somewhere, its block `action` is what the
            button says; it opens the first address that stands on a line of its own.
    """
    subject, action, text = _parted(_render(name, values, autoescape=False))
    blocks = list(_blocks(text.partition(SIGNATURE_BEGINS)[0], action))
    # "Hello Maria Lopez," tells nobody whether to open it.
    said = [block.text for block in blocks if block.kind == "paragraph" and not block.text.endswith(",")]
    values = {"subject": subject, "action": action, "blocks": blocks, "preheader": said[0] if said else ""}
    return WrittenMail(subject, text, inlined(_render("mail/plain.html", values)))


def inlined(html: str) -> str:
    """The page with its style in every element, because half of all mail programs read no style sheet.

    What remains beside it is for dark mode and small screens.
    """
    return css_inline.CSSInliner(extra_css=_style(), keep_at_rules=True, load_remote_stylesheets=False).inline(html)


def one_line(text: str) -> str:
    """The text without line breaks or any other control character: what may stand in a mail's head."""
    return " ".join("".join(char if char.isprintable() or char.isspace() else " " for char in text).split())


def _parted(written: str) -> tuple[str, str, str]:
    """(subject, action, text)."""
    heads = dict.fromkeys(HEADERS, "")
    lines = written.strip().splitlines()
    while lines and (head := lines[0].partition(":"))[0] in heads:
        heads[head[0]] = one_line(head[2])
        lines.pop(0)
    return heads["Subject"], heads["Action"], re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip()) + "\n"


def _blocks(text: str, action: str) -> Iterator[Block]:
    """What of a text is a paragraph, a code, a button, a link. Lines of one paragraph stay together."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if not _ADDRESS.fullmatch(line.strip()):
                lines.append(line)
                continue
            if lines:
                yield Block("paragraph", "\n".join(lines))
                lines = []
            yield Block("button" if action else "link", line.strip())
            action = ""
        if lines:
            said = "\n".join(lines)
            yield Block("code" if _CODE.fullmatch(said) else "paragraph", said)


def _render(name: str, values: Mapping[str, Any], *, autoescape: bool = True) -> str:
    context = {"site": facts(), "site_url": settings.SITE_URL, "postal_address": settings.CITY_POSTAL_ADDRESS, **values}
    return _template(name).render(Context(context, autoescape=autoescape))


def _template(name: str) -> Template:
    django_engine = engines["django"]
    assert isinstance(django_engine, DjangoTemplates)
    return django_engine.engine.get_template(name)


@cache
def _style() -> str:
    return _template("mail/mail.css").render(Context())
