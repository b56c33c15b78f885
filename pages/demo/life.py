"""How does the demo city come to life, in the order of time and through the same services as a real one?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.rules import TERMS_VERSION, Kind
from commands.rules import Role
from commands.services import appoint, assign, end_assignment, invite, take_back_invitation
from pages.demo import hearing, police, postman, room, settling
from pages.demo.city import City, Event
from pages.demo.people import CAST, DOMAIN, Person
from pages.demo.police import HANDED_OVER_AFTER

INVITED = f"recruit@{DOMAIN}"
INVITED_BEFORE = timedelta(days=2)
NO_LONGER_INVITED = f"transferred@{DOMAIN}"
NO_LONGER_INVITED_BEFORE = timedelta(days=8)
CHANGED_PLANS_AFTER = timedelta(hours=20)
FORMER_OFFICER = "former_officer"
LEFT_BEFORE = timedelta(days=15)


def live(city: City, crowd: Sequence[Person]) -> None:
    """Let everything happen that happened."""
    people = (*CAST, *crowd)
    for person in people:
        _open_account(city, person)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in city.users.values()
    )
    events = [
        *settling.plan(city, people),
        *police.plan(city),
        *room.plan(city),
        *_plan_staff(city),
        *hearing.plan(city, people),
    ]
    for event in sorted(events, key=lambda event: event.at):
        event.happen(event.at)
        postman.deliver_notices(event.at + HANDED_OVER_AFTER)
    postman.forget_account_mail()


def _open_account(city: City, person: Person) -> None:
    is_resident = person.kind == Kind.RESIDENT
    user = User.objects.create_user(
        person.email,
        full_name=person.full_name,
        kind=person.kind,
        rank=person.rank,
        joined_at=city.clock.now - settling.FIRST_SIGN_UP,
        terms_version=TERMS_VERSION if is_resident else None,
        terms_accepted_at=city.clock.now if is_resident else None,
    )
    city.users[person.key] = user
    if person.group:
        appoint(person=user, group=person.group)
    if person.command:
        city.assignments[person.key] = assign(
            person=user, command=city.commands[person.command], role=person.role, at=user.joined_at
        )


def _plan_staff(city: City) -> list[Event]:
    """One colleague has not answered yet, one invitation was taken back, and one officer works elsewhere now."""
    central, manager, now = city.commands["central"], city.users["manager"], city.clock.now

    def invite_too_early(at: datetime) -> None:
        made = invite(command=central, email=NO_LONGER_INVITED, role=Role.AUTHOR, by=manager, at=at)
        take_back_invitation(invitation_id=made.pk, by=manager, at=at + CHANGED_PLANS_AFTER)

    def let_go(at: datetime) -> None:
        end_assignment(assignment_id=city.assignments[FORMER_OFFICER].pk, by=manager, at=at)

    def ask_colleague(at: datetime) -> None:
        invite(command=central, email=INVITED, role=Role.AUTHOR, by=manager, at=at)

    return [
        Event(now - LEFT_BEFORE, let_go),
        Event(now - NO_LONGER_INVITED_BEFORE, invite_too_early),
        Event(now - INVITED_BEFORE, ask_colleague),
    ]
