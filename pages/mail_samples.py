"""Which mails are there, when is each sent, and what does it look like with made-up people in it?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.template.loader import get_template

from accounts.models import User
from accounts.rules import Kind
from core import mails
from core.mails import WrittenMail
from notifications.mails.building import message_values
from notifications.mails.reasons import why, why_digest
from notifications.models import Message
from notifications.rules import Pace, Topic

_SAID_AT = datetime(2026, 11, 21, 18, 24, tzinfo=UTC)
_PLACE = "Southside Park"
_WITH_OWN_HTML = ("message", "digest")


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail of Porchlight's.

    Attributes:
        name: In the address of its page.
        template: The file of its text under `templates/`, so that a test finds those that are missing here.
        occasion: What has to happen for it to be sent.
    """

    name: str
    group: str
    template: str
    occasion: str
    values: Callable[[], Mapping[str, Any]]

    def written(self) -> WrittenMail:
        name = self.template.removeprefix("mail/").removesuffix(".txt")
        if name in _WITH_OWN_HTML:
            return mails.write(name, self.values())
        return mails.write_plain(self.template, self.values())


def _message(**fields: Any) -> dict[str, Any]:
    topic = Topic(fields["topic"])
    message = Message(
        **{
            "source": "post",
            "source_id": 1,
            "lane": "mail",
            "path": "/posts/1/",
            "sender": "Central Command",
            "to_whom": "{place} and 3 more",
            "said_at": _SAID_AT,
            **fields,
        }
    )
    return {
        **message_values(message),
        "place": _PLACE,
        "why": why(topic, _PLACE),
        **_ways_out(),
    }


def _ways_out() -> dict[str, str]:
    return {
        "manage_url": f"{settings.SITE_URL}/accounts/hearing/",
        "unsubscribe_url": f"{settings.SITE_URL}/unsubscribe/made-up/",
    }


def _digest() -> dict[str, Any]:
    posts = (
        (
            "Crime series",
            "Bicycles taken from five garages this week",
            "Someone is trying side doors along the alleys between T and W streets, 1 to 5 a.m. Lock side doors.",
            f"{_PLACE} and 3 more",
            "12 replies",
        ),
        (
            "Event",
            "Coffee with your beat officers",
            f"Tuesday, November 24, 8 to 9:30 a.m., {_PLACE} clubhouse.",
            _PLACE,
            "",
        ),
        (
            "Road and scene",
            "W Street is open again",
            "The signal at 9th works. Thank you for your patience.",
            f"{_PLACE} and 3 more",
            "3 replies",
        ),
    )
    url = f"{settings.SITE_URL}/posts/1/"
    return {
        "place": _PLACE,
        "today": _SAID_AT.date(),
        "heading": "Three posts since yesterday",
        "subject_line": f"{_PLACE}: three posts since yesterday",
        "posts": [
            {
                "label": label,
                "title": title,
                "excerpt": excerpt,
                "from": "Central Command",
                "to": to,
                "replies": replies,
                "url": url,
                "replies_url": f"{url}#replies",
            }
            for label, title, excerpt, to, replies in posts
        ],
        "neighbors": "2 new posts",
        "feed_url": f"{settings.SITE_URL}/feed/",
        "room_url": f"{settings.SITE_URL}/neighbors/",
        "why": why_digest(Pace.DAILY, "6 p.m."),
        "stop_words": "Stop this digest",
        **_ways_out(),
    }


def _plain(template: str) -> dict[str, Any]:
    """What any of the plain mails may show."""
    return {
        **_subject(template),
        "person": User(full_name="Maria Lopez", email="maria@example.test", kind=Kind.RESIDENT),
        "neighborhood": SimpleNamespace(name=_PLACE),
        "invitation": SimpleNamespace(
            invited_by=User(full_name="Victor Osei", kind=Kind.STAFF),
            command=SimpleNamespace(name="Central Command"),
            get_role_display="Author",
        ),
        "command": "Central Command",
        "post_title": "Bicycles taken from five garages this week",
        "path": "/replies/",
        "link": f"{settings.SITE_URL}/made-up-link/",
        "waiting": 2,
        "code": "K7Q-4MD",
        "password_reset_url": f"{settings.SITE_URL}/accounts/password/reset/key/made-up/",
        "signup_url": f"{settings.SITE_URL}/accounts/signup/",
        "from_email": "maria@example.test",
        "to_email": "maria.lopez@example.test",
        "deleted_email": "maria@example.test",
    }


def _subject(template: str) -> dict[str, str]:
    """The package's mails keep their subject in a file of its own."""
    if template.startswith("mail/"):
        return {}
    return {"subject": get_template(template.replace("_message.txt", "_subject.txt")).render().strip()}


def _told(name: str, occasion: str, **message: Any) -> Sample:
    return Sample(name, "What people asked to hear", "mail/message.txt", occasion, lambda: _message(**message))


def _own(group: str, name: str, occasion: str) -> Sample:
    template = f"mail/{name}.txt"
    return Sample(name.replace("_", "-"), group, template, occasion, lambda: _plain(template))


