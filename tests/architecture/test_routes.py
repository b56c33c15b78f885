"""Who may open what? Every route of the URL configuration, for every role; a new route without a line here fails."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from commands.models import Invitation, PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Post, PrivateMessage, Reply, ReplyHiding
from tests.accounts.factories import make_resident_account, make_staff
from tests.commands.factories import TOKEN, make_invitation
from tests.community.factories import make_lead, make_moderator, say
from tests.community.views.addresses import addresses_in_the_room
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish
from tests.posts.services.test_conversations import write
from tests.posts.services.test_hidings import appeal, hide
from tests.posts.services.test_replies import reply

RESIDENTS = ("unhoused", "newcomer", "resident", "lead", "faraway")
OFFICERS = ("author", "approver", "manager", "stranger_author", "headquarters_author")
CIVIC_STAFF = ("verifier", "moderator", "oversight", "site_admin")
ROLES = ("visitor", *RESIDENTS, *OFFICERS, *CIVIC_STAFF)

Expected = Mapping[str, int]


def roles(default: int, **others: int) -> Expected:
    """The status for each role; `residents`, `verified`, `oak`, `officers`, `civic` and `central` name several."""
    groups = {
        "residents": RESIDENTS,
        "verified": ("resident", "lead", "faraway"),
        "oak": ("resident", "lead"),
        "officers": OFFICERS,
        "civic": CIVIC_STAFF,
        "central": ("author", "approver", "manager"),
    }
    expected = dict.fromkeys(ROLES, default)
    for name, status in others.items():
        expected |= dict.fromkeys(groups.get(name, (name,)), status)
    return expected


EVERYBODY = roles(200)
SIGNED_IN = roles(200, visitor=302)
RESIDENTS_ALONE = roles(403, visitor=302, residents=200)
# Somebody else's desk is 403; whoever is not signed in is asked to.
DESK_OF_CENTRAL = roles(403, visitor=302, central=200)
# Verified in some neighborhood; the other residents are led to the page that says what opens the room.
NEIGHBORS = roles(403, visitor=302, residents=302, verified=200)
NEIGHBORS_SENDING = roles(403, visitor=302, residents=302, verified=405)
# Oak's post, which Oak's neighbors read; whoever is not verified learns nothing of it either way.
NEIGHBORS_OF_OAK = roles(403, visitor=302, residents=302, oak=200, faraway=404)
VERIFIER = roles(403, visitor=302, verifier=200)
MODERATOR = roles(403, visitor=302, moderator=200)
MANAGER_OF_CENTRAL = roles(403, visitor=302, manager=200)

GET: dict[str, Expected] = {
    "pages:front": EVERYBODY,
    "pages:health": EVERYBODY,
    "pages:audit": roles(403, visitor=302, manager=200, oversight=200),
    "pages:audit_csv": roles(403, visitor=302, manager=200, oversight=200),
    "pages:about": EVERYBODY,
    "pages:privacy": EVERYBODY,
    "pages:terms": EVERYBODY,
    "pages:rules": EVERYBODY,
    "pages:accessibility": EVERYBODY,
    "pages:open_data": EVERYBODY,
    "metrics:reach": EVERYBODY,
    "metrics:reach_csv": EVERYBODY,
    "commands:find": EVERYBODY,
    "commands:addresses": EVERYBODY,
    "commands:residency": RESIDENTS_ALONE,
    "commands:secret_residency": RESIDENTS_ALONE,
    "commands:mailing_address": RESIDENTS_ALONE,
    "commands:wait_for_area": roles(403, visitor=302, residents=405),
    # Only who waits to be confirmed has a code to give; the others are led to the page about their home.
    "commands:code": roles(403, visitor=302, residents=302, newcomer=200),
    "commands:send_letter": roles(403, visitor=302, residents=405),
    "commands:ask_neighbors": roles(403, visitor=302, residents=405),
    "commands:keep_address": roles(403, visitor=302, residents=405),
    "commands:follow_boundary": roles(403, visitor=302, residents=405),
    "commands:leave_neighborhood": roles(403, visitor=302, residents=405),
    "commands:vouching": roles(403, visitor=302, residents=200, unhoused=302),
    "commands:take_back_vouch_link": roles(403, visitor=302, residents=405),
    # A link that nobody made.
    "commands:vouch": roles(403, visitor=200, residents=404),
    "commands:verification": VERIFIER,
    "commands:print_letters": roles(403, visitor=302, verifier=405),
    "commands:print_letters_again": roles(403, visitor=302, verifier=405),
    "commands:confirm_home": roles(403, visitor=302, verifier=405),
    "commands:staff": MANAGER_OF_CENTRAL,
    "commands:staff_member": MANAGER_OF_CENTRAL,
    "commands:end_assignment": MANAGER_OF_CENTRAL,
    "commands:send_invitation_again": roles(403, visitor=302, manager=405),
    "commands:take_back_invitation": roles(403, visitor=302, manager=405),
    # Whoever is signed in is somebody else than the address it was sent to.
    "commands:invitation": roles(403, visitor=200),
    "community:room": RESIDENTS_ALONE,
    "community:new": NEIGHBORS,
    "community:people": RESIDENTS_ALONE,
    "community:unmute": roles(403, visitor=302, residents=405),
    "community:unblock": roles(403, visitor=302, residents=405),
    "community:reports": RESIDENTS_ALONE,
    "community:removed": RESIDENTS_ALONE,
    "community:appeal": roles(403, visitor=302, residents=404, resident=200),
    "community:lead": NEIGHBORS,
    "community:offer": NEIGHBORS_SENDING,
    # Whoever is no lead and has not offered is led back.
    "community:step_down": roles(403, visitor=302, residents=302, lead=200),
    "community:name_lead": NEIGHBORS_SENDING,
    "community:end_lead": roles(403, visitor=302, residents=302, verified=404),
    "community:decide_report": roles(403, visitor=302, residents=302, verified=404, lead=200),
    "community:report_picture": roles(403, visitor=302, residents=302, verified=404, lead=200),
    # Whoever removed it does not decide.
    "community:decide_appeal": roles(403, visitor=302, residents=302, verified=404),
    "community:appeal_picture": roles(403, visitor=302, residents=302, verified=404),
    "community:post": NEIGHBORS_OF_OAK,
    "community:picture": roles(403, visitor=302, residents=404, oak=200),
    "community:comment": NEIGHBORS_SENDING,
    "community:thank": NEIGHBORS_SENDING,
    "community:delete": roles(403, visitor=302, residents=404),
    "community:delete_comment": roles(403, visitor=302, residents=404, resident=200),
    "community:report": NEIGHBORS_OF_OAK,
    "community:report_comment": roles(403, visitor=302, residents=302, verified=404, lead=200),
    "community:mute": NEIGHBORS_SENDING,
    "community:block": NEIGHBORS_OF_OAK,
    "community:moderation": MODERATOR,
    "community:moderator_names_lead": roles(403, visitor=302, moderator=405),
    "community:moderator_ends_lead": MODERATOR,
    "community:moderate_report": MODERATOR,
    "community:moderate_report_picture": roles(403, visitor=302, moderator=404),
    "community:moderate_appeal": MODERATOR,
    "community:moderate_appeal_picture": roles(403, visitor=302, moderator=404),
    # Staff and newcomers are led on to where they belong.
    "posts:feed": roles(302, newcomer=200, verified=200),
    "posts:feed_newer": roles(403, newcomer=200, verified=200),
    "posts:latest": EVERYBODY,
    "posts:post": EVERYBODY,
    "posts:reply": roles(405, visitor=302, officers=403, civic=403),
    "posts:neighborhoods": EVERYBODY,
    "posts:neighborhood": EVERYBODY,
    "posts:command": EVERYBODY,
    "posts:write_to_command": roles(403, visitor=302, residents=200, unhoused=302),
    "posts:conversations": RESIDENTS_ALONE,
    # Of the residents only the one who wrote it; the others need not know that it exists.
    "posts:conversation": roles(403, visitor=302, residents=404, resident=200),
    "posts:replies": RESIDENTS_ALONE,
    "posts:appeal": roles(403, visitor=302, residents=404, resident=200),
    # Whoever cannot read a reply need not know of it; the author of the post and an author elsewhere may not.
    "posts:hide_reply": roles(404, visitor=302, residents=403, central=200, author=403, headquarters_author=403),
    # Verified residents alone, and of them the one whose words they are.
    "posts:to_police": roles(403, visitor=302, residents=302, verified=404, resident=200),
    "posts:appeals": roles(403, visitor=302, moderator=200),
    "posts:decide_appeal": roles(403, visitor=302, moderator=200),
    "posts:headquarters": roles(302),
    "posts:desk": DESK_OF_CENTRAL,
    "posts:compose": DESK_OF_CENTRAL,
    "posts:pending": DESK_OF_CENTRAL,
    # The post of this test is out already: its review leads on to where it went.
    "posts:review": roles(403, visitor=302, central=302),
    "posts:sent_list": DESK_OF_CENTRAL,
    "posts:sent": DESK_OF_CENTRAL,
    "posts:switch_replies": DESK_OF_CENTRAL,
    "posts:inbox": DESK_OF_CENTRAL,
    "posts:answer_conversation": DESK_OF_CENTRAL,
    "notifications:ticket": roles(405),
    "accounts:home": SIGNED_IN,
    "accounts:sign_out_elsewhere": roles(405, visitor=302),
    "accounts:name": RESIDENTS_ALONE,
    # Whoever has a key shows it once more before these open; the residents of these tests have none.
    "accounts:data": roles(302, residents=200),
    "accounts:data_json": roles(302, residents=200),
    "accounts:leave": roles(403, visitor=302, residents=200),
    "accounts:tokens": SIGNED_IN,
    "accounts:revoke_token": roles(405, visitor=302),
    "api-posts": EVERYBODY,
    "api-release": roles(405, visitor=401, residents=403),
    "api-replies": roles(404, visitor=401, oak=200, central=200, headquarters_author=200),
    # Without a home here there is no feed, and the answer says so.
    "api-feed": roles(409, visitor=401, newcomer=200, verified=200),
    "api-neighborhoods": EVERYBODY,
    "api-locate": EVERYBODY,
    "api-schema": EVERYBODY,
    "api-docs": EVERYBODY,
}

if settings.DEMO:
    GET["pages:demo_mail"] = EVERYBODY

# What changes something, sent empty: nobody who may not gets as far as being told what is missing.
POST: dict[str, Expected] = {
    "commands:residency": roles(403, visitor=302, residents=422, unhoused=422),
    "commands:secret_residency": roles(403, visitor=302, residents=422, unhoused=422),
    "commands:mailing_address": roles(403, visitor=302, residents=422, unhoused=422),
    "commands:wait_for_area": roles(403, visitor=302, residents=302, unhoused=302),
    "commands:code": roles(403, visitor=302, residents=302, newcomer=422),
    "commands:send_letter": roles(403, visitor=302, residents=302),
    "commands:ask_neighbors": roles(403, visitor=302, residents=302, newcomer=200),
    "commands:keep_address": roles(403, visitor=302, residents=302),
    "commands:follow_boundary": roles(403, visitor=302, residents=302),
    "commands:leave_neighborhood": roles(403, visitor=302, residents=302),
    "commands:vouching": roles(403, visitor=302, residents=302, verified=200),
    "commands:take_back_vouch_link": roles(403, visitor=302, residents=404),
    "commands:vouch": roles(403, visitor=200, residents=404),
    "commands:verification": roles(403, visitor=302, verifier=422),
    "commands:print_letters": roles(403, visitor=302, verifier=302),
    "commands:print_letters_again": roles(403, visitor=302, verifier=302),
    "commands:confirm_home": roles(403, visitor=302, verifier=404),
    "commands:staff": roles(403, visitor=302, manager=422),
    "commands:staff_member": roles(403, visitor=302, manager=422),
    "commands:end_assignment": roles(403, visitor=302, manager=302),
    "commands:send_invitation_again": roles(403, visitor=302, manager=302),
    "commands:take_back_invitation": roles(403, visitor=302, manager=302),
    "commands:invitation": roles(403, visitor=422),
    "community:new": roles(403, visitor=302, residents=302, verified=422),
    "community:unmute": roles(403, visitor=302, residents=302),
    "community:unblock": roles(403, visitor=302, residents=302),
    "community:appeal": roles(403, visitor=302, residents=404, resident=422),
    "community:offer": roles(403, visitor=302, residents=302),
    "community:step_down": roles(403, visitor=302, residents=302),
    "community:name_lead": roles(403, visitor=302, residents=302),
    "community:end_lead": roles(403, visitor=302, residents=302, verified=404),
    "community:decide_report": roles(403, visitor=302, residents=302, verified=404, lead=422),
    "community:decide_appeal": roles(403, visitor=302, residents=302, verified=404),
    "community:comment": roles(403, visitor=302, residents=302, oak=422, faraway=404),
    "community:thank": roles(403, visitor=302, residents=302, faraway=404),
    "community:delete": roles(403, visitor=302, residents=404),
    "community:delete_comment": roles(403, visitor=302, residents=404, resident=302),
    "community:report": roles(403, visitor=302, residents=302, oak=422, faraway=404),
    "community:report_comment": roles(403, visitor=302, residents=302, verified=404, lead=422),
    "community:mute": roles(403, visitor=302, residents=302, faraway=404),
    "community:block": roles(403, visitor=302, residents=302, faraway=404),
    "community:moderator_names_lead": roles(403, visitor=302, moderator=302),
    "community:moderator_ends_lead": roles(403, visitor=302, moderator=302),
    "community:moderate_report": roles(403, visitor=302, moderator=422),
    "community:moderate_appeal": roles(403, visitor=302, moderator=422),
    "posts:reply": roles(403, visitor=302, residents=422, unhoused=302),
    "posts:write_to_command": roles(403, visitor=302, residents=422, unhoused=302),
    "posts:conversation": roles(403, visitor=302, residents=404, resident=422),
    "posts:compose": roles(403, visitor=302, central=422),
    "posts:sent": roles(403, visitor=302, central=422),
    "posts:switch_replies": roles(403, visitor=302, central=422),
    "posts:appeal": roles(403, visitor=302, residents=404, resident=422),
    "posts:hide_reply": roles(404, visitor=302, residents=403, central=422, author=403, headquarters_author=403),
    "posts:decide_appeal": roles(403, visitor=302, moderator=422),
    "posts:to_police": roles(403, visitor=302, residents=302, verified=404, resident=422),
    "posts:answer_conversation": roles(403, visitor=302, central=422),
    "notifications:ticket": roles(204, visitor=403),
    "accounts:name": roles(403, visitor=302, residents=422),
    "accounts:leave": roles(403, visitor=302, residents=422),
    # Which command it is for stands in the body, so all staff get as far as being told that it is empty.
    "api-posts": roles(400, visitor=401, residents=403),
}

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


@pytest.fixture
def cast(
    homeless_account: User,
    newcomer: User,
    resident: User,
    lead: User,
    faraway: User,
    officer: User,
    sergeant: User,
    manager: User,
    stranger_officer: User,
    pio: User,
) -> dict[str, User | None]:
    civic = {
        "verifier": "Verifiers",
        "moderator": "Community moderators",
        "oversight": "Oversight readers",
        "site_admin": "Site admins",
    }
    people: dict[str, User | None] = {
        "visitor": None,
        "unhoused": homeless_account,
        "newcomer": newcomer,
        "resident": resident,
        "lead": lead,
        "faraway": faraway,
        "author": officer,
        "approver": sergeant,
        "manager": manager,
        "stranger_author": stranger_officer,
        "headquarters_author": pio,
    }
    for role, group in civic.items():
        person = make_staff(f"Civic {role.title()}", "")
        person.groups.add(Group.objects.get(name=group))
        people[role] = person
    assert set(people) == set(ROLES)
    return people


@pytest.fixture
def lead(oak: Neighborhood, now: datetime) -> User:
    """Lives in Oak and keeps the neighbors' room there."""
    person = settle(make_resident_account("Ruth Abebe"), oak, is_verified=True)
    make_lead(person, make_moderator(), now)
    return person


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def message(resident: User, central: PoliceCommand, now: datetime) -> PrivateMessage:
    return write(resident, central, now)


