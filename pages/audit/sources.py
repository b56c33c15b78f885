"""Which tables make up the audit trail, and how does each say who did what to whom?

Every source gives the same columns: `moment`, `event` (its number in its table), `actor` and `subject` (accounts),
`unit` (a command), `item` (a post, a reply, a residency), `what` and `detail` (see `words`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from pghistory.models import Event

from accounts.models import RecordExport, SignIn, User
from accounts.rules import Kind as AccountKind
from commands.models import Assignment
from neighborhoods.models import LookUp
from neighborhoods.rules import LetterState, Standing
from posts.rules import PostStatus

COLUMNS = ("moment", "source", "event", "actor", "subject", "unit", "item", "what", "detail")
INSERTED = Q(pgh_label="insert")


class Kind(TextChoices):
    SIGN_IN = "sign_in", "Signing in"
    ACCOUNT = "account", "Staff accounts"
    GROUP = "group", "Civic staff"
    COMMAND = "command", "Police commands"
    ASSIGNMENT = "assignment", "Who works where"
    INVITATION = "invitation", "Invitations"
    POST = "post", "Posts"
    HIDING = "hiding", "Hidden replies"
    RESIDENCY = "residency", "Residency"
    LETTER = "letter", "Letters"
    LOOK_UP = "look_up", "Looking residents up"
    HOLD = "hold", "Legal holds"
    EXPORT = "export", "Copies of the public record"


# What concerns one command, and so is shown to its managers.
OF_A_COMMAND = frozenset({Kind.SIGN_IN, Kind.COMMAND, Kind.ASSIGNMENT, Kind.INVITATION, Kind.POST, Kind.HIDING})


def concerning(command_ids: Collection[int], kind: Kind) -> Q:
    """Which lines of a kind concern these commands; of signing in, what people did while they worked there."""
    if kind != Kind.SIGN_IN:
        return Q(unit__in=command_ids)
    there = Assignment.objects.filter(command_id__in=command_ids)
    still_there = Q(ended_at=None) | Q(ended_at__gt=OuterRef("at"))
    then = there.filter(still_there, person=OuterRef("person_id"), started_at__lte=OuterRef("at"))
    # By person first, or the database walks through the sign-ins of the whole city: it finds each through its index.
    return Q(person_id__in=there.values("person_id")) & Q(Exists(then))


def _events(label: str) -> QuerySet[Any]:
    """The rows of a table that `core.trail.recorded` made; its model exists only once the apps are loaded."""
    events: QuerySet[Any] = apps.get_model(label)._default_manager.all()
    return events


def _nobody() -> Any:
    return Cast(Value(None), BigIntegerField())


def _text(value: Any) -> Any:
    return Cast(Value(value) if isinstance(value, str) else value, TextField())


def _cases(*cases: tuple[Q, Any], otherwise: Any) -> Any:
    return Case(*(When(condition, then=then) for condition, then in cases), default=otherwise)


def _columns(rows: QuerySet[Any], **columns: Any) -> QuerySet[Any]:
    """The rows with every column; what a source does not say is nobody, nothing or empty."""
    is_event = issubclass(rows.model, Event)
    own = {
        "moment": F("pgh_created_at" if is_event else "at"),
        "event": F("pgh_id" if is_event else "pk"),
        **{name: _nobody() for name in ("actor", "subject", "unit", "item")},
        "detail": _text(""),
    }
    told: QuerySet[Any] = rows.annotate(**(own | columns))
    return told


def _before(field: str, events: QuerySet[Any]) -> Subquery:
    """What a field of the same row said at the event before."""
    earlier = events.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    # Adding nothing keeps the database from walking the whole table backward by its key: a row has but a few events.
    return Subquery(earlier.order_by((F("pgh_id") + Value(0)).desc()).values(field)[:1])


def _sign_ins() -> QuerySet[Any]:
    # When residents come and go is their own business; each finds it under "what is kept about me".
    staff = User.objects.filter(pk=OuterRef("person_id"), kind=AccountKind.STAFF)
    return _columns(
        SignIn.objects.filter(Exists(staff)), actor=F("person_id"), what=_text("signed_in"), detail=_text(F("how"))
    )


def _accounts() -> QuerySet[Any]:
    # A resident who leaves is nobody's business; a resident who is shut out is.
    told = _events("accounts.UserEvent").filter(Q(kind=AccountKind.STAFF) | Q(access_changed_by__isnull=False))
    return _columns(
        told,
        actor=F("access_changed_by_id"),
        subject=F("pgh_obj_id"),
        what=_cases((INSERTED, _text("made")), (Q(is_active=True), _text("opened")), otherwise=_text("closed")),
    )


def _groups() -> QuerySet[Any]:
    return _columns(
        _events("commands.GroupMembershipEvent"),
        subject=F("user_id"),
        what=_cases((INSERTED, _text("joined")), otherwise=_text("left")),
        detail=_text(F("group__name")),
    )


def _commands() -> QuerySet[Any]:
    return _columns(
        _events("commands.PoliceCommandEvent"),
        actor=F("changed_by_id"),
        unit=F("pgh_obj_id"),
        what=_cases((INSERTED, _text("made")), otherwise=_text("changed")),
        detail=_text(F("second_person")),
    )


def _assignments() -> QuerySet[Any]:
    is_current = Q(ended_at=None)
    return _columns(
        _events("commands.AssignmentEvent"),
        actor=_cases((is_current, F("started_by_id")), otherwise=F("ended_by_id")),
        subject=F("person_id"),
        unit=F("command_id"),
        what=_cases((is_current, _text("began")), otherwise=_text("ended")),
        detail=_text(F("role")),
    )


def _invitations() -> QuerySet[Any]:
    is_accepted, is_taken_back = Q(accepted_by__isnull=False), Q(taken_back_at__isnull=False)
    return _columns(
        _events("commands.InvitationEvent"),
        actor=_cases(
            (is_accepted, F("accepted_by_id")), (is_taken_back, F("taken_back_by_id")), otherwise=F("invited_by_id")
        ),
        unit=F("command_id"),
        item=F("pgh_obj_id"),
        what=_cases(
            (is_accepted, _text("accepted")),
            (is_taken_back, _text("taken_back")),
            (INSERTED, _text("sent")),
            otherwise=_text("sent_again"),
        ),
        detail=_text(F("role")),
    )


def _posts() -> QuerySet[Any]:
    events = _events("posts.PostEvent")
    told = events.annotate(
        status_before=_before("status", events),
        replies_before=_before("replies_open", events),
        version_before=_before("version", events),
    )
    # A post that needs no second person is a draft only until the next statement of the same transaction.
    told = told.filter(~Q(status=PostStatus.DRAFT) | Q(status_before=PostStatus.PENDING))
    stays = Q(status=F("status_before"))
    switched = stays & ~Q(replies_open=F("replies_before"))
    corrected = stays & Q(status=PostStatus.PUBLISHED) & ~Q(version=F("version_before"))
    stopped = stays & Q(status=PostStatus.PUBLISHED, stopped_by__isnull=False)
    return _columns(
        told,
        actor=_cases(
            (switched, F("replies_switched_by_id")),
            (corrected | Q(status=PostStatus.WITHDRAWN), F("corrected_by_id")),
            (stopped, F("stopped_by_id")),
            (Q(status=PostStatus.PUBLISHED), Coalesce("approver_id", "author_id")),
            (Q(status=PostStatus.PENDING), F("author_id")),
            (Q(status=PostStatus.DRAFT), F("returned_by_id")),
            otherwise=_nobody(),
        ),
        unit=F("command_id"),
        item=F("pgh_obj_id"),
        what=_cases(
            (switched & Q(replies_open=True), _text("replies_opened")),
            (switched, _text("replies_closed")),
            (corrected, _text("corrected")),
            (stopped, _text("stopped")),
            (Q(status=PostStatus.PENDING), _text("submitted")),
            (Q(status=PostStatus.DRAFT), _text("returned")),
            (Q(status=PostStatus.WITHDRAWN), _text("withdrawn")),
            (Q(approver=None), _text("published")),
            otherwise=_text("released"),
        ),
        detail=_text(F("version")),
    )


def _hidings() -> QuerySet[Any]:
    is_decided, is_appealed = ~Q(outcome=""), Q(appealed_at__isnull=False)
    return _columns(
        _events("posts.ReplyHidingEvent"),
        actor=_cases((is_decided, F("decided_by_id")), (is_appealed, _nobody()), otherwise=F("hidden_by_id")),
        unit=F("command_id"),
        item=F("reply_id"),
        what=_cases((is_decided, _text(F("outcome"))), (is_appealed, _text("appealed")), otherwise=_text("hidden")),
        detail=_text(F("reason")),
    )


def _residencies() -> QuerySet[Any]:
    events = _events("neighborhoods.ResidencyEvent")
    # What residents do about their own home is recorded, and not read here: only who was let in, how and by whom.
    verified = events.filter(standing=Standing.VERIFIED)
    earlier = verified.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    return _columns(
        verified.filter(~Exists(earlier)),
        actor=F("verified_by_id"),
        item=F("pgh_obj_id"),
        what=_text("verified"),
        detail=_text(F("verified_how")),
    )


def _letters() -> QuerySet[Any]:
    return _columns(
        _events("neighborhoods.LetterEvent").filter(state__in=(LetterState.PRINTED, LetterState.LOCKED)),
        actor=F("printed_by_id"),
        item=F("residency_id"),
        what=_text(F("state")),
    )


def _look_ups() -> QuerySet[Any]:
    return _columns(
        LookUp.objects.all(),
        actor=F("by_id"),
        item=F("residency_id"),
        what=_text("looked_up"),
        detail=_text(F("reason")),
    )


def _holds() -> QuerySet[Any]:
    is_lifted = Q(lifted_by__isnull=False)
    of_person, of_post = Q(person__isnull=False), Q(post_id__isnull=False)
    return _columns(
        _events("accounts.LegalHoldEvent"),
        actor=_cases((is_lifted, F("lifted_by_id")), otherwise=F("placed_by_id")),
        subject=F("person_id"),
        item=_cases((of_post, F("post_id")), otherwise=Cast(F("pgh_obj_id"), BigIntegerField())),
        what=_cases(
            (is_lifted & of_person, _text("lifted_of_person")),
            (is_lifted & of_post, _text("lifted_of_post")),
            (is_lifted, _text("lifted_of_everything")),
            (of_person, _text("placed_on_person")),
            (of_post, _text("placed_on_post")),
            otherwise=_text("placed_on_everything"),
        ),
    )


def _exports() -> QuerySet[Any]:
    return _columns(
        RecordExport.objects.all(),
        actor=F("by_id"),
        item=F("pk"),
        what=_text("taken"),
        detail=Concat(_text(F("first_day")), _text(" to "), _text(F("last_day")), output_field=TextField()),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """One table of the trail; its number is its place where two things happened at the same moment."""

    number: int
    kind: Kind
    rows: Callable[[], QuerySet[Any]]


SOURCES = tuple(
    Source(number, kind, rows)
    for number, (kind, rows) in enumerate(
        {
            Kind.SIGN_IN: _sign_ins,
            Kind.ACCOUNT: _accounts,
            Kind.GROUP: _groups,
            Kind.COMMAND: _commands,
            Kind.ASSIGNMENT: _assignments,
            Kind.INVITATION: _invitations,
            Kind.POST: _posts,
            Kind.HIDING: _hidings,
            Kind.RESIDENCY: _residencies,
            Kind.LETTER: _letters,
            Kind.LOOK_UP: _look_ups,
            Kind.HOLD: _holds,
            Kind.EXPORT: _exports,
        }.items()
    )
)
