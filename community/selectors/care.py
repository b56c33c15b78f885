"""What was reported, removed and appealed: for whoever reported it, whoever wrote it, and whoever decides?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, Func, Q, QuerySet, Value, When

from accounts.models import User
from community.identity import speaking_as
from community.models import Appeal, RemovalCopy, Report
from community.pictures import CONTENT_TYPE
from community.rules import PAGE_SIZE, AppealOutcome, ReportState, RoomRule, SubjectKind


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with the copy that was handed over.

    Attributes:
        picture: Content and type, where one report is read; a list only says whether there is one.
    """

    id: int
    subject_kind: SubjectKind
    place: str
    author_name: str
    title: str
    text: str
    has_picture: bool
    picture: tuple[bytes, str] | None
    reporter_name: str
    rule: RoomRule
    note: str
    state: ReportState
    reported_at: datetime
    decided_at: datetime | None

    @property
    def rule_label(self) -> str:
        return str(self.rule.label)

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def is_open(self) -> bool:
        return self.state == ReportState.OPEN


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What was removed of somebody's, for that person.

    Attributes:
        outcome: What became of the appeal; None as long as there is none.
        reason: Words of whoever looked again.
        waits_for_nobody: It was appealed, and nobody who had no part in it leads or moderates now.
    """

    id: int
    subject_kind: SubjectKind
    title: str
    text: str
    has_picture: bool
    rule: RoomRule
    removed_at: datetime
    outcome: AppealOutcome | None
    reason: str
    decided_at: datetime | None
    waits_for_nobody: bool

    @property
    def rule_label(self) -> str:
        return str(self.rule.label)

    @property
    def outcome_label(self) -> str:
        return str(self.outcome.label) if self.outcome else ""

    @property
    def may_appeal(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal with the copy of what was removed, for whoever decides it.

    Attributes:
        text: Why the author wants it back.
        picture: As in `ReportView`.
    """

    removal_id: int
    subject_kind: SubjectKind
    place: str
    author_name: str
    title: str
    removed_text: str
    has_picture: bool
    picture: tuple[bytes, str] | None
    rule: RoomRule
    removed_at: datetime
    text: str
    appealed_at: datetime
    outcome: AppealOutcome
    reason: str
    decided_at: datetime | None

    @property
    def rule_label(self) -> str:
        return str(self.rule.label)

    @property
    def outcome_label(self) -> str:
        return str(self.outcome.label)

    @property
    def is_waiting(self) -> bool:
        return self.outcome == AppealOutcome.WAITING


def reports_waiting(person_id: int, before: int | None = None, size: int = PAGE_SIZE) -> list[ReportView]:
    """Reports that this person may decide now, newest first, by keyset on the id. One query."""
    with speaking_as(person_id):
        reports = _reports().filter(state=ReportState.OPEN).exclude(reporter_id=person_id)
        if before is not None:
            reports = reports.filter(pk__lt=before)
        return [_report(report) for report in reports.order_by("-pk")[:size]]


def get_report(person_id: int, report_id: int) -> ReportView:
    """A report that this person may decide now or has decided. Two queries.

    Raises:
        Report.DoesNotExist: Not there, or somebody else's to decide.
    """
    with speaking_as(person_id):
        report = _reports().exclude(reporter_id=person_id).get(pk=report_id)
        return _report(report, picture=report.picture)


def own_reports(person_id: int, before: int | None = None, size: int = PAGE_SIZE) -> list[ReportView]:
    """What this person has reported, the latest first, by keyset on the id. One query."""
    with speaking_as(person_id):
        reports = _reports().filter(reporter_id=person_id)
        if before is not None:
            reports = reports.filter(pk__lt=before)
        return [_report(report) for report in reports.order_by("-pk")[:size]]


def own_removals(person_id: int, before: int | None = None, size: int = PAGE_SIZE) -> list[RemovalView]:
    """What was removed of this person's, the latest first, by keyset, with what became of appeals. One query."""
    with speaking_as(person_id):
        copies = _own_removals(person_id)
        if before is not None:
            copies = copies.filter(pk__lt=before)
        return [_removal(copy) for copy in copies.order_by("-pk")[:size]]


def get_own_removal(person_id: int, removal_id: int) -> RemovalView:
    """Something that was removed of this person's. One query.

    Raises:
        RemovalCopy.DoesNotExist: Not there, or somebody else's.
    """
    with speaking_as(person_id):
        return _removal(_own_removals(person_id).get(pk=removal_id))


def appeals_waiting(person_id: int, before: int | None = None, size: int = PAGE_SIZE) -> list[AppealView]:
    """Appeals that this person may decide now, newest first, by keyset on the removal's id. One query."""
    with speaking_as(person_id):
        appeals = _appeals().filter(outcome=AppealOutcome.WAITING).exclude(author_id=person_id)
        if before is not None:
            appeals = appeals.filter(pk__lt=before)
        return [_appeal(appeal) for appeal in appeals.order_by("-pk")[:size]]


