"""Does every route open to the roles of its line in the table, and to nobody else?"""

import uuid
from collections.abc import Callable, Iterator, Mapping

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from commands.models import PoliceCommand
from posts.models import Post, PrivateMessage
from tests.architecture.routes.roles import CIVIC_STAFF, OFFICERS, RESIDENTS
from tests.architecture.routes.table import GET, POST

# Other people's packages: their own tests say who may open these, ours say that everybody else is kept out.
THIRD_PARTY = ("account_", "mfa_", "admin:")


def routes() -> Iterator[str]:
    def walk(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from walk(pattern.url_patterns, namespace + inner)
            else:
                yield f"{namespace}{pattern.name}"

    return walk(get_resolver().url_patterns)


def test_every_route_says_who_may_open_it() -> None:
    ours = {name for name in routes() if not name.startswith(THIRD_PARTY)}
    assert ours == GET.keys()


def address_of(name: str, addresses: Mapping[str, str]) -> str:
    return addresses.get(name) or f"/{name.rpartition(':')[2]}/"


def statuses(
    cast: Mapping[str, User | None],
    sign_in: Callable[[User], Client],
    ask: Callable[[Client], int],
) -> dict[str, int]:
    return {role: ask(sign_in(person) if person else Client()) for role, person in cast.items()}


@pytest.mark.parametrize("name", GET)
def test_opening(
    name: str,
    cast: Mapping[str, User | None],
    addresses: Mapping[str, str],
    sign_in: Callable[[User], Client],
) -> None:
    address = address_of(name, addresses)
    assert statuses(cast, sign_in, lambda client: client.get(address).status_code) == GET[name]


@pytest.mark.parametrize("name", POST)
def test_sending(
    name: str,
    cast: Mapping[str, User | None],
    addresses: Mapping[str, str],
    sign_in: Callable[[User], Client],
) -> None:
    address = address_of(name, addresses)

    def send(client: Client) -> int:
        if name.startswith("api-"):
            return client.post(address, {}, content_type="application/json").status_code
        return client.post(address).status_code

    assert statuses(cast, sign_in, send) == POST[name]


@pytest.mark.parametrize("name", POST)
def test_nothing_is_sent_without_a_csrf_token(
    name: str, resident: User, officer: User, addresses: Mapping[str, str]
) -> None:
    for person in (resident, officer):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(address_of(name, addresses)).status_code == 403


def test_the_admin_is_closed_to_whoever_holds_no_permission(
    cast: Mapping[str, User | None], sign_in: Callable[[User], Client]
) -> None:
    opened = statuses(cast, sign_in, lambda client: client.get("/admin/").status_code)
    assert {role for role, status in opened.items() if status == 200} <= set(CIVIC_STAFF)
    for role in ("visitor", *RESIDENTS, *OFFICERS):
        assert opened[role] in {302, 403}, role


def test_ids_of_others_are_not_there(
    sign_in: Callable[[User], Client],
    stranger_officer: User,
    pio: User,
    south: PoliceCommand,
    post: Post,
    message: PrivateMessage,
) -> None:
    """An id in an address is checked against the desk it is opened at, headquarters' included."""
    south_client, pio_client = sign_in(stranger_officer), sign_in(pio)
    for client, slug in ((south_client, "south"), (pio_client, "headquarters")):
        for path in (
            f"posts/{post.pk}/",
            f"posts/{post.pk}/replies/",
            f"review/{post.pk}/",
            f"inbox/{message.conversation_id}/",
        ):
            assert client.get(f"/commands/{slug}/desk/{path}").status_code == 404, path
        answer = {"text": "x", "submission_key": str(uuid.uuid4()), "seen": "0"}
        assert client.post(f"/commands/{slug}/desk/inbox/{message.conversation_id}/", answer).status_code == 404
