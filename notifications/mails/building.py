"""How is a mail built once, and written out for each of a hundred thousand recipients by joining bytes?"""

import re
import secrets
from binascii import b2a_qp
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail.message import sanitize_address
from django.utils import timezone
from django.utils.html import escape

from core import mails
from notifications.mails.identity import list_id
from notifications.mails.reasons import STOP_WORDS
from notifications.models import Message
from notifications.rules import Act, Source, Topic

# What differs between two people's mails of one message.
MARKS_OF_MESSAGES = ("place", "unsubscribe_url", "manage_url", "why")

_HEAD, _TEXT, _HTML = "head", "text", "html"
_PREFIXES: dict[Act, str] = {Act.NEWS: "", Act.CORRECTION: "Corrected: ", Act.WITHDRAWAL: "Withdrawn: "}
_BARS: dict[Act, str] = {Act.NEWS: "", Act.CORRECTION: "Corrected", Act.WITHDRAWAL: "Withdrawn"}
_ACTIONS: dict[Source, str] = {
    Source.POST: "Open this post",
    Source.REPLY: "Read the answer",
    Source.PRIVATE_MESSAGE: "Read the message",
    Source.NEIGHBOR_POST: "Read it after you sign in",
    Source.NEIGHBOR_COMMENT: "Read it after you sign in",
    Source.PUSH_TEST: "Open Porchlight",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place in the finished bytes that waits for one recipient's value."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class BuiltMail:
    """A whole mail in bytes, parted where recipients differ. Every line ends as SMTP wants it; no byte is above 127."""

    pieces: tuple[bytes, ...]
    gaps: tuple[_Gap, ...]

    def for_recipient(self, *, message_id: str, address: str, marks: Mapping[str, str]) -> bytes:
        """The mail for one person.

        Args:
            message_id: As `identity.message_id` says it.
            address: Whom it is for; stands under `To:`.
            marks: A value for every name that the mail was built with; one line each.

        Raises:
            KeyError: A mark has no value.
            ValueError: The address or a value cannot stand in a mail's head.
        """
        values = {**marks, "message_id": message_id, "address": _to(address)}
        parts = [self.pieces[0]]
        for gap, piece in zip(self.gaps, self.pieces[1:], strict=True):
            parts.append(_ENCODERS[gap.part](values[gap.name]))
            parts.append(piece)
        return b"".join(parts)


def build(template: str, context: Mapping[str, Any], *, marks: Iterable[str] = (), list_name: str = "") -> BuiltMail:
    """Make a mail of `templates/mail/<template>.txt` and `.html`.

    Args:
        marks: Names that the templates may use besides the context, and that differ for every recipient. With
            `unsubscribe_url` among them the mail carries the headers of RFC 8058.
        list_name: A topic, or the pace of a digest: what mail programs sort by.
    """
    nonce = secrets.token_hex(8)
    names = tuple(marks)
    written = mails.write(template, {**context, **{name: _mark(nonce, name) for name in names}})
    return _assembled(written, names, nonce, list_name)


def build_message_mail(message: Message) -> BuiltMail:
    """The mail that tells `message`; for each recipient it takes `MARKS_OF_MESSAGES`."""
    return build("message", message_values(message), marks=MARKS_OF_MESSAGES, list_name=message.topic)


def message_values(message: Message) -> dict[str, Any]:
    """What the template `message` shows of a message, besides what differs for each recipient."""
    topic, act, source = Topic(message.topic), Act(message.act), Source(message.source)
    is_urgent = topic == Topic.URGENT and act == Act.NEWS
    to_whom_before, _, to_whom_after = message.to_whom.partition("{place}")
    return {
        "message": message,
        "title": mails.one_line(message.title),
        "prefix": "Urgent: " if is_urgent else _PREFIXES[act],
        "is_urgent": is_urgent,
        "bar": f"Urgent: {message.label[:1].lower()}{message.label[1:]}" if is_urgent else _BARS[act],
        "to_whom_has_place": "{place}" in message.to_whom,
        "to_whom_before": to_whom_before,
        "to_whom_after": to_whom_after,
        "paragraphs": [part.strip() for part in re.split(r"\n\s*\n", message.text.strip()) if part.strip()],
        "url": settings.SITE_URL + message.path,
        "action": _ACTIONS[source],
        "is_post": source == Source.POST,
        "stop_words": STOP_WORDS[topic],
    }


def _assembled(written: mails.WrittenMail, names: tuple[str, ...], nonce: str, list_name: str) -> BuiltMail:
    boundary = f"part-{nonce}"
    builder = _Builder(nonce)
    builder.head("From", sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8"))
    builder.head("To", _mark(nonce, "address"))
    builder.head("Subject", _subject(written.subject))
    builder.head("Date", format_datetime(timezone.now()))
    builder.head("Message-ID", _mark(nonce, "message_id"))
    if list_name:
        builder.head("List-Id", list_id(list_name))
    if "unsubscribe_url" in names:
        builder.head("List-Unsubscribe", f"\r\n <{_mark(nonce, 'unsubscribe_url')}>")
        builder.head("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    builder.head("Auto-Submitted", "auto-generated")
    builder.head("MIME-Version", "1.0")
    builder.head("Content-Type", f'multipart/alternative; boundary="{boundary}"')
    for subtype, part, body in (("plain", _TEXT, written.text), ("html", _HTML, written.html)):
        builder.raw(
            f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        builder.body(body, part)
    builder.raw(f"\r\n--{boundary}--\r\n")
    return builder.finished()


class _Builder:
    """Collects bytes and gaps in their order."""

    def __init__(self, nonce: str) -> None:
        self._mark = re.compile(f"{nonce}x([a-z_]+)x{nonce}")
        self._pieces: list[bytes] = [b""]
        self._gaps: list[_Gap] = []

    def raw(self, text: str) -> None:
        self._pieces[-1] += text.encode("ascii")

    def head(self, name: str, value: str) -> None:
        before, *rest = self._mark.split(value)
        self.raw(f"{name}: {before}")
        for at in range(0, len(rest), 2):
            self._gap(rest[at], _HEAD)
            self.raw(rest[at + 1])
        self.raw("\r\n")

    def body(self, text: str, part: str) -> None:
        """Between two soft line breaks a value may be of any length; what is around it stays as it was folded."""
        before, *rest = self._mark.split(text)
        self._pieces[-1] += _quoted(before)
        for at in range(0, len(rest), 2):
            self.raw("=\r\n")
            self._gap(rest[at], part)
            self._pieces[-1] += b"=\r\n" + _quoted(rest[at + 1])

    def finished(self) -> BuiltMail:
        return BuiltMail(tuple(self._pieces), tuple(self._gaps))

    def _gap(self, name: str, part: str) -> None:
        self._gaps.append(_Gap(name, part))
        self._pieces.append(b"")


def _mark(nonce: str, name: str) -> str:
    """What stands for a value while a mail is built: nobody who writes a post can guess it."""
    return f"{nonce}x{name}x{nonce}"


def _subject(text: str) -> str:
    """On one line whatever was typed, and in ASCII whatever the alphabet."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="Subject").encode(linesep="\r\n")


def _quoted(text: str) -> bytes:
    """Quoted-printable, in lines that every relay lets through."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")


def _to(address: str) -> str:
    if address.isascii() or _CONTROL.search(address):
        return address
    return sanitize_address(address, "utf-8")


def _in_head(value: str) -> bytes:
    if _CONTROL.search(value) or not value.isascii():
        raise ValueError("A value has a character that cannot stand in the head of a mail.")
    return value.encode("ascii")


# Of what thousands of recipients share, such as a neighborhood's name, each is encoded once.
@lru_cache(maxsize=4096)
def _in_text(value: str) -> bytes:
    return _quoted(mails.one_line(value))


@lru_cache(maxsize=4096)
def _in_html(value: str) -> bytes:
    return _quoted(escape(mails.one_line(value)))


_ENCODERS: dict[str, Callable[[str], bytes]] = {_HEAD: _in_head, _TEXT: _in_text, _HTML: _in_html}