def get_appeal(person_id: int, removal_id: int) -> AppealView:
    """An appeal that this person may decide now or has decided. Two queries.

    Raises:
        Appeal.DoesNotExist: Not there, or somebody else's to decide.
    """
    with speaking_as(person_id):
        appeal = _appeals().exclude(author_id=person_id).get(pk=removal_id)
        return _appeal(appeal, picture=appeal.removal.copy.picture)


def waiting_for(person_id: int) -> int:
    """How many reports and appeals wait for this person. Two queries."""
    with speaking_as(person_id):
        reports = Report.objects.filter(state=ReportState.OPEN).exclude(reporter_id=person_id).count()
        return reports + Appeal.objects.filter(outcome=AppealOutcome.WAITING).exclude(author_id=person_id).count()


def handlers_of(neighborhood_id: int, involved: Iterable[int]) -> list[User]:
    """Who handles now what concerns the given people; the database's own rule. Two queries.

    The caller is inside `speaking_as`: who leads is not known to everybody.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_handlers(%s, %s::bigint[])", [neighborhood_id, list(involved)])
        ids = [person_id for (person_id,) in cursor.fetchall()]
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def who_would_handle(person_id: int, neighborhood_id: int, author_id: int) -> list[User]:
    """To whom a report by this person about something of the author's would go. Two queries."""
    with speaking_as(person_id):
        return handlers_of(neighborhood_id, [person_id, author_id])


# A list says of a picture only that there is one; its bytes stay in the database.
_HAS_PICTURE = ExpressionWrapper(Q(picture__isnull=False), output_field=BooleanField())
_COPY_HAS_PICTURE = ExpressionWrapper(Q(removal__copy__picture__isnull=False), output_field=BooleanField())

# The database's own rule of who handles what, asked only for what waits.
_WAITS_FOR_NOBODY = Case(
    When(
        removal__appeal__outcome=AppealOutcome.WAITING,
        then=Func(
            "removal__neighborhood_id",
            Func(
                "author_id",
                "removal__removed_by_id",
                "removal__reporter_id",
                template="ARRAY[%(expressions)s]::bigint[]",
            ),
            template="NOT EXISTS (SELECT FROM community_handlers(%(expressions)s))",
            output_field=BooleanField(),
        ),
    ),
    default=Value(False),
    output_field=BooleanField(),
)


def _reports() -> QuerySet[Report]:
    return Report.objects.select_related("reporter", "neighborhood").defer("picture").annotate(has_picture=_HAS_PICTURE)


def _own_removals(person_id: int) -> QuerySet[RemovalCopy]:
    copies = RemovalCopy.objects.filter(author_id=person_id).select_related("removal__appeal").defer("picture")
    return copies.annotate(has_picture=_HAS_PICTURE, waits_for_nobody=_WAITS_FOR_NOBODY)


def _appeals() -> QuerySet[Appeal]:
    appeals = Appeal.objects.select_related("removal__copy", "author", "neighborhood")
    return appeals.defer("removal__copy__picture").annotate(has_picture=_COPY_HAS_PICTURE)


def _report(report: Report, *, picture: bytes | memoryview | None = None) -> ReportView:
    return ReportView(
        id=report.pk,
        subject_kind=SubjectKind(report.subject_kind),
        place=report.neighborhood.name,
        author_name=report.author_name,
        title=report.title,
        text=report.text,
        has_picture=getattr(report, "has_picture"),  # noqa: B009
        picture=_typed(picture),
        reporter_name=report.reporter.public_name,
        rule=RoomRule(report.rule),
        note=report.note,
        state=ReportState(report.state),
        reported_at=report.reported_at,
        decided_at=report.decided_at,
    )


def _removal(copy: RemovalCopy) -> RemovalView:
    removal, appeal = copy.removal, getattr(copy.removal, "appeal", None)
    return RemovalView(
        id=removal.pk,
        subject_kind=SubjectKind(removal.subject_kind),
        title=copy.title,
        text=copy.text,
        has_picture=getattr(copy, "has_picture"),  # noqa: B009
        rule=RoomRule(removal.rule),
        removed_at=removal.removed_at,
        outcome=AppealOutcome(appeal.outcome) if appeal else None,
        reason=appeal.reason if appeal else "",
        decided_at=appeal.decided_at if appeal else None,
        waits_for_nobody=getattr(copy, "waits_for_nobody"),  # noqa: B009
    )


def _appeal(appeal: Appeal, *, picture: bytes | memoryview | None = None) -> AppealView:
    removal, copy = appeal.removal, appeal.removal.copy
    return AppealView(
        removal_id=removal.pk,
        subject_kind=SubjectKind(removal.subject_kind),
        place=appeal.neighborhood.name,
        author_name=appeal.author.public_name,
        title=copy.title,
        removed_text=copy.text,
        has_picture=getattr(appeal, "has_picture"),  # noqa: B009
        picture=_typed(picture),
        rule=RoomRule(removal.rule),
        removed_at=removal.removed_at,
        text=appeal.text,
        appealed_at=appeal.appealed_at,
        outcome=AppealOutcome(appeal.outcome),
        reason=appeal.reason,
        decided_at=appeal.decided_at,
    )


def _typed(picture: bytes | memoryview | None) -> tuple[bytes, str] | None:
    return (bytes(picture), CONTENT_TYPE) if picture is not None else None
