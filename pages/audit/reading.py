"""Which lines of the audit trail does somebody see, newest first?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, Value
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.rules import Kind as AccountKind
from accounts.rules import officer_name
from commands.models import Assignment, PoliceCommand
from commands.rules import Role
from commands.selectors import assignments_of
from pages.audit.sources import COLUMNS, OF_A_COMMAND, SOURCES, Kind, Source, concerning
from pages.audit.words import sentence


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the trail somebody may read.

    Attributes:
        command_ids: The commands whose trail it is; None for all of it.
    """

    command_ids: tuple[int, ...] | None

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind in Kind if self.command_ids is None or kind in OF_A_COMMAND]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the moment, the source's number and the event's number."""

    moment: datetime
    source: int
    event: int

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}~{self.source}~{self.event}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        moment_text, _, numbers = text.partition("~")
        source, _, event = numbers.partition("~")
        try:
            moment = parse_datetime(moment_text)
        except ValueError:
            return None
        if moment is None or moment.tzinfo is None or not _is_number(source) or not _is_number(event):
            return None
        return cls(moment, int(source), int(event))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader is looking for; what is None is not asked for."""

    kind: Kind | None = None
    person_id: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as it is shown."""

    cursor: Cursor
    kind: Kind
    sentence: str

    @property
    def moment(self) -> datetime:
        return self.cursor.moment


def scope_of(person: User) -> Scope | None:
    """Oversight readers see everything, managers what concerns their commands, others nothing (None). Three queries."""
    if person.has_perm("accounts.read_audit"):
        return Scope(None)
    managed = tuple(own.command_id for own in assignments_of(person.pk) if own.role == Role.MANAGER)
    return Scope(managed) if managed else None


def people_in(scope: Scope) -> list[tuple[int, str]]:
    """Whom a reader can ask for: staff who are or were there, by name. One query."""
    staff = User.objects.filter(kind=AccountKind.STAFF)
    if scope.command_ids is not None:
        there = Assignment.objects.filter(command_id__in=scope.command_ids)
        staff = staff.filter(pk__in=there.values("person_id"))
    rows = staff.order_by("full_name", "pk").values_list("pk", "rank", "full_name")
    return [(pk, officer_name(rank, name)) for pk, rank, name in rows]


def lines(scope: Scope, wish: Wish, *, size: int, before: Cursor | None = None) -> list[Line]:
    """One page of the trail, newest first, by keyset. Three queries, however long the trail is."""
    parts = [
        _part(source, scope, wish, before)[:size]
        for source in SOURCES
        if source.kind in scope.kinds and wish.kind in {None, source.kind}
    ]
    if not parts:
        return []
    first, *others = parts
    rows = first.union(*others, all=True).order_by("-moment", "-source", "-event")[:size] if others else first
    return _said(list(rows))


def all_lines(scope: Scope, wish: Wish, *, page_size: int = 1000) -> Iterator[Line]:
    """The whole trail, a page at a time in memory."""
    before: Cursor | None = None
    while page := lines(scope, wish, size=page_size, before=before):
        yield from page
        before = page[-1].cursor


def _part(source: Source, scope: Scope, wish: Wish, before: Cursor | None) -> Any:
    rows = source.rows().annotate(source=Value(source.number))
    if scope.command_ids is not None:
        rows = rows.filter(concerning(scope.command_ids, source.kind))
    if wish.person_id is not None:
        rows = rows.filter(Q(actor=wish.person_id) | Q(subject=wish.person_id))
    if wish.day is not None:
        begins = timezone.make_aware(datetime.combine(wish.day, time.min))
        ends = timezone.make_aware(datetime.combine(wish.day + timedelta(days=1), time.min))
        rows = rows.filter(moment__gte=begins, moment__lt=ends)
    if before is not None:
        rows = rows.filter(_older(source, before))
    return rows.order_by("-moment", "-event").values_list(*COLUMNS)


def _older(source: Source, before: Cursor) -> Q:
    """Of one moment the sources come in the order of their numbers, the highest first."""
    if source.number < before.source:
        return Q(moment__lte=before.moment)
    if source.number > before.source:
        return Q(moment__lt=before.moment)
    return Q(moment__lte=before.moment) & ~Q(moment=before.moment, event__gte=before.event)


def _said(rows: list[Any]) -> list[Line]:
    person_ids = {person_id for row in rows for person_id in (row[3], row[4]) if person_id is not None}
    staff = User.objects.filter(pk__in=person_ids, kind=AccountKind.STAFF).values_list("pk", "rank", "full_name")
    names = {pk: officer_name(rank, name) for pk, rank, name in staff}
    commands = dict(PoliceCommand.objects.values_list("pk", "name"))

    def name_of(person_id: int | None) -> str | None:
        return None if person_id is None else names.get(person_id, f"resident account {person_id}")

    said = []
    for moment, number, event, actor, subject, unit, item, what, detail in rows:
        kind = SOURCES[number].kind
        text = sentence(
            kind,
            what,
            actor=name_of(actor),
            subject=name_of(subject),
            unit=commands.get(unit),
            item=item,
            detail=detail,
        )
        said.append(Line(Cursor(moment, number, event), kind, text))
    return said


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
