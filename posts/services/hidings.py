"""How is a neighbor's reply hidden for a listed reason, and how does somebody outside the command look again?"""

from datetime import datetime

from django.db import transaction

from accounts.mails import send_mail_to
from accounts.models import User
from commands.selectors import assignments_of
from core.errors import DomainError, NotAllowed
from posts import rules
from posts.models import Reply, ReplyHiding
from posts.rules import HidingOutcome, HidingReason
from posts.selectors.hidings import command_that_may_hide
from posts.selectors.replies import hidings_in_force

OWN_REPLIES_PATH = "/replies/"


class CannotHide(DomainError):
    """The reply stays as it was; the text says why and what to do."""


class CannotAppeal(DomainError):
    """Nobody was asked; the text says why."""


class CannotDecide(DomainError):
    """The appeal stays as it was; the text says why and what to do."""


@transaction.atomic
def hide_reply(*, reply_id: int, reason: str, note: str, by: User, at: datetime) -> ReplyHiding:
    """Take a neighbor's reply off the page for one of the published reasons, and tell its writer.

    Args:
        reply_id: The row stays locked until commit, so two people cannot both succeed.
        note: For the writer; may be empty.

    Raises:
        NotAllowed: `by` wrote the post, or releases posts neither for its command nor for headquarters.
        CannotHide: A reply by police, hidden already, or shown again before against the same reason.
    """
    reply = Reply.objects.select_for_update(of=("self",)).select_related("post__command", "author").get(pk=reply_id)
    command = command_that_may_hide(reply.post, by.pk, assignments_of(by.pk))
    if command is None:
        if reply.post.author_id == by.pk:
            raise NotAllowed("You wrote this post, so somebody else decides about the replies under it.")
        raise NotAllowed(
            f"Only an approver or a manager of {reply.post.command.name} or of headquarters can hide a reply."
        )
    if reply.neighborhood_id is None:
        raise CannotHide("Only neighbors’ replies can be hidden. Correct an answer by police with another answer.")
    if reason not in HidingReason.values:
        raise CannotHide("Choose one of the listed reasons. For any other reason the reply stays.")
    earlier = ReplyHiding.objects.filter(reply=reply)
    if any(hiding.outcome != HidingOutcome.OVERTURNED for hiding in earlier):
        raise CannotHide("This reply is hidden already.")
    if any(hiding.reason == reason for hiding in earlier):
        raise CannotHide(
            "Somebody outside the command decided that this reply stays: this reason does not fit. "
            "It cannot be hidden for the same reason again."
        )
    hiding = ReplyHiding.objects.create(
        reply=reply,
        reason=reason,
        snapshot=reply.text,
        note=_within(note, rules.NOTE_MAX_LENGTH, "A note", CannotHide),
        command=command,
        hidden_by=by,
        hidden_at=at,
    )
    send_mail_to(reply.author, template="reply_hidden", context=_for_the_mail(hiding))
    return hiding


@transaction.atomic
def appeal_hiding(*, reply_id: int, resident: User, text: str, at: datetime) -> ReplyHiding:
    """Ask somebody outside the command to look again. Once for each hiding.

    Raises:
        ReplyHiding.DoesNotExist: Somebody else's reply, or it is not hidden.
        CannotAppeal: Asked already, or nothing to say why.
    """
    hiding = hidings_in_force().select_for_update(of=("self",)).get(reply_id=reply_id, reply__author_id=resident.pk)
    if not hiding.may_be_appealed:
        raise CannotAppeal("You have asked for another look already. You can do that once.")
    text = _within(text, rules.APPEAL_MAX_LENGTH, "This text", CannotAppeal)
    if not text:
        raise CannotAppeal("Say in a few words why your reply should be shown again.")
    hiding.appeal_text, hiding.appealed_at = text, at
    hiding.save(update_fields=["appeal_text", "appealed_at"])
    return hiding


@transaction.atomic
def decide_appeal(*, hiding_id: int, shows_again: bool, note: str, by: User, at: datetime) -> ReplyHiding:
    """Keep a reply hidden or show it again, and tell its writer.

    Args:
        note: Why, for the writer.

    Raises:
        ReplyHiding.DoesNotExist: Nobody asked for another look.
        NotAllowed: `by` may not decide appeals, works for a command, or hid the reply.
        CannotDecide: Decided already, or without a word to the writer.
    """
    hiding = (
        ReplyHiding.objects.select_for_update(of=("self",))
        .select_related("reply__post", "reply__author", "command")
        .get(pk=hiding_id, appealed_at__isnull=False)
    )
    if not by.has_perm("posts.decide_appeals") or hiding.hidden_by_id == by.pk or assignments_of(by.pk):
        raise NotAllowed("Somebody who works for no command decides about appeals.")
    if not hiding.waits_for_decision:
        raise CannotDecide("This appeal was decided meanwhile.")
    note = _within(note, rules.NOTE_MAX_LENGTH, "A reason", CannotDecide)
    if not note:
        raise CannotDecide("Say in a few words why. The writer reads it.")
    hiding.outcome = HidingOutcome.OVERTURNED if shows_again else HidingOutcome.UPHELD
    hiding.decided_by, hiding.decided_at, hiding.decision_note = by, at, note
    hiding.save(update_fields=["outcome", "decided_by", "decided_at", "decision_note"])
    send_mail_to(hiding.reply.author, template="appeal_decided", context=_for_the_mail(hiding))
    return hiding


@transaction.atomic
def drop_appeals(*, resident: User, at: datetime) -> None:
    """Close what somebody who leaves still waits for; their reasons were for the one who decides, and go with them."""
    mine = ReplyHiding.objects.filter(reply__author=resident)
    mine.filter(appealed_at__isnull=False, outcome="").update(outcome=HidingOutcome.DROPPED, decided_at=at)
    mine.exclude(appeal_text="").update(appeal_text="")


def _within(text: str, limit: int, what: str, error: type[DomainError]) -> str:
    text = text.strip()
    if len(text) > limit:
        raise error(f"{what} can have {limit:,} characters; this one has {len(text):,}. Shorten it.")
    return text


def _for_the_mail(hiding: ReplyHiding) -> dict[str, str]:
    """Nothing of the reply itself: mail is read by machines on the way."""
    return {"post_title": hiding.reply.post.title, "command": hiding.command.name, "path": OWN_REPLIES_PATH}
