"""What does the neighbors' room keep about a person, and what becomes of it when the person leaves?"""

from base64 import b64encode
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed
from django.urls import reverse

from accounts.models import User
from accounts.own_data import YES_OR_NO, moment
from accounts.signals import OwnDataSection, own_data_asked, person_leaving
from commands.rules import COMMUNITY_MODERATORS
from community.pictures import CONTENT_TYPE
from community.rules import NeighborPostKind
from community.selectors.care import waiting_for
from community.selectors.own import OwnRows, own_rows
from community.services import forget_person, tell_keepers


def connect() -> None:
    """Listen to the accounts below, which know nothing of neighbors."""
    own_data_asked.connect(_own_data, dispatch_uid="community.own_data")
    person_leaving.connect(_person_leaves, dispatch_uid="community.person_leaves")
    m2m_changed.connect(_groups_changed, sender=User.groups.through, dispatch_uid="community.groups_changed")


def _person_leaves(*, person: User, at: datetime, **kwargs: Any) -> None:
    forget_person(person_id=person.pk, at=at)


def _groups_changed(*, instance: User | Group, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Whoever becomes a community moderator hears of what has waited for one."""
    if action != "post_add" or not isinstance(instance, User):
        return
    if Group.objects.filter(pk__in=pk_set or (), name=COMMUNITY_MODERATORS).exists() and waiting_for(instance.pk):
        tell_keepers([instance], "room_moderator_named")


def _own_data(*, person: User, with_pictures: bool = False, **kwargs: Any) -> list[OwnDataSection]:
    if person.is_police_or_civic_staff:
        return []
    own = own_rows(person.pk, with_pictures=with_pictures)
    return [
        OwnDataSection("Your posts to neighbors", _posts(own, with_pictures)),
        OwnDataSection(
            "Your comments to neighbors",
            [
                {"When": moment(c.created_at), "Shown as from": c.neighborhood.name, "Your comment": c.text}
                for c in own.comments
            ],
        ),
        OwnDataSection(
            "Neighbor posts you thanked for",
            [{"When": moment(thanks.created_at), "Post": str(thanks.post_id)} for thanks in own.thanks],
        ),
        OwnDataSection("Neighbors you muted or blocked", _kept_away(own)),
        OwnDataSection("What you reported to those who keep the room", _reports(own)),
        OwnDataSection("What was removed of yours", _removals(own, with_pictures)),
        OwnDataSection(
            "Your offers and terms as a lead",
            [
                {
                    "Neighborhood": lead.neighborhood.name,
                    "State": lead.get_state_display(),
                    "Offered": moment(lead.offered_at),
                    "Named": moment(lead.named_at),
                    "Ended": moment(lead.ended_at),
                }
                for lead in own.leads
            ],
        ),
    ]


def _posts(own: OwnRows, with_pictures: bool) -> list[dict[str, str]]:
    rows = []
    for post in own.posts:
        picture = own.pictures.get(post.pk)
        if picture is None:
            shown = ""
        elif with_pictures:
            shown = _data_uri(picture.content, picture.content_type)
        else:
            shown = reverse("community:picture", args=[post.pk])
        rows.append(
            {
                "When": moment(post.created_at),
                "In": post.neighborhood.name,
                "Kind": str(NeighborPostKind(post.kind).label),
                "Open to adjoining neighborhoods": YES_OR_NO[post.is_open_to_adjoining],
                "Title": post.title,
                "Text": post.text,
                "What the picture shows": picture.description if picture else "",
                "The picture": shown,
            }
        )
    return rows


def _kept_away(own: OwnRows) -> list[dict[str, str]]:
    muted = [{"Since": moment(m.created_at), "How": "muted", "Who": m.muted.public_name} for m in own.mutes]
    blocked = [{"Since": moment(b.created_at), "How": "blocked", "Who": b.blocked.public_name} for b in own.blocks]
    return muted + blocked


def _reports(own: OwnRows) -> list[dict[str, str]]:
    return [
        {
            "When": moment(report.reported_at),
            "What": report.get_subject_kind_display(),
            "By": report.author_name,
            "Title": report.title,
            "Text": report.text,
            "Rule": report.get_rule_display(),
            "Your note": report.note,
            "State": report.get_state_display(),
            "Decided": moment(report.decided_at),
        }
        for report in own.reports
    ]


def _removals(own: OwnRows, with_pictures: bool) -> list[dict[str, str]]:
    rows = []
    for copy in own.removals:
        appeal = own.appeals.get(copy.pk)
        picture = (
            {"The picture": _data_uri(copy.picture, CONTENT_TYPE) if copy.picture else ""} if with_pictures else {}
        )
        rows.append(
            {
                "Title": copy.title,
                "Text": copy.text,
                **picture,
                "What you asked for another look": appeal.text if appeal else "",
                "Asked": moment(appeal.appealed_at) if appeal else "",
                "What became of it": appeal.get_outcome_display() if appeal else "",
                "Why": appeal.reason if appeal else "",
            }
        )
    return rows


def _data_uri(content: bytes | memoryview, content_type: str) -> str:
    """A picture in a line of text, which any browser shows."""
    return f"data:{content_type};base64,{b64encode(content).decode()}"