def _package(app: str, name: str, occasion: str) -> Sample:
    template = f"{app}/email/{name}_message.txt"
    return Sample(name.replace("_", "-"), "The account", template, occasion, lambda: _plain(template))


SAMPLES: tuple[Sample, ...] = (
    _told(
        "urgent-post",
        "Headquarters publishes a missing person to the whole city",
        topic="urgent",
        label="Missing person",
        title="Have you seen Leo, 9, last seen at Southside Park?",
        text="Last seen today, Saturday, 9:40 a.m., at the playground at 6th and T.\n\n"
        "He wears a green hoodie, red sneakers and a gray backpack.\n\n"
        "You see him now: call 911. You saw him earlier: call 916-555-0142, or write to us.",
        sender="Police Headquarters",
        approved_by="Chief A. Okafor",
        to_whom="the whole city",
    ),
    _told(
        "post",
        "A command publishes a post, and the reader wants that kind at once",
        topic="crime",
        label="Crime series",
        title="Bicycles taken from five garages this week",
        text="Someone is trying side doors along the alleys between T and W streets, 1 to 5 a.m. Lock side doors.",
    ),
    _told(
        "correction",
        "A command corrects a post",
        topic="crime",
        act="correction",
        label="Crime series",
        title="Bicycles taken from three garages this week",
        text="It was three garages, not five. The streets are right.",
    ),
    _told(
        "withdrawal",
        "A command takes a post back",
        topic="crime",
        act="withdrawal",
        label="Crime series",
        title="Bicycles taken from five garages this week",
        text="",
    ),
    _told(
        "answer",
        "A command answers somebody’s reply or private message",
        topic="replies",
        source="private",
        label="Answer to you",
        title="Central Command answered you",
        text="",
        path="/conversations/1/",
        to_whom="",
    ),
    _told(
        "neighbors-post",
        "A neighbor writes a post, and the reader wants to know at once",
        topic="neighbors",
        source="neighbor",
        label="Neighbors only",
        title="A neighbor has written something",
        text="Their words are not in this e-mail.",
        path="/neighbors/",
        sender="",
        to_whom="",
    ),
    Sample(
        "digest", "What people asked to hear", "mail/digest.txt", "Once a day, where there is something new", _digest
    ),
    _package("account", "email_confirmation_signup", "Somebody signs up"),
    _package("account", "email_confirmation", "Somebody changes their address"),
    _package("account", "account_already_exists", "Somebody signs up with an address that has an account"),
    _package("account", "password_reset_key", "Somebody asks for a new password"),
    _package("account", "unknown_account", "Somebody asks for a new password for an address without an account"),
    _package("account", "password_reset", "A password was changed through a link"),
    _package("account", "password_changed", "A password was changed"),
    _package("account", "password_set", "An account got its first password"),
    _package("account", "email_changed", "An account is signed in to with another address"),
    _package("account", "email_deleted", "An address was removed"),
    _package("mfa", "totp_activated", "Codes from an app were switched on"),
    _package("mfa", "totp_deactivated", "Codes from an app were switched off"),
    _package("mfa", "recovery_codes_generated", "New recovery codes were made"),
    _package("mfa", "webauthn_added", "A passkey was added"),
    _package("mfa", "webauthn_removed", "A passkey was removed"),
    _own("The account", "account_gone", "Somebody left Porchlight"),
    _own("The account", "account_held", "Somebody leaves whose data a legal hold keeps"),
    _own("Home", "home_confirmed", "Two neighbors vouched for somebody"),
    _own("Home", "letter_locked", "Five codes that do not match were tried"),
    _own("Home", "boundary_moved", "A new map puts a home into another neighborhood"),
    _own("Home", "area_opened", "A neighborhood begins where somebody waited for one"),
    _own("Replies", "reply_hidden", "A command hides a reply"),
    _own("Replies", "appeal_decided", "Somebody decided about a hidden reply"),
    _own("Neighbors’ room", "room_lead_offered", "A neighbor offers to lead"),
    _own("Neighbors’ room", "room_lead_named", "A lead is named"),
    _own("Neighbors’ room", "room_lead_ended", "A lead’s term ends"),
    _own("Neighbors’ room", "room_moderator_named", "A community moderator is named while something waits"),
    _own("Neighbors’ room", "room_report_waits", "A neighbor reports something"),
    _own("Neighbors’ room", "room_report_decided", "A report was decided"),
    _own("Neighbors’ room", "room_removed", "Something a neighbor wrote was removed"),
    _own("Neighbors’ room", "room_appeal_waits", "A neighbor asks for another look"),
    _own("Neighbors’ room", "room_appeal_decided", "Somebody has looked again"),
    _own("Staff", "staff_account", "A site admin makes a staff account"),
    _own("Staff", "invitation", "A manager invites somebody to a command"),
)


def find_sample(name: str) -> Sample | None:
    return next((sample for sample in SAMPLES if sample.name == name), None)
