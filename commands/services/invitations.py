"""How does an officer come to work for a command: invited by a manager, accepted by a link in a mail?"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.mails import send_mail_to
from accounts.models import User
from accounts.retention import concerns, purgeable
from accounts.selectors import find_owner_of
from accounts.staff import open_staff_account
from commands.models import Assignment, Invitation, PoliceCommand
from commands.rules import INVITATION_LIFETIME, Role
from commands.selectors import digest_of, find_invitation, find_role
from commands.services.staff import assign, check_manages
from core.errors import DomainError, NotAllowed
from core.locks import hold_holds_still

RESIDENT_STAYS_PRIVATE = (
    "This address belongs to a resident account, which stays private and cannot be used for police work. "
    "Ask for the invitation to your work address. Whoever invited you does not learn of your account."
)
_TOKEN_BYTES = 32
# A manager may still send an expired one again, within so long.
EXPIRED_KEPT = timedelta(days=30)

# Whom it was sent to is nobody's account yet, so only a hold of everything keeps it.
concerns(Invitation)


class CannotInvite(DomainError):
    """Nothing was sent; the text says why."""


class CannotAccept(DomainError):
    """The invitation stays as it was; the text says why and what to do next."""


@transaction.atomic
def invite(*, command: PoliceCommand, email: str, role: str, by: User, at: datetime) -> Invitation:
    """Send somebody an invitation to work for a command. One that is open for this address is replaced.

    What it says and does is the same for every address: whether there is an account with it is nobody's business.

    Raises:
        NotAllowed: `by` does not manage the command.
        CannotInvite: The address is that of `by`.
    """
    # One invitation of this command at a time, so that two managers do not make two for one address.
    command = PoliceCommand.objects.select_for_update(no_key=True).get(pk=command.pk)
    check_manages(by, command)
    email = email.lower()
    if email == by.email:
        raise CannotInvite("This is your own address. Give the address of the colleague you want to invite.")
    invitation = Invitation.objects.filter(
        command=command, email=email, accepted_at=None, taken_back_at=None
    ).first() or Invitation(command=command, email=email, made_at=at)
    invitation.role = Role(role)
    return _send(invitation, by, at)


@transaction.atomic
def send_invitation_again(*, invitation_id: int, by: User, at: datetime) -> Invitation:
    """Send an invitation with a new link; the one before stops working.

    Raises:
        Invitation.DoesNotExist: There is none with this id.
        NotAllowed: `by` does not manage the command.
        CannotInvite: It was accepted or taken back.
    """
    invitation = _lock_open(invitation_id, by)
    return _send(invitation, by, at)


@transaction.atomic
def take_back_invitation(*, invitation_id: int, by: User, at: datetime) -> Invitation:
    """Make an invitation's link useless and forget the address.

    Raises:
        Invitation.DoesNotExist: There is none with this id.
        NotAllowed: `by` does not manage the command.
        CannotInvite: It was accepted or taken back before.
    """
    invitation = _lock_open(invitation_id, by)
    invitation.taken_back_at, invitation.taken_back_by, invitation.email = at, by, ""
    invitation.save()
    return invitation


@transaction.atomic
def forget_expired_invitations(*, at: datetime) -> int:
    """Take back invitations that expired `EXPIRED_KEPT` ago, and with that forget their addresses.

    Returns:
        How many.
    """
    expired = Invitation.objects.filter(
        accepted_at=None, taken_back_at=None, sent_at__lt=at - INVITATION_LIFETIME - EXPIRED_KEPT
    )
    hold_holds_still()
    return purgeable(expired).update(taken_back_at=at, email="")


@transaction.atomic
def accept_invitation(*, token: str, person: User, at: datetime) -> Assignment:
    """Somebody with a staff account takes the role they were invited to.

    Raises:
        CannotAccept: The link does not work any more, was sent to another address, or the account is a resident's.
        CannotAssign: See `assign`.
    """
    invitation = _lock_acceptable(token, at)
    if person.email != invitation.email:
        raise NotAllowed("This invitation was sent to another address. Sign in with the account it was sent to.")
    if not person.is_police_or_civic_staff:
        raise CannotAccept(RESIDENT_STAYS_PRIVATE)
    return _accept(invitation, person, at)


@transaction.atomic
def accept_with_new_account(*, token: str, full_name: str, rank: str, password: str, at: datetime) -> Assignment:
    """Somebody without an account makes one by the link, and takes the role.

    Raises:
        CannotAccept: The link does not work any more, or there is an account with its address.
    """
    invitation = _lock_acceptable(token, at)
    if find_owner_of(invitation.email, at=at) is not None:
        raise CannotAccept("There is an account with the address of this invitation. Open the link again.")
    person = open_staff_account(email=invitation.email, full_name=full_name, rank=rank, password=password, at=at)
    return _accept(invitation, person, at)


def why_not(invitation: Invitation, at: datetime) -> str | None:
    """What keeps an invitation from being accepted, and what to do about it; None when nothing does. One query."""
    name = invitation.command.name
    if invitation.accepted_at is not None:
        return f"This invitation has been used. If you accepted it, sign in; else ask {name} for a new one."
    if invitation.taken_back_at is not None:
        return f"This invitation was taken back. Ask {name} if you think that is a mistake."
    if not invitation.is_open(at):
        return f"This invitation has expired: it worked for seven days. Ask {name} to send it again."
    # Closing an account does not end its assignments, and an invitation may have been on its way when they ended.
    if (
        not invitation.invited_by.is_active
        or find_role(invitation.invited_by_id, invitation.command_id) != Role.MANAGER
    ):
        return f"Whoever sent this invitation no longer decides who works there. Ask {name} for a new one."
    return None


def _send(invitation: Invitation, by: User, at: datetime) -> Invitation:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation.token_digest, invitation.invited_by, invitation.sent_at = digest_of(token), by, at
    invitation.save()
    link = settings.SITE_URL + reverse("commands:invitation", args=[token])
    send_mail_to(invitation.email, template="invitation", context={"invitation": invitation, "link": link})
    return invitation


def _lock_open(invitation_id: int, by: User) -> Invitation:
    invitations = Invitation.objects.select_for_update(of=("self",)).select_related("command")
    invitation = invitations.get(pk=invitation_id)
    check_manages(by, invitation.command)
    if invitation.is_closed:
        raise CannotInvite("This invitation was accepted or taken back meanwhile. The list now shows what is open.")
    return invitation


def _lock_acceptable(token: str, at: datetime) -> Invitation:
    invitation = find_invitation(token, locks=True)
    if invitation is None:
        raise CannotAccept("This link does not work. If there is a newer mail with an invitation, use its link.")
    reason = why_not(invitation, at)
    if reason is not None:
        raise CannotAccept(reason)
    return invitation


def _accept(invitation: Invitation, person: User, at: datetime) -> Assignment:
    assignment = assign(
        person=person, command=invitation.command, role=invitation.role, by=invitation.invited_by, at=at
    )
    invitation.accepted_at, invitation.accepted_by, invitation.email = at, person, ""
    invitation.save()
    return assignment
