"""Who plays each role, and where does each route lead?"""

from datetime import datetime

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from commands.models import Invitation, PoliceCommand
from neighborhoods.models import Neighborhood
from notifications.unsubscribing import token_for
from posts.models import Post, PrivateMessage, Reply, ReplyHiding
from tests.accounts.factories import make_resident_account, make_staff
from tests.architecture.routes.roles import ROLES
from tests.commands.factories import TOKEN, make_invitation
from tests.community.factories import make_lead, make_moderator, say
from tests.community.views.addresses import addresses_in_the_room
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish
from tests.posts.services.test_conversations import write
from tests.posts.services.test_hidings import appeal, hide
from tests.posts.services.test_replies import reply


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
        "records_clerk": "Records clerks",
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


def link_to_unsubscribe(message: PrivateMessage) -> str:
    return token_for(person_id=message.author_id, topic="crime", channel="email")


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
        "pages:operations": "/operations/",
        "pages:record": "/records/",
        "pages:holds": "/legal-holds/",
        # A hold that nobody placed.
        "pages:lift_hold": "/legal-holds/999999/lift/",
        "pages:audit_csv": "/audit/trail.csv",
        "pages:mail_samples": "/mails/",
        "pages:mail_sample": "/mails/urgent-post/",
        "pages:mail_sample_html": "/mails/urgent-post/html/",
        "pages:demo_mail": "/demo/mail/",
        # A mail that nobody sent.
        "pages:demo_mail_html": "/demo/mail/999999/html/",
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
        "posts:why": f"/posts/{post.pk}/why/",
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
        "posts:progress": f"{desk}posts/{post.pk}/progress/",
        "posts:correct": f"{desk}posts/{post.pk}/correct/",
        "posts:withdraw": f"{desk}posts/{post.pk}/withdraw/",
        "posts:stop": f"{desk}posts/{post.pk}/stop/",
        "posts:retry": f"{desk}posts/{post.pk}/retry/{post.deliveries.order_by('pk')[0].neighborhood_id}/",
        "posts:switch_replies": f"{desk}posts/{post.pk}/replies/",
        "posts:inbox": f"{desk}inbox/",
        "posts:answer_conversation": f"{desk}inbox/{message.conversation_id}/",
        "notifications:ticket": "/live-ticket/",
        "notifications:push_key": "/push/key/",
        "notifications:push_subscribe": "/push/subscriptions/",
        "notifications:push_unsubscribe": "/push/subscriptions/999999/delete/",
        "notifications:push_test": "/push/test/",
        "notifications:service_worker": "/service-worker.js",
        "notifications:manifest": "/manifest.webmanifest",
        "notifications:hearing": "/accounts/hearing/",
        "notifications:try_address_again": "/accounts/hearing/try-again/",
        "notifications:unsubscribe": f"/unsubscribe/{link_to_unsubscribe(message)}/",
        "notifications:mail_events": "/mail/events/mailgun/",
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
