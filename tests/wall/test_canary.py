"""Do neighbors' words, private messages and homes stay where they belong?

A neighbor post, its comment, its picture, a report, a private message and a home carry words that stand nowhere else.
Then everybody who works for the city looks everywhere, and whatever is kept is searched.
"""

from collections.abc import Iterable

from tests.installation import Installation
from tests.servers import wait_until
from tests.sinks.smtp import SmtpSink
from tests.wall import stores
from tests.wall.conftest import CIVIC_STAFF, OFFICERS, Watched
from tests.wall.hearing import BROWSER, NEW_PASSWORD, mailed_code
from tests.wall.pages import Person
from tests.wall.story import ANNOUNCED, ANSWER, COMMENT, DESCRIPTION, DOOR, MESSAGE, TEXT, TITLE
from tests.wall.traffic import everything_in
from tests.wall.words import Canary

STAFF = {*OFFICERS, *CIVIC_STAFF}
ADDRESSES = (Canary("an e-mail address", b"@demo.test"), Canary("an e-mail address", b"@example.test"))
# The first try to send there is put off (`tests.sinks.smtp`).
PUT_OFF = "later-canary@example.test"


def test_nobody_meets_on_any_page_what_is_not_theirs(watched: Watched) -> None:
    found = [
        f"{seen.by} at {seen.path}: {canary.what}"
        for seen in watched.seen
        for canary in watched.told.canaries
        if seen.by not in canary.readers and canary.is_in(seen.answer.everything)
    ]
    assert not found


def test_those_who_may_do_meet_it(watched: Watched) -> None:
    """Else the test above would find nothing because there is nothing."""
    for canary in (TITLE, TEXT, COMMENT, DESCRIPTION, MESSAGE, ANSWER, DOOR):
        readers = {seen.by for seen in watched.seen if canary.is_in(seen.answer.everything)}
        assert readers == canary.readers, canary.what
    pictures = {seen.by for seen in watched.seen if "Content-Type: image/" in seen.answer.headers}
    assert {"resident", "neighbor"} <= pictures
    assert not pictures & STAFF


def test_everybody_looked_at_more_than_closed_doors(watched: Watched) -> None:
    for name in STAFF:
        opened = {seen.path for seen in watched.seen if seen.by == name and seen.answer.status == 200}
        assert len(opened) > 50, name
    assert not [(seen.by, seen.path) for seen in watched.seen if seen.answer.status >= 500]
    assert any(ANNOUNCED.is_in(seen.answer.everything) for seen in watched.seen if seen.by == "a visitor")


def test_without_an_identity_the_application_finds_no_word_of_neighbors(
    watched: Watched, installation: Installation, superuser_url: str
) -> None:
    with stores.connected(superuser_url) as superuser:
        # So that the planner has samples of every column.
        superuser.execute("ANALYZE")
        names = stores.relations(superuser)
    with stores.connected(installation.database_url) as app:
        found = stores.every_row(app, names)
    assert_only_in_tables(watched, found, but_not="community_")
    assert ANNOUNCED.is_in(found["public.posts_post"])


def test_no_identity_of_staff_opens_the_wall(watched: Watched, installation: Installation, superuser_url: str) -> None:
    with stores.connected(superuser_url) as superuser:
        names = [name for name in stores.relations(superuser) if "community_" in name]
        staff = [number for (number,) in superuser.execute("SELECT id FROM accounts_user WHERE kind = 'staff'")]
        (resident,) = superuser.execute(
            "SELECT id FROM accounts_user WHERE email = 'resident@demo.test'"
        ).fetchone() or (0,)
    assert len(staff) >= len(STAFF)
    with stores.connected(installation.database_url) as app:
        for person in staff:
            app.execute("SELECT set_config('porchlight.person', %s, false)", [str(person)])
            found = stores.every_row(app, names)
            assert not [canary.what for canary in watched.told.canaries if stores.places_of(canary, found)], person
        app.execute("SELECT set_config('porchlight.person', %s, false)", [str(resident)])
        assert stores.places_of(TITLE, stores.every_row(app, names)) == ["public.community_neighborpost"]


def test_a_backup_holds_neighbors_words_in_their_own_tables_alone(watched: Watched, superuser_url: str) -> None:
    found = stores.dump(superuser_url)
    assert_only_in_tables(watched, found)
    for canary in (TITLE, TEXT, COMMENT, DESCRIPTION, MESSAGE, ANSWER, BROWSER):
        assert stores.places_of(canary, found), canary.what
    # The home is there, sealed.
    assert found["neighborhoods_home"]


def test_mails_push_messages_and_digests_carry_no_word_of_it(watched: Watched) -> None:
    """They say that there is something, and where."""
    assert stores.places_of(ANNOUNCED, dict(watched.told.sent))
    strays = [
        f"{canary.what} in {name}"
        for canary in watched.told.canaries
        if not canary.is_mailed
        for name in stores.places_of(canary, dict(watched.told.sent))
    ]
    assert not strays