@pytest.fixture
def visible(post: Post, resident: User, now: datetime) -> Reply:
    return reply(post, resident, now)


@pytest.fixture
def hidden(post: Post, resident: User, sergeant: User, now: datetime) -> ReplyHiding:
    return hide(reply(post, resident, now), sergeant, now)


@pytest.fixture
def appealed(post: Post, resident: User, sergeant: User, now: datetime) -> ReplyHiding:
    return appeal(hide(reply(post, resident, now), sergeant, now), now)


@pytest.fixture
def open_invitation(central: PoliceCommand, manager: User) -> Invitation:
    return make_invitation(central, manager)


@pytest.fixture
def neighbor_post(resident: User, now: datetime) -> int:
    return say(resident, now)


@pytest.fixture
def neighbors_addresses(resident: User, lead: User, oak: Neighborhood, now: datetime) -> dict[str, str]:
    return addresses_in_the_room(resident, lead, oak, now)


@pytest.fixture
def addresses(
    request: pytest.FixtureRequest,
    post: Post,
    message: PrivateMessage,
    visible: Reply,
    hidden: ReplyHiding,
    appealed: ReplyHiding,
    neighbor_post: int,
    open_invitation: Invitation,
) -> dict[str, str]:
    """Where each route leads in this little city."""
    desk = "/commands/central/desk/"
    in_the_room = request.node.name.partition("[")[2].startswith("community:")
    return (request.getfixturevalue("neighbors_addresses") if in_the_room else {}) | {
        "pages:front": "/",
        "pages:health": "/healthz",
        "pages:open_data": "/open-data/",
        "pages:audit_csv": "/audit/trail.csv",
        "pages:demo_mail": "/demo/mail/",
        "metrics:reach": "/metrics/",
        "metrics:reach_csv": "/metrics/reach.csv",
        "commands:find": "/find/?latitude=0.5&longitude=0.5",
        "commands:residency": "/residency/",
        "commands:secret_residency": "/residency/secret/",
        "commands:mailing_address": "/residency/mailing-address/",
        "commands:wait_for_area": "/residency/wait/",
        "commands:code": "/residency/code/",
        "commands:send_letter": "/residency/letter/",
        "commands:ask_neighbors": "/residency/neighbors/",
        "commands:keep_address": "/residency/address/",
        "commands:follow_boundary": "/residency/boundary/",
        "commands:leave_neighborhood": "/residency/leave/",
        "commands:vouching": "/residency/vouching/",
        "commands:take_back_vouch_link": "/residency/links/999999/take-back/",
        "commands:vouch": "/vouch/nobody-made-this/",
        "commands:verification": "/verification/",
        "commands:print_letters": "/verification/letters/",
        "commands:print_letters_again": "/verification/letters/again/",
        "commands:confirm_home": "/verification/999999/confirm/",
        "commands:staff": f"{desk}staff/",
        "commands:staff_member": f"{desk}staff/{post.author.assignments.get().pk}/",
        "commands:end_assignment": f"{desk}staff/{post.author.assignments.get().pk}/end/",
        "commands:send_invitation_again": f"{desk}invitations/{open_invitation.pk}/again/",
        "commands:take_back_invitation": f"{desk}invitations/{open_invitation.pk}/take-back/",
        "commands:invitation": f"/invitations/{TOKEN}/",
        "posts:feed": "/feed/",
        "posts:feed_newer": "/feed/newer/?after=0",
        "posts:latest": "/posts/",
        "posts:post": f"/posts/{post.pk}/",
        "posts:reply": f"/posts/{post.pk}/reply/",
        "posts:neighborhoods": "/neighborhoods/",
        "posts:neighborhood": "/neighborhoods/oak/",
        "posts:command": "/commands/central/",
        "posts:write_to_command": "/commands/central/write/",
        "posts:conversations": "/conversations/",
        "posts:conversation": f"/conversations/{message.conversation_id}/",
        "posts:replies": "/replies/",
        "posts:appeal": f"/replies/{hidden.reply_id}/appeal/",
        "posts:hide_reply": f"/replies/{visible.pk}/hide/",
        "posts:appeals": "/appeals/",
        "posts:to_police": f"/neighbors/{neighbor_post}/to-police/",
        "posts:decide_appeal": f"/appeals/{appealed.pk}/",
        "posts:headquarters": "/headquarters/",
        "posts:desk": desk,
        "posts:compose": f"{desk}compose/",
        "posts:pending": f"{desk}review/",
        "posts:review": f"{desk}review/{post.pk}/",
        "posts:sent_list": f"{desk}posts/",
        "posts:sent": f"{desk}posts/{post.pk}/",
        "posts:switch_replies": f"{desk}posts/{post.pk}/replies/",
        "posts:inbox": f"{desk}inbox/",
        "posts:answer_conversation": f"{desk}inbox/{message.conversation_id}/",
        "notifications:ticket": "/live-ticket/",
        "accounts:home": "/accounts/",
        "accounts:tokens": "/accounts/tokens/",
        "accounts:sign_out_elsewhere": "/accounts/sign-out-elsewhere/",
        "accounts:name": "/accounts/name/",
        "accounts:data": "/accounts/data/",
        "accounts:data_json": "/accounts/data.json",
        "accounts:leave": "/accounts/leave/",
        "accounts:revoke_token": "/accounts/tokens/abcdef/revoke/",
        "api-posts": "/api/v1/posts/",
        "api-release": f"/api/v1/posts/{post.pk}/release/",
        "api-replies": f"/api/v1/posts/{post.pk}/replies/",
        "api-feed": "/api/v1/feed/",
        "api-neighborhoods": "/api/v1/neighborhoods/",
        "api-locate": "/api/v1/locate/?latitude=0.5&longitude=0.5",
        "api-schema": "/api/schema/",
        "api-docs": "/api/docs/",
    }


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
