"""Who hears of what people write, and what does it say? Everybody who can, over everything there is."""

import email
import email.policy
import json
import re
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

from tests.servers import wait_until
from tests.sinks.push import PushSink
from tests.sinks.smtp import SmtpSink
from tests.wall import stores
from tests.wall.pages import Person
from tests.wall.words import Canary

# Its owner reads it among their own data.
BROWSER = Canary(
    "a browser's address at its push service",
    b"wicketsorrel",
    ("notifications_pushsubscription", "pg_catalog.pg_stats"),
    frozenset({"neighbor"}),
)
TOPICS = ("urgent", "crime", "tips", "events", "replies", "neighbors")
NEW_ADDRESS, NEW_PASSWORD = "canary@example.test", "a porch light burns late"
# What has to have come before the search begins, by recipient: part of the subject.
EXPECTED_MAILS = {
    "neighbor@demo.test": ("A neighbor wrote in Southside Park", "vandermickle"),
    "resident@demo.test": ("A neighbor answered you", "You have an answer from Central"),
    "lead@demo.test": ("Southside Park: ",),
}
EXPECTED_PUSH = ("A neighbor wrote in Southside Park", "vandermickle")
# A digest is looked for once a minute.
PATIENCE_SECONDS = 200


@dataclass(frozen=True)
class Sinks:
    """Where mail and push messages arrive."""

    mail: SmtpSink
    push: PushSink


def choose_how_to_hear(people: dict[str, Person], sinks: Sinks) -> None:
    """One hears of all at once, by mail and push; one of answers at once, which is what holds for everybody."""
    neighbor = people["neighbor"]
    page = neighbor.get("/accounts/hearing/")
    wanted = {f"{topic}_email": "at_once" for topic in TOPICS} | {f"{topic}_push": "on" for topic in TOPICS}
    chosen = neighbor.send(page, "/accounts/hearing/", files=None, **wanted, urgent_breaks_quiet="on")
    assert "Saved." in chosen.text, chosen.words
    browser = sinks.push.subscription(f"/ok/{BROWSER.mark.decode()}")
    assert neighbor.post(page, "/push/subscriptions/", **browser).status == 201
    resident = people["resident"]
    resident.send(resident.get("/accounts/hearing/"), "/accounts/hearing/", replies_email="at_once")


def ask_for_a_digest(person: Person, superuser: str) -> None:
    """At an hour of today that has passed: it is due at once, because what the demo sent today is gone."""
    with stores.connected(superuser) as database:
        database.execute(
            "DELETE FROM notifications_digest USING accounts_user AS person"
            " WHERE person.id = person_id AND person.email = 'lead@demo.test'"
        )
    saved = person.send(
        person.get("/accounts/hearing/"), "/accounts/hearing/", digest_hour="0", neighbors_email="daily"
    )
    assert "Saved." in saved.text, saved.words


def use_keys_from_mails(visitor: Person, mail: SmtpSink) -> tuple[Canary, ...]:
    """Sign up up to the code, and follow a link that ends mail; answers the code and what stands in the link."""
    form = visitor.get("/accounts/signup/")
    asked = visitor.send(
        form,
        "/accounts/signup/",
        full_name="Wren Canary",
        email=NEW_ADDRESS,
        password1=NEW_PASSWORD,
        is_old_enough="on",
        accepts_terms="on",
    )
    assert "/confirm-email/" in asked.url, asked.words
    code = mailed_code(mail, NEW_ADDRESS)
    assert visitor.send(asked, "/confirm-email/", code="BBBB-BBBB").status == 422
    wait_until(lambda: bool(_mails_to(mail, "neighbor@demo.test")), "a mail with a link", seconds=PATIENCE_SECONDS)
    link = str(_mails_to(mail, "neighbor@demo.test")[0]["List-Unsubscribe"])
    found = re.search(r"/unsubscribe/([^/>]+)/", link)
    assert found, link
    token = found[1]
    assert visitor.get(f"/unsubscribe/{token}/").status == 200
    assert visitor.get(f"/unsubscribe/{token[:-1]}/").status >= 400
    return (
        Canary("a mailed code", code.encode(), is_mailed=True),
        Canary("the link that ends mail", token.encode(), is_mailed=True),
    )


def mailed_code(mail: SmtpSink, address: str) -> str:
    """The line of the newest mail to an address that is a code."""
    wait_until(lambda: bool(_mails_to(mail, address)), "a code comes by mail")
    text = _mails_to(mail, address)[-1].get_body(("plain",))
    assert text is not None
    found = re.search(r"^\s*(\w{4}-\w{4})\s*$", text.get_content(), re.MULTILINE)
    assert found, text.get_content()
    return found[1]


def wait_until_told(sinks: Sinks) -> None:
    for address, subjects in EXPECTED_MAILS.items():
        for words in subjects:
            has_come = partial(_has_come, sinks.mail, address, words)
            wait_until(has_come, f"a mail to {address} about “{words}”", seconds=PATIENCE_SECONDS)
    for words in EXPECTED_PUSH:
        is_shown = partial(_is_shown, sinks.push, words)
        wait_until(is_shown, f"a push message about “{words}”", seconds=PATIENCE_SECONDS)


def _has_come(mail: SmtpSink, address: str, words: str) -> bool:
    return any(words in str(one["Subject"]) for one in _mails_to(mail, address))


def _is_shown(push: PushSink, words: str) -> bool:
    return any(words in json.dumps(one["shown"]) for one in push.received())


def everything_that_came(sinks: Sinks) -> dict[str, bytes]:
    """Each mail as it came and as a mail program shows it, each push message as a phone shows it."""
    mails = {
        f"mail {place} to {one['recipient']}": readable(one["content"])
        for place, one in enumerate(sinks.mail.received())
    }
    pushes = {
        f"push message {place}": json.dumps(one["shown"], ensure_ascii=False).encode()
        for place, one in enumerate(sinks.push.received())
    }
    return mails | pushes


def readable(content: str) -> bytes:
    """A mail as it came, then its head and its parts as they are shown."""
    mail = email.message_from_string(content, policy=email.policy.default)
    head = "\n".join(f"{name}: {value}" for name, value in mail.items())
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    return b"\n".join((content.encode(), head.encode(), *(part for part in parts if isinstance(part, bytes))))


def _mails_to(mail: SmtpSink, address: str) -> list[EmailMessage]:
    return [
        email.message_from_string(one["content"], policy=email.policy.default)
        for one in mail.received()
        if one["recipient"] == address
    ]