def test_keys_come_to_nobody_but_whose_they_are(watched: Watched) -> None:
    mailed = [canary for canary in watched.told.canaries if canary.is_mailed]
    places = {canary.what: stores.places_of(canary, dict(watched.told.sent)) for canary in mailed}
    assert all(places.values())
    assert {name.rpartition(" to ")[2] for name in places["a mailed code"]} == {"canary@example.test"}
    assert {name.rpartition(" to ")[2] for name in places["the link that ends mail"]} == {"neighbor@demo.test"}


def test_what_tells_how_the_site_runs_names_nobody(watched: Watched) -> None:
    told = [seen for seen in watched.seen if seen.path.startswith(("/healthz", "/operations/", "/mails/"))]
    opened = {(seen.by, seen.path) for seen in told if seen.answer.status == 200}
    assert {("a visitor", "/healthz"), ("admin", "/operations/"), ("admin", "/mails/")} <= opened
    assert not [(seen.by, seen.path) for seen in told if b"@demo.test" in seen.answer.body]


def test_a_code_waits_sealed_and_is_erased_when_it_has_left(
    watched: Watched, installation: Installation, mail: SmtpSink, superuser_url: str
) -> None:
    visitor = Person(installation.url)
    visitor.send(
        visitor.get("/accounts/signup/"),
        "/accounts/signup/",
        full_name="Later Canary",
        email=PUT_OFF,
        password1=NEW_PASSWORD,
        is_old_enough="on",
        accepts_terms="on",
    )
    waits = "SELECT count(*) FROM notifications_mail WHERE state = 'waiting' AND attempts = 1"
    with stores.connected(superuser_url) as superuser:
        wait_until(lambda: stores.one(superuser, waits) == 1, "the mail waits for its second try")
        waiting = stores.dump(superuser_url)
        superuser.execute("UPDATE notifications_mail SET due_at = now() WHERE state = 'waiting'")
        code = Canary("a code that waits", mailed_code(mail, PUT_OFF).encode())
        sealed = "SELECT count(*) FROM notifications_mail WHERE sealed IS NOT NULL"
        wait_until(lambda: stores.one(superuser, sealed) == 0, "what was sealed is erased")
    assert b"waiting" in waiting["notifications_mail"]
    assert not stores.places_of(code, waiting)


def test_no_session_holds_what_somebody_typed(watched: Watched, superuser_url: str) -> None:
    with stores.connected(superuser_url) as superuser:
        unpacked = stores.sessions(superuser)
    assert b"_auth_user_id" in unpacked
    # But for the code that a visitor is being asked for: it works in that session alone, for an hour.
    assert not [canary.what for canary in watched.told.canaries if not canary.is_mailed and canary.is_in(unpacked)]


def test_redis_carries_none_of_it(watched: Watched, installation: Installation) -> None:
    """Live events, tasks for workers, cached pages and counters: as they go through, and as they stay."""
    kept = everything_in(installation.redis_url)
    for canary in watched.told.canaries:
        assert not canary.is_in(watched.redis_commands), canary.what
        assert not stores.places_of(canary, kept), canary.what
    for address in ADDRESSES:
        assert not address.is_in(watched.redis_commands)
        assert not stores.places_of(address, kept)
    for command in (b'"PUBLISH"', b'"LPUSH"', b'"SET"'):
        assert command in watched.redis_commands, command
    assert ANNOUNCED.is_in(watched.redis_commands)


def test_no_log_and_no_file_holds_any_of_it(watched: Watched, installation: Installation) -> None:
    place = installation.place
    found = stores.files_below(place.log, place.run)
    for canary in watched.told.canaries:
        assert not stores.places_of(canary, found), canary.what
    logs = stores.files_below(place.log)
    assert {
        "web.log",
        "live.log",
        "urgent.log",
        "posts.log",
        "mail.log",
        "account.log",
        "upkeep.log",
        "beat.log",
        "front.log",
        "postgres.log",
    } <= set(logs)
    # What was slow and what failed was written about all the same.
    assert b"duration:" in logs["postgres.log"]
    assert b"violates not-null constraint" in logs["postgres.log"]
    for address in ADDRESSES:
        assert not stores.places_of(address, logs)


def assert_only_in_tables(watched: Watched, found: dict[str, bytes], *, but_not: str = "nothing") -> None:
    """Each canary only in tables that may hold it."""
    strays = [
        f"{canary.what} in {name}"
        for canary in watched.told.canaries
        for name in stores.places_of(canary, found)
        if not _is_one_of(name, canary.tables) or _is_one_of(name, [but_not])
    ]
    assert not strays


def _is_one_of(table: str, beginnings: Iterable[str]) -> bool:
    return table.removeprefix("public.").startswith(tuple(beginnings))
