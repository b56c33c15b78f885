"""How does a neighbor's word show that somebody lives where they say?

Two links lead to it. A verified neighbor makes an invitation: whoever opens it and accepts has one vouch. A newcomer
makes a request and sends it around: each verified neighbor who opens it may say yes. The same checks stand before
both, and the moment of pressing the button counts, not that of making the link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.mails import send_mail_to
from accounts.models import User
from core.errors import DomainError
from core.locks import hold_boundaries_still
from neighborhoods.codes import hash_of_link_token, make_link_token
from neighborhoods.models import Residency, Vouch, VouchLink
from neighborhoods.rules import (
    OPEN_REQUESTS,
    VOUCH_LINK_DAYS,
    VOUCHES_A_YEAR,
    VOUCHES_NEEDED,
    HowVerified,
    Standing,
    VouchLinkKind,
)
from neighborhoods.selectors.proofs import count_vouches_promised, find_vouch_link, open_links, vouches_for
from neighborhoods.selectors.residencies import find_residency
from neighborhoods.services.residencies import NoResidency, verify_residency


class UnknownLink(DomainError):
    """No link has this token."""

    def __init__(self) -> None:
        super().__init__("This link is not valid any more. Ask the neighbor who sent it for another.")


class CannotVouch(DomainError):
    """The link leads to no vouch, or can not be made; the text says why and what helps."""


@dataclass(frozen=True, slots=True)
class VouchOffer:
    """A vouch that would count if the button were pressed now.

    Attributes:
        voucher_home: Residency of whoever gives their word.
        newcomer_home: Residency of whoever gets it.
    """

    link: VouchLink
    voucher: User
    voucher_home: Residency
    newcomer: User
    newcomer_home: Residency

    @property
    def is_invitation(self) -> bool:
        return self.link.kind == VouchLinkKind.INVITATION


@transaction.atomic
def make_invitation(*, person: User, at: datetime) -> str:
    """Make a link with which one newcomer gets this neighbor's word.

    Returns:
        Its token, which is not kept and cannot be shown again.

    Raises:
        CannotVouch: The person may not vouch, or has done so often enough this year.
    """
    _lock(person)
    home = find_residency(person.pk)
    if home is None or home.neighborhood_id is None or not home.may_vouch:
        raise CannotVouch(_ONLY_SOME_VOUCH)
    if count_vouches_promised(person.pk, at) >= VOUCHES_A_YEAR:
        raise CannotVouch(_OFTEN_ENOUGH)
    return _make_link(VouchLinkKind.INVITATION, person, at)


@transaction.atomic
def make_request(*, person: User, at: datetime) -> str:
    """Make a link with which a newcomer asks neighbors for their word; several may use it.

    Returns:
        Its token, which is not kept and cannot be shown again.

    Raises:
        NoResidency: There is no home to vouch for.
        CannotVouch: It is verified, or there are links enough.
    """
    _lock(person)
    home = find_residency(person.pk)
    if home is None or home.neighborhood_id is None:
        raise NoResidency
    if home.is_verified:
        raise CannotVouch("Your home is confirmed already. You need nobody’s word.")
    if open_links(person.pk, VouchLinkKind.REQUEST, at).count() >= OPEN_REQUESTS:
        raise CannotVouch(
            f"You have {OPEN_REQUESTS} links that still work. Each serves several neighbors: send one of them again, "
            "or wait until one ends."
        )
    return _make_link(VouchLinkKind.REQUEST, person, at)


@transaction.atomic
def take_back_link(*, link_id: int, person: User, at: datetime) -> VouchLink:
    """Make a link of one's own useless; one that was used stays used.

    Raises:
        VouchLink.DoesNotExist: The person has no such link.
        CannotVouch: A neighbor has used it.
    """
    link = VouchLink.objects.select_for_update().get(pk=link_id, made_by=person)
    if link.used_at is not None:
        raise CannotVouch("A neighbor has used this link already, so it cannot be taken back.")
    if link.taken_back_at is None:
        link.taken_back_at = at
        link.save(update_fields=["taken_back_at"])
    return link


def look_at_link(*, token: str, person: User, at: datetime) -> VouchOffer:
    """What a link offers to whoever opened it. Changes nothing.

    Raises:
        UnknownLink: No link has this token.
        CannotVouch: It is used up, over, taken back, or does not fit these two people.
    """
    link = find_vouch_link(token)
    if link is None:
        raise UnknownLink
    return _offer(link, person, at)


@transaction.atomic
def use_link(*, token: str, person: User, at: datetime) -> VouchOffer:
    """Record the vouch that a link offers; the second one verifies the newcomer.

    Returns:
        The offer that was used, with the newcomer's residency as it stands now.

    Raises:
        UnknownLink: No link has this token.
        CannotVouch: As `look_at_link`, decided anew under lock.
    """
    hold_boundaries_still()
    link = find_vouch_link(token)
    if link is None:
        raise UnknownLink
    is_invitation = link.kind == VouchLinkKind.INVITATION
    voucher, newcomer = (link.made_by, person) if is_invitation else (person, link.made_by)
    _lock(voucher)
    list(Residency.objects.select_for_update().filter(person=newcomer).exclude(standing=Standing.ENDED))
    link = VouchLink.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=link.pk)
    offer = _offer(link, person, at)
    home = offer.newcomer_home
    Vouch.objects.create(residency=home, voucher=voucher, given_at=at)
    if is_invitation:
        link.used_at = at
        link.save(update_fields=["used_at"])
    if len(vouches_for(home.pk)) >= VOUCHES_NEEDED:
        verify_residency(residency_id=home.pk, how=HowVerified.VOUCHES, by=None, at=at)
        if not is_invitation:
            send_mail_to(newcomer, template="home_confirmed")
    home.refresh_from_db(fields=["standing", "verified_how", "verified_at"])
    return offer


_ONLY_SOME_VOUCH = (
    "Only neighbors whose own home was confirmed by letter or in person can vouch. "
    "Let somebody else who lives here open the link."
)
_OFTEN_ENOUGH = (
    f"You have given or promised your word {VOUCHES_A_YEAR} times in the last 12 months, as often as one person can. "
    "Take back a link that nobody used, or let another neighbor vouch."
)
_MAKER_CANNOT = (
    "The neighbor who made this link can not vouch here any more. "
    "Ask another neighbor, or choose another way on the page about your home."
)


def _lock(person: User) -> None:
    """One change at a time of what this person promises, and of where they live."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _make_link(kind: VouchLinkKind, person: User, at: datetime) -> str:
    token = make_link_token()
    VouchLink.objects.create(
        kind=kind,
        made_by=person,
        token_hash=hash_of_link_token(token),
        made_at=at,
        expires_at=at + timedelta(days=VOUCH_LINK_DAYS),
    )
    return token


