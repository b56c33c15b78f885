"""How is a line of the audit trail said in plain words?"""

from accounts.rules import SignedInBy
from commands.rules import Role, SecondPerson
from neighborhoods.rules import HowVerified, LookUpReason
from pages.audit.sources import Kind
from posts.rules import HidingReason

OPERATOR = "Whoever operates the server"

SENTENCES: dict[Kind, dict[str, str]] = {
    Kind.SIGN_IN: {"signed_in": "{actor} signed in ({detail})"},
    Kind.ACCOUNT: {
        "made": "An account was made for {subject}",
        "closed": "{actor} closed the account of {subject}",
        "opened": "{actor} opened the account of {subject} again",
    },
    Kind.GROUP: {
        "joined": "{actor} appointed {subject} to: {detail}",
        "left": "{actor} ended the appointment of {subject} to: {detail}",
    },
    Kind.COMMAND: {
        "made": "{unit} was made",
        "changed": "{actor} changed {unit}; posts wait for a second person: {detail}",
    },
    Kind.ASSIGNMENT: {
        "began": "{actor} made {subject} {detail} at {unit}",
        "ended": "{actor} ended the work of {subject} as {detail} at {unit}",
    },
    Kind.INVITATION: {
        "sent": "{actor} sent invitation {item}, to be {detail} at {unit}",
        "sent_again": "{actor} sent invitation {item} again, to be {detail} at {unit}",
        "accepted": "{actor} accepted invitation {item}, to be {detail} at {unit}",
        "taken_back": "{actor} took back invitation {item} to {unit}",
    },
    Kind.POST: {
        "submitted": "{actor} sent post {item}, version {detail}, for approval at {unit}",
        "returned": "Post {item} of {unit} was returned to its author{by}",
        "published": "{actor} published post {item} of {unit}",
        "released": "{actor} released post {item}, version {detail}, of {unit}",
        "corrected": "{actor} corrected post {item} of {unit}: version {detail}",
        "withdrawn": "{actor} took back post {item} of {unit}",
        "stopped": "{actor} stopped what had not left of post {item}, version {detail}, of {unit}",
        "replies_closed": "{actor} closed the replies to post {item} of {unit}",
        "replies_opened": "{actor} opened the replies to post {item} of {unit}",
    },
    Kind.HIDING: {
        "hidden": "{actor} hid reply {item} for {unit}: {detail}",
        "appealed": "The writer of hidden reply {item} asked for another look",
        "upheld": "{actor} decided that reply {item} stays hidden",
        "overturned": "{actor} decided that reply {item} is shown again",
        "dropped": "The writer of hidden reply {item} left before the appeal was decided",
    },
    Kind.RESIDENCY: {"verified": "Residency {item} was verified: {detail}{by}"},
    Kind.LETTER: {
        "printed": "{actor} printed the letter for residency {item}",
        "locked": "The code of the letter for residency {item} was locked after wrong tries",
    },
    Kind.LOOK_UP: {"looked_up": "{actor} looked up residency {item}: {detail}"},
    Kind.HOLD: {
        "placed_on_person": "{actor} placed legal hold {item} on {subject}",
        "placed_on_post": "{actor} placed a legal hold on post {item}",
        "placed_on_everything": "{actor} placed legal hold {item} on everything",
        "lifted_of_person": "{actor} lifted legal hold {item} on {subject}",
        "lifted_of_post": "{actor} lifted a legal hold on post {item}",
        "lifted_of_everything": "{actor} lifted legal hold {item} on everything",
    },
    Kind.EXPORT: {"taken": "{actor} took a copy of the public record along: {detail}"},
}
_DETAILS: dict[Kind, dict[str, str]] = {
    Kind.SIGN_IN: {choice.value: choice.label.lower() for choice in SignedInBy},
    Kind.COMMAND: {choice.value: choice.label.lower() for choice in SecondPerson},
    Kind.ASSIGNMENT: {choice.value: choice.label.lower() for choice in Role},
    Kind.INVITATION: {choice.value: choice.label.lower() for choice in Role},
    Kind.HIDING: {choice.value: choice.label.lower() for choice in HidingReason},
    Kind.RESIDENCY: {choice.value: choice.label.lower() for choice in HowVerified},
    Kind.LOOK_UP: {choice.value: choice.label.lower() for choice in LookUpReason},
}


def sentence(
    kind: Kind, what: str, *, actor: str | None, subject: str | None, unit: str | None, item: int | None, detail: str
) -> str:
    """ "Sgt. N. Abara released post 214, version 2, of Central Command".

    Args:
        actor: Who did it, where the row says so; nobody of the staff means whoever operates the server.
    """
    return SENTENCES[kind][what].format(
        actor=actor or OPERATOR,
        subject=subject,
        unit=unit,
        item=item,
        detail=_DETAILS.get(kind, {}).get(detail, detail),
        by=f", by {actor}" if actor else "",
    )
