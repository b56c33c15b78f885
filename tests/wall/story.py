"""What do people write while everything is watched?"""

import contextlib
import io
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import LiteralString

import psycopg
from PIL import Image

from tests.installation import Installation
from tests.journeys.homes import put_on_the_list
from tests.wall import stores
from tests.wall.hearing import (
    BROWSER,
    Sinks,
    ask_for_a_digest,
    choose_how_to_hear,
    everything_that_came,
    use_keys_from_mails,
    wait_until_told,
)
from tests.wall.pages import Answer, Person
from tests.wall.words import Canary

# The middle of Midtown in the demo city.
MIDTOWN = ("38.5703", "-121.4806")
# On the city's list: only behind which door somebody lives there is a secret that no list tells.
HOUSE, POSTCODE = "4719 Larkspur Way", "95816"
# Where the demo's residents of Southside Park meet, and the desk that reads what they write to police.
NEIGHBORS = frozenset({"resident", "neighbor", "lead"})
CENTRAL_DESK = frozenset({"officer", "sergeant", "manager"})

TITLE = Canary("the title of a neighbor post", b"quonsetfirth", ("community_",), NEIGHBORS)
TEXT = Canary("the text of a neighbor post", b"brindlewarth", ("community_",), NEIGHBORS)
COMMENT = Canary("a comment", b"marrowskeld", ("community_",), NEIGHBORS)
DESCRIPTION = Canary("the description of a picture", b"tindervossel", ("community_",), NEIGHBORS)
IN_THE_FILE = Canary("a word inside the picture's file", b"gildenhasp")
NOTE = Canary("the note of a report", b"oxterplumen", ("community_",), frozenset({"neighbor", "lead"}))
# The planner's samples are shown to whoever may read the column.
MESSAGE = Canary(
    "a private message",
    b"halbergruneth",
    ("posts_privatemessage", "pg_catalog.pg_stats"),
    CENTRAL_DESK | {"resident"},
)
ANSWER = Canary("a private answer", b"pelterquinsy", MESSAGE.tables, MESSAGE.readers)
DOOR = Canary("the door of a home", b"zelkovadine", (), frozenset({"newcomer"}))
# Public: if this is not found everywhere, nothing would be.
ANNOUNCED = Canary("a police post", b"vandermickle", ("posts_",), frozenset())

# Part of a word of each kind, for every field there is to search in.
SEARCHED_FOR = "brindlewar"

# By what the parameter of an address is called.
IDS: dict[str, LiteralString] = {
    "post_id": "SELECT max(id) FROM posts_post",
    "comment_id": "SELECT max(id) FROM community_comment",
    "report_id": "SELECT max(id) FROM community_report",
    "reply_id": "SELECT max(id) FROM posts_reply",
    "residency_id": "SELECT max(residency_id) FROM neighborhoods_home",
    "other_id": "SELECT id FROM accounts_user WHERE email = 'resident@demo.test'",
    "assignment_id": "SELECT max(id) FROM commands_assignment",
}
# Staff wait for nobody, but a slow statement is a line in the server's log.
SLOWER_THAN_LOGGED_SECONDS = 2.5


@dataclass(frozen=True)
class Told:
    """The canaries, by parameter of an address the ids by which somebody could ask for them, and what people were sent.

    Attributes:
        sent: Mails and push messages as whoever got them can read them, by channel and recipient.
    """

    canaries: tuple[Canary, ...]
    ids: Mapping[str, tuple[str, ...]]
    sent: Mapping[str, bytes]


def picture() -> bytes:
    """A photo as a phone sends it: no other one is like it, and words stand in its file."""
    side, chance = 160, random.Random(7)
    image = Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3))
    exif = Image.Exif()
    exif[0x010E] = IN_THE_FILE.mark.decode()  # ImageDescription
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=IN_THE_FILE.mark)
    return file.getvalue()


def tell(installation: Installation, people: dict[str, Person], sinks: Sinks) -> Told:
    """Neighbors talk among themselves, one writes to police, one gives an address, police announce something.

    Whoever wants to hears of it by mail, push and digest.
    """
    choose_how_to_hear(people, sinks)
    superuser = stores.superuser_url(installation.place, installation.database_url)
    sent_picture = picture()
    post_id = _talk(people["resident"], people["neighbor"], sent_picture, superuser)
    ask_for_a_digest(people["lead"], superuser)
    _name_lead(people["lead"], people["moderator"])
    _report(people["neighbor"], post_id)
    conversation_id = _write_to_police(people["resident"])
    _answer(people["officer"], conversation_id)
    put_on_the_list(installation, house=HOUSE, postcode=POSTCODE, point=(float(MIDTOWN[0]), float(MIDTOWN[1])))
    _give_home(people["newcomer"])
    _print_letter(people["verifier"])
    _announce(people["officer's program"])
    keys = use_keys_from_mails(Person(installation.url), sinks.mail)
    wait_until_told(sinks)
    with stores.connected(superuser) as database:
        content = stores.one(database, "SELECT content FROM community_picture WHERE post_id = %s", post_id)
        ids: dict[str, tuple[str, ...]] = {name: (str(stores.one(database, query)),) for name, query in IDS.items()}
    _be_slow_and_fail(installation.database_url)
    # What is in the middle of the files: as kept, and as sent.
    kept = replace(TITLE, what="the picture itself", mark=_middle(content))
    sent = replace(IN_THE_FILE, what="the picture as it was sent", mark=_middle(sent_picture))
    # A neighbor post's number at the place of a police post's is one more way to ask.
    ids["post_id"] = (post_id, *ids["post_id"])
    ids["conversation_id"] = (conversation_id,)
    ids["object_id"] = (*ids["other_id"], *ids["residency_id"])
    words = (TITLE, TEXT, COMMENT, DESCRIPTION, IN_THE_FILE, NOTE, MESSAGE, ANSWER, DOOR, kept, sent)
    return Told((*words, BROWSER, *keys), ids, everything_that_came(sinks))


