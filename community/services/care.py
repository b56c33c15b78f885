"""How is something reported, kept or removed, and how does somebody else look again?"""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from community import rules
from community.identity import speaking_as
from community.models import Appeal, Comment, NeighborPost, Picture, Removal, RemovalCopy, Report, Room
from community.rules import AppealOutcome, ReportState, RoomRule, SubjectKind
from community.selectors.care import handlers_of
from community.services.mails import tell, tell_keepers
from core.errors import DomainError, NotAllowed


class CannotReport(DomainError):
    """Nothing was handed over; the text says why and what to do."""


class CannotAppeal(DomainError):
    """Nobody was asked; the text says why."""


class CannotDecide(DomainError):
    """Nothing was decided; the text says why and what to do."""


def report(*, person_id: int, subject_kind: str, subject_id: int, rule: str, note: str, at: datetime) -> int:
    """Hand a copy of a neighbor's post or comment to whoever keeps the room, and tell them that something waits.

    Returns:
        The report's id.

    Raises:
        NeighborPost.DoesNotExist, Comment.DoesNotExist: Not there, or behind the wall for this person.
        CannotReport: One's own, reported already, no rule named, or a note that is too long.
    """
    if rule not in RoomRule.values:
        raise CannotReport("Choose the rule that it breaks.")
    note = note.strip()
    if len(note) > rules.NOTE_MAX_LENGTH:
        raise CannotReport(f"A note can have {rules.NOTE_MAX_LENGTH:,} characters; this one has {len(note):,}.")
    with speaking_as(person_id):
        copy = _copy(subject_kind, subject_id)
        if copy.author_id == person_id:
            raise CannotReport("You wrote this yourself. You can delete it.")
        copy.reporter_id, copy.rule, copy.note, copy.reported_at = person_id, rule, note, at
        try:
            with transaction.atomic():
                copy.save()
        except IntegrityError as error:
            raise CannotReport("This has been reported and waits for a decision. You need not do anything.") from error
        tell_keepers(handlers_of(copy.neighborhood_id, [person_id, copy.author_id]), "room_report_waits")
    return copy.pk


def keep(*, report_id: int, by: User, at: datetime) -> None:
    """Decide that what was reported stays, and tell whoever reported it.

    Raises:
        Report.DoesNotExist: Not there, or somebody else's to decide.
        NotAllowed: Reported by this person.
        CannotDecide: Decided in the meantime.
    """
    with speaking_as(by.pk):
        _decide(report_id, by, ReportState.KEPT, at)


def remove(*, report_id: int, by: User, rule: str, at: datetime) -> int:
    """Take what was reported off the page under a published rule, with a snapshot, and tell author and reporter.

    Returns:
        The removal's id.

    Raises:
        Report.DoesNotExist: Not there, or somebody else's to decide.
        NotAllowed: Reported by this person.
        CannotDecide: Decided in the meantime, or no rule named.
    """
    if rule not in RoomRule.values:
        raise CannotDecide("Choose the rule that it breaks.")
    with speaking_as(by.pk):
        reported = _decide(report_id, by, ReportState.REMOVED, at)
        removal = Removal.objects.create(
            subject_kind=reported.subject_kind,
            subject_id=reported.subject_id,
            neighborhood_id=reported.neighborhood_id,
            rule=rule,
            removed_by_id=by.pk,
            reporter_id=reported.reporter_id,
            removed_at=at,
        )
        RemovalCopy.objects.create(
            removal=removal,
            author_id=reported.author_id,
            title=reported.title,
            text=reported.text,
            picture=reported.picture,
        )
        tell(reported.author, "room_removed", "community:removed")
    return removal.pk