def _offer(link: VouchLink, opener: User, at: datetime) -> VouchOffer:
    """Check everything that can stand in the way, most telling reason first. At most five queries."""
    maker, is_invitation = link.made_by, link.kind == VouchLinkKind.INVITATION
    if maker.pk == opener.pk:
        raise CannotVouch("This link is your own. Send it to a neighbor: only they can use it.")
    opener_home, maker_home = find_residency(opener.pk), find_residency(maker.pk)
    if opener_home is None or opener_home.neighborhood is None:
        raise CannotVouch("Say first where your home is. Then open this link again.")
    voucher, newcomer = (maker, opener) if is_invitation else (opener, maker)
    newcomer_home = opener_home if is_invitation else maker_home
    if newcomer_home is not None and Vouch.objects.filter(residency=newcomer_home, voucher=voucher).exists():
        raise CannotVouch(_has_vouched(is_invitation, maker))
    if link.used_at is not None:
        raise CannotVouch(
            f"This link has been used. Each one is for one neighbor: ask {maker.public_name} for another."
        )
    # A link lives no longer than the home it was made from: a move ends it, and says nothing about where to.
    if maker_home is None or maker_home.neighborhood is None or maker_home.claimed_at > link.made_at:
        raise CannotVouch(_MAKER_CANNOT if is_invitation else _no_longer_asks(maker))
    _check_is_open(link, at)
    if newcomer_home is None or newcomer_home.is_verified:
        raise CannotVouch(
            "Your home is confirmed already, so you need nobody’s word. Somebody else can still use this link."
            if is_invitation
            else f"{maker.public_name} is confirmed already and needs nobody’s word any more. Thank you for looking."
        )
    voucher_home = maker_home if is_invitation else opener_home
    if is_invitation and not voucher_home.may_vouch:
        raise CannotVouch(_MAKER_CANNOT)
    if maker_home.neighborhood_id != opener_home.neighborhood_id:
        raise CannotVouch(
            f"This link is for neighbors in {maker_home.neighborhood}, and your home is in {opener_home.neighborhood}. "
            "If you have moved, say so on the page about your home, then open the link again."
        )
    if not voucher_home.may_vouch:
        raise CannotVouch(_cannot_vouch_yet(voucher_home))
    if voucher_home.household_hash and voucher_home.household_hash == newcomer_home.household_hash:
        raise CannotVouch(
            "You two live at the same address. People of one household cannot vouch for each other: "
            "it takes the word of somebody from another home."
        )
    if not is_invitation and count_vouches_promised(opener.pk, at) >= VOUCHES_A_YEAR:
        raise CannotVouch(_OFTEN_ENOUGH)
    return VouchOffer(link, voucher, voucher_home, newcomer, newcomer_home)


def _check_is_open(link: VouchLink, at: datetime) -> None:
    who = link.made_by.public_name
    if link.taken_back_at is not None:
        raise CannotVouch(f"{who} took this link back. Ask them whether they will send you another.")
    if link.expires_at <= at:
        ended_on = format_date(timezone.localtime(link.expires_at), "F j")
        raise CannotVouch(f"This link ended on {ended_on}, after {VOUCH_LINK_DAYS} days. Ask {who} for another.")


def _has_vouched(is_invitation: bool, maker: User) -> str:
    if is_invitation:
        return (
            f"{maker.public_name} has vouched for you already. "
            "The page about your home says what is still missing; another word has to come from another neighbor."
        )
    return f"You have vouched for {maker.public_name} already. It takes {VOUCHES_NEEDED} neighbors: thank you."


def _no_longer_asks(maker: User) -> str:
    return f"{maker.public_name} no longer asks for a word here. If you know them, ask for a new link."


def _cannot_vouch_yet(home: Residency) -> str:
    if home.is_verified:
        return (
            "Your own home was confirmed by two neighbors. Only those confirmed by letter or in person can vouch: "
            "let another neighbor open the link."
        )
    return (
        "First your own home has to be confirmed, by letter or in person. Then open this link again, "
        "or let another neighbor open it."
    )