def _talk(resident: Person, neighbor: Person, sent_picture: bytes, superuser: str) -> str:
    """A post with a picture, and a comment; answers the post's id."""
    with slow(superuser):
        written = resident.send(
            resident.get("/neighbors/new/"),
            "/neighbors/new/",
            kind="talk",
            title=f"About the {TITLE.mark.decode()}",
            text=f"Somebody saw a {TEXT.mark.decode()} at the corner.",
            description=f"It shows a {DESCRIPTION.mark.decode()}.",
            files={"picture": ("IMG_0001.jpg", "image/jpeg", sent_picture)},
        )
    post_id = _number_in(written, r"/neighbors/(\d+)/")
    with slow(superuser):
        neighbor.send(
            neighbor.get(f"/neighbors/{post_id}/"),
            f"/neighbors/{post_id}/comment/",
            text=f"Mine is a {COMMENT.mark.decode()} too.",
        )
    return post_id


def _name_lead(lead: Person, moderator: Person) -> None:
    """From now on a report goes to a neighbor, and the moderator has no business with it."""
    page = lead.get("/neighbors/lead/")
    if any("/lead/offer/" in form.action for form in page.forms):
        lead.send(page, "/lead/offer/")
        offers = moderator.get("/moderation/")
        for form in offers.forms:
            if form.action.endswith("/name/"):
                moderator.send(offers, form.action)


def _report(neighbor: Person, post_id: str) -> None:
    """Hand a copy of the post to whoever keeps the room."""
    page = neighbor.get(f"/neighbors/{post_id}/report/")
    sent = neighbor.send(page, "/report/", rule="spam", note=f"Please look at the {NOTE.mark.decode()}.")
    assert "/report/" not in sent.url, sent.words


def _write_to_police(resident: Person) -> str:
    """A private message to the command; answers the conversation's id."""
    page = resident.get("/commands/central/write/")
    sent = resident.send(page, "/commands/central/write/", text=f"Between us: {MESSAGE.mark.decode()}.")
    return _number_in(sent, r"/conversations/(\d+)/")


def _answer(officer: Person, conversation_id: str) -> None:
    page = officer.get(f"/commands/central/desk/inbox/{conversation_id}/")
    seen = re.search(r'name="seen_id" value="(\d+)"', page.text)
    assert seen, page.words
    words = f"Between us, too: {ANSWER.mark.decode()}."
    sent = officer.send(page, f"/inbox/{conversation_id}/", text=words, seen_id=seen[1])
    assert "Sent to" in sent.text, sent.words


def _give_home(newcomer: Person) -> None:
    """Move house, say where a letter finds it, and ask for one."""
    latitude, longitude = MIDTOWN
    found = newcomer.send(newcomer.get("/residency/?move=1"), "/residency/", latitude=latitude, longitude=longitude)
    agreed = newcomer.send(
        found,
        "/residency/",
        confirm="yes",
        street=HOUSE,
        unit=f"Apt {DOOR.mark.decode().title()}",
        city="Sacramento",
        postcode=POSTCODE,
    )
    assert agreed.status == 200, agreed.words
    newcomer.send(newcomer.get("/residency/"), "/residency/letter/")


def _print_letter(verifier: Person) -> None:
    printed = verifier.send(verifier.get("/verification/"), "/verification/letters/")
    assert printed.body.startswith(b"%PDF"), printed.words


def _announce(program: Person) -> None:
    """What everybody may read."""
    announced = program.post_json(
        "/api/v1/posts/",
        {
            "command": "central",
            "kind": "safety_tip",
            "title": f"Lock the {ANNOUNCED.mark.decode()}",
            "text": "It takes a minute.",
            "neighborhoods": ["southside-park"],
        },
    )
    assert announced.status == 201, announced.words


@contextmanager
def slow(superuser: str) -> Iterator[None]:
    """Keep the rooms' numbers busy, so that whoever writes there waits, and the server writes about it."""
    is_busy = threading.Event()

    def keep_busy() -> None:
        with stores.connected(superuser) as database, database.transaction():
            database.execute(
                "INSERT INTO community_room (neighborhood_id, number)"
                " SELECT id, 0 FROM neighborhoods_neighborhood ON CONFLICT DO NOTHING"
            )
            database.execute("SELECT FROM community_room FOR UPDATE")
            is_busy.set()
            time.sleep(SLOWER_THAN_LOGGED_SECONDS)

    thread = threading.Thread(target=keep_busy)
    thread.start()
    is_busy.wait()
    yield
    thread.join()


def _be_slow_and_fail(app: str) -> None:
    """Send private words along with a slow statement, and in a row that the database refuses: it tells of both."""
    words = MESSAGE.mark.decode()
    with stores.connected(app) as database:
        database.execute("SELECT pg_sleep(%s), %s::text", [SLOWER_THAN_LOGGED_SECONDS, words])
        with contextlib.suppress(psycopg.errors.NotNullViolation):
            database.execute("INSERT INTO posts_privatemessage (text) VALUES (%s)", [words])


def _middle(content: bytes) -> bytes:
    assert len(content) > 1000
    return content[len(content) // 2 :][:48]


def _number_in(answer: Answer, pattern: str) -> str:
    found = re.search(pattern, answer.url)
    assert found, f"{answer.url}: {answer.words}"
    return found[1]
