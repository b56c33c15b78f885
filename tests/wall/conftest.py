"""Who sings, who listens, and where? A whole installation, everybody who works for the city, and one long look."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest

from tests.installation import Installation, running_installation
from tests.sinks.push import PushSink
from tests.sinks.smtp import SmtpSink
from tests.wall import stores
from tests.wall.crawl import Seen, addresses, crawl
from tests.wall.hearing import Sinks
from tests.wall.pages import Person
from tests.wall.story import SEARCHED_FOR, Told, tell
from tests.wall.traffic import overhearing

RESIDENTS = ("resident", "neighbor", "lead", "newcomer", "faraway")
OFFICERS = ("officer", "sergeant", "manager", "pio", "south_officer")
CIVIC_STAFF = ("verifier", "moderator", "oversight", "admin")
AT_ONCE = 4

SOUTH_SECRET = "JBSWY3DPEHPK3PXP" * 2
# Another command's officer has no sign-in in the demo and gets one here.
LET_IN = """
from accounts.models import User
from pages.demo.sign_ins import SignIn, let_in
let_in(User.objects.get(email="{email}"), SignIn("{email}", "{password}", "{totp_secret}", "", ""))
"""


@dataclass(frozen=True)
class Watched:
    """Everything that could be found out while neighbors talked."""

    told: Told
    seen: list[Seen]
    redis_commands: bytes


@pytest.fixture(scope="package")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path_factory.mktemp("mail"))
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory, mail: SmtpSink) -> Iterator[Installation]:
    with running_installation(tmp_path_factory.mktemp("demo") / "demo.json", EMAIL_URL=mail.url) as running:
        yield running


@pytest.fixture(scope="package")
def push(tmp_path_factory: pytest.TempPathFactory, installation: Installation) -> Iterator[PushSink]:
    sink = PushSink(tmp_path_factory.mktemp("push"), origin=installation.environment["PUSH_SERVICES"])
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="package")
def people(installation: Installation) -> dict[str, Person]:
    """Everybody signed in at a browser of their own, and the same officer's program with a token."""
    south = {"email": "south_officer@demo.test", "password": "a porch light burns late", "totp_secret": SOUTH_SECRET}
    installation.manage("shell", "--verbosity", "0", "--command", LET_IN.format(**south))
    installation.people[south["email"]] = south
    signed_in = {}
    for name in (*RESIDENTS, *OFFICERS, *CIVIC_STAFF):
        account = installation.people[f"{name}@demo.test"]
        secret = account["totp_secret"]
        code = partial(installation.fresh_code, secret) if secret else None
        signed_in[name] = Person(installation.url)
        signed_in[name].sign_in(account["email"], account["password"], code)
    for name in ("officer", "south_officer", "admin"):
        token = installation.manage("issue_token", f"{name}@demo.test").strip()
        signed_in[f"{name}'s program"] = Person(installation.url, token=token)
    return signed_in


@pytest.fixture(scope="package")
def watched(installation: Installation, people: dict[str, Person], mail: SmtpSink, push: PushSink) -> Watched:
    """Neighbors talk, everybody else looks everywhere, and Redis is overheard all the while."""
    with overhearing(installation.redis_url) as overheard:
        told = tell(installation, people, Sinks(mail, push))
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            views = {"a visitor": Person(installation.url), **people}
            looks = [crowd.submit(_look_everywhere, name, person, told) for name, person in views.items()]
            seen = [answer for look in looks for answer in look.result()]
    return Watched(told, seen, overheard.everything)


def _look_everywhere(name: str, person: Person, told: Told) -> list[Seen]:
    anything = {
        "slug": ("central", "headquarters", "southside-park"),
        "int": ("1",),
        "str": ("no-such-key",),
        "content_type_id": ("1",),
        "uuid": (str(uuid.uuid4()),),
    }
    starts = addresses(anything | dict(told.ids))
    if name.endswith("program"):
        starts = [path for path in starts if path.startswith("/api/")]
    return list(crawl(name, person, starts, search_for=SEARCHED_FOR))


@pytest.fixture(scope="package")
def superuser_url(installation: Installation) -> str:
    return stores.superuser_url(installation.place, installation.database_url)