def appeal(*, person_id: int, removal_id: int, text: str, at: datetime) -> None:
    """Ask somebody else to look again at what was removed; once for each removal.

    Raises:
        Removal.DoesNotExist: Not there, or nothing of this person's.
        CannotAppeal: Asked already, back already, empty, or too long.
    """
    text = text.strip()
    if not text:
        raise CannotAppeal("Say why it should come back.")
    if len(text) > rules.APPEAL_MAX_LENGTH:
        raise CannotAppeal(f"Your reason can have {rules.APPEAL_MAX_LENGTH:,} characters; this one has {len(text):,}.")
    with speaking_as(person_id):
        removal = Removal.objects.get(pk=removal_id, copy__author_id=person_id)
        if Appeal.objects.filter(pk=removal_id).exists():
            raise CannotAppeal("You have asked already. The page about what was removed says how it stands.")
        Appeal.objects.create(
            removal=removal,
            author_id=person_id,
            removed_by_id=removal.removed_by_id,
            neighborhood_id=removal.neighborhood_id,
            text=text,
            appealed_at=at,
        )
        involved = [person_id, removal.removed_by_id, removal.reporter_id]
        tell_keepers(handlers_of(removal.neighborhood_id, involved), "room_appeal_waits")


def decide_appeal(*, removal_id: int, by: User, overturn: bool, reason: str, at: datetime) -> None:
    """Bring back what was removed, or leave it removed, and tell the author why.

    Raises:
        Appeal.DoesNotExist: Not there, or somebody else's to decide.
        NotAllowed: This person's own.
        CannotDecide: Decided in the meantime, no reason, or one that is too long.
    """
    reason = reason.strip()
    if not reason:
        raise CannotDecide("Say why, in words for the person who wrote it.")
    if len(reason) > rules.NOTE_MAX_LENGTH:
        raise CannotDecide(f"A reason can have {rules.NOTE_MAX_LENGTH:,} characters; this one has {len(reason):,}.")
    outcome = AppealOutcome.OVERTURNED if overturn else AppealOutcome.UPHELD
    with speaking_as(by.pk):
        appealed = Appeal.objects.select_related("author").get(pk=removal_id)
        if appealed.author_id == by.pk:
            raise NotAllowed("Somebody else looks at what was removed of yours.")
        _take_room(appealed.neighborhood_id)
        decided = Appeal.objects.filter(pk=removal_id, outcome=AppealOutcome.WAITING).update(
            outcome=outcome, reason=reason, decided_by_id=by.pk, decided_at=at
        )
        if not decided:
            raise CannotDecide("Somebody has decided this in the meantime.")
        if overturn:
            Removal.objects.filter(pk=removal_id).update(overturned_at=at)
        tell(appealed.author, "room_appeal_decided", "community:removed")


def _copy(subject_kind: str, subject_id: int) -> Report:
    """The words and the picture as the reporter sees them, not yet saved."""
    if subject_kind == SubjectKind.COMMENT:
        comment = Comment.objects.select_related("author", "post").get(pk=subject_id)
        return Report(
            subject_kind=SubjectKind.COMMENT,
            subject_id=comment.pk,
            neighborhood_id=comment.post.neighborhood_id,
            author_id=comment.author_id,
            author_name=comment.author.public_name,
            text=comment.text,
        )
    post = NeighborPost.objects.select_related("author").get(pk=subject_id)
    picture = Picture.objects.filter(pk=post.pk).first()
    return Report(
        subject_kind=SubjectKind.POST,
        subject_id=post.pk,
        neighborhood_id=post.neighborhood_id,
        author_id=post.author_id,
        author_name=post.author.public_name,
        title=post.title,
        text=post.text,
        picture=picture.content if picture is not None else None,
    )


def _decide(report_id: int, by: User, state: ReportState, at: datetime) -> Report:
    reported = Report.objects.select_related("author", "reporter").get(pk=report_id)
    if reported.reporter_id == by.pk:
        raise NotAllowed("You reported this, so somebody else decides.")
    _take_room(reported.neighborhood_id)
    # The wall lets only whoever handles it change it, and whoever comes second finds it no longer open.
    if not Report.objects.filter(pk=report_id, state=ReportState.OPEN).update(
        state=state, decided_by_id=by.pk, decided_at=at
    ):
        raise CannotDecide("Somebody has decided this in the meantime.")
    tell(reported.reporter, "room_report_decided", "community:reports")
    return reported


def _take_room(neighborhood_id: int) -> None:
    """Whoever leaves takes all rooms before anything else; taken later, the two would wait for each other forever."""
    Room.objects.select_for_update().filter(pk=neighborhood_id).first()
