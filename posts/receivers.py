"""What do posts keep about a person, what becomes of it when the person leaves, and since when does a post wait?"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.own_data import moment
from accounts.signals import OwnDataSection, own_data_asked, person_leaving
from notifications.signals import Waiting, waiting_asked
from posts import services
from posts.selectors.own_data import all_own_messages, all_own_replies
from posts.selectors.waiting import deliveries_waiting_since


def connect() -> None:
    """Listen to the apps below, which know nothing of posts."""
    own_data_asked.connect(_own_data, dispatch_uid="posts.own_data")
    person_leaving.connect(_person_leaves, dispatch_uid="posts.person_leaves")
    waiting_asked.connect(_waiting, dispatch_uid="posts.waiting")


def _own_data(*, person: User, **kwargs: Any) -> list[OwnDataSection]:
    if person.is_police_or_civic_staff:
        return []
    own_replies = all_own_replies(person)
    replies = [
        {
            "When": moment(reply.created_at),
            "Under": reply.post.title,
            "Shown as from": reply.neighborhood.name if reply.neighborhood else "",
            "Your reply": reply.text,
        }
        for reply in own_replies
    ]
    hidden = [
        {
            "When": moment(hiding.hidden_at),
            "Under": reply.post.title,
            "Hidden by": hiding.command.name,
            "Reason": hiding.get_reason_display(),
            "Note to you": hiding.note,
            "What you asked for another look": hiding.appeal_text,
            "What became of it": hiding.get_outcome_display(),
            "Why": hiding.decision_note,
        }
        for reply in own_replies
        for hiding in reply.hidings.all()
    ]
    messages = [
        {
            "When": moment(message.created_at),
            "With": message.conversation.command.name,
            "About": message.conversation.about_post.title if message.conversation.about_post else "",
            "From": message.conversation.command.name if message.is_from_police else "you",
            "Message": message.text,
        }
        for message in all_own_messages(person)
    ]
    return [
        OwnDataSection("Your public replies", replies),
        OwnDataSection("Replies of yours that were hidden", hidden),
        OwnDataSection("Your private messages with police", messages),
    ]


def _person_leaves(*, person: User, at: datetime, **kwargs: Any) -> None:
    # What was said under police posts and to police is a public record and stays; the account's row names nobody.
    services.drop_appeals(resident=person, at=at)


def _waiting(**kwargs: Any) -> list[Waiting]:
    return [Waiting(lane, since) for lane, since in deliveries_waiting_since().items()]
