"""What do neighborhoods keep about a person, and what becomes of it when the person leaves?"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.own_data import moment
from accounts.signals import OwnDataSection, own_data_asked, person_leaving
from neighborhoods.models import Residency
from neighborhoods.sealing import CannotUnseal, unseal
from neighborhoods.selectors.own_data import (
    all_own_letters,
    all_own_residencies,
    all_own_vouch_links,
    all_own_vouches,
    find_waiting,
)
from neighborhoods.services.leaving import forget_resident


def connect() -> None:
    """Listen to the accounts below, which know nothing of homes."""
    own_data_asked.connect(_own_data, dispatch_uid="neighborhoods.own_data")
    person_leaving.connect(_person_leaves, dispatch_uid="neighborhoods.person_leaves")


def _own_data(*, person: User, **kwargs: Any) -> list[OwnDataSection]:
    if person.is_police_or_civic_staff:
        return []
    homes = [
        {
            "Neighborhood": residency.neighborhood.name if residency.neighborhood else "none now",
            "Standing": residency.get_standing_display(),
            "Since": moment(residency.claimed_at),
            "Confirmed": moment(residency.verified_at),
            "How": residency.get_verified_how_display(),
            "Ended": moment(residency.ended_at),
            "Area of about a block, by its middle": _middle(residency),
            "Exact address, encrypted": _exact(residency),
            "Counted as one household with others at the address": "yes" if residency.household_hash else "no",
        }
        for residency in all_own_residencies(person)
    ]
    letters = [
        {
            "Asked for": moment(letter.asked_at),
            "Printed": moment(letter.printed_at),
            "State": letter.get_state_display(),
        }
        for letter in all_own_letters(person)
    ]
    received, given = all_own_vouches(person)
    links = [
        {
            "Kind": link.get_kind_display(),
            "Made": moment(link.made_at),
            "Ends": moment(link.expires_at),
            "Used": moment(link.used_at),
            "Taken back": moment(link.taken_back_at),
        }
        for link in all_own_vouch_links(person)
    ]
    waiting = find_waiting(person)
    sections = [
        OwnDataSection("Your homes", homes),
        OwnDataSection("Letters with a code", letters),
        OwnDataSection(
            "Neighbors who vouched for you",
            [{"Who": vouch.voucher.public_name, "When": moment(vouch.given_at)} for vouch in received],
        ),
        OwnDataSection(
            "Neighbors you vouched for",
            [{"Who": vouch.residency.person.public_name, "When": moment(vouch.given_at)} for vouch in given],
        ),
        OwnDataSection("Links for vouching", links),
        OwnDataSection(
            "Waiting for a neighborhood to open",
            [{"Asked": moment(waiting.asked_at), "Told": moment(waiting.told_at)}] if waiting else [],
        ),
    ]
    return [section for section in sections if section.rows]


def _person_leaves(*, person: User, at: datetime, **kwargs: Any) -> None:
    forget_resident(person=person, at=at)


def _middle(residency: Residency) -> str:
    center = residency.cell_center
    return f"{center.y:.4f}, {center.x:.4f}" if center is not None else ""


def _exact(residency: Residency) -> str:
    home = getattr(residency, "home", None)
    if home is None:
        return ""
    try:
        exact = unseal(home.sealed)
    except CannotUnseal:
        return "cannot be read any more: its key was lost"
    point = "" if exact.latitude is None else f"{exact.latitude}, {exact.longitude}"
    return "; ".join(part for part in (*exact.lines, point) if part)
