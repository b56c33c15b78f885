"""How does the demo city come to life, in the order of time and through the same services as a real one?"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Point

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.rules import Role, SecondPerson
from commands.selectors import get_headquarters
from commands.services import appoint, assign, invite
from neighborhoods.models import Residency
from neighborhoods.rules import HowVerified
from neighborhoods.services import claim_residency, verify_residency
from notifications.gateways import RecordingLiveGateway
from pages.demo import stories
from pages.demo.people import CAST, DOMAIN, Person
from pages.demo.stories import AUTHOR, RESIDENT, SOMEONE, Clock, ConversationStory, MessageStory, PostStory, ReplyStory
from posts import services
from posts.models import Post, PrivateMessage, Reply

_KEYS = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)

# How long ago people signed up, first and last: most before the first post went out, 33 days ago.
FIRST_SIGN_UP = timedelta(days=42)
BEFORE_FIRST_POST = (FIRST_SIGN_UP, timedelta(days=34))
SINCE_FIRST_POST = (timedelta(days=34), timedelta(days=1))
STILL_WAITING = (timedelta(days=12), timedelta(days=3))
MOST = 0.7
INVITED = f"recruit@{DOMAIN}"
INVITED_BEFORE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment; events of one moment happen in the order in which they were planned."""

    at: datetime
    happen: Callable[[datetime], None]


class City:
    """Who is in the demo city so far, and what they have written.

    Args:
        places: Ids of the neighborhoods by name.
        boundaries: Where each neighborhood lies, by name.
        commands: The area commands by slug.
        at: Now; everything happened before.
    """

    def __init__(
        self,
        places: dict[str, int],
        boundaries: dict[str, MultiPolygon],
        commands: dict[str, PoliceCommand],
        at: datetime,
    ) -> None:
        headquarters = get_headquarters()
        self._places = places
        self._boundaries = boundaries
        self._commands = {**commands, headquarters.slug: headquarters}
        self._at = at
        self._clock = Clock(at, ZoneInfo(settings.CITY_TIME_ZONE))
        self._users: dict[str, User] = {}
        self._assignments: dict[str, Assignment] = {}
        self._homes: dict[str, Residency] = {}
        self._posts: dict[str, Post] = {}
        self._newest_reply: dict[int, Reply] = {}

    @property
    def users(self) -> dict[str, User]:
        """Everybody's account, by key."""
        return self._users

    def live(self, crowd: Collection[Person]) -> None:
        """Let everything happen that happened."""
        for person in (*CAST, *crowd):
            self._open_account(person)
        events = [event for person in (*CAST, *crowd) if person.place for event in self._settling(person)]
        for post in stories.read_posts(self._clock):
            events += self._plan_post(post)
        for number, conversation in enumerate(stories.read_conversations(self._clock)):
            events += self._plan_conversation(conversation, number)
        events.append(Event(self._at - INVITED_BEFORE, self._invite))
        for event in sorted(events, key=lambda event: event.at):
            event.happen(event.at)

    def _open_account(self, person: Person) -> None:
        user = User.objects.create_user(
            person.email,
            full_name=person.full_name,
            kind=person.kind,
            rank=person.rank,
            joined_at=self._at - FIRST_SIGN_UP,
        )
        self._users[person.key] = user
        if person.group:
            appoint(person=user, group=person.group)
        if person.command:
            self._assignments[person.key] = assign(
                person=user, command=self._commands[person.command], role=person.role, at=user.joined_at
            )

    def _invite(self, at: datetime) -> None:
        """One colleague has not answered yet, and finds the link in the demo's mail."""
        invite(command=self._commands["central"], email=INVITED, role=Role.AUTHOR, by=self._users["manager"], at=at)

    def _settling(self, person: Person) -> list[Event]:
        """Claiming a home and, for most, having it confirmed some days later."""
        random = Random(person.key)
        if not person.is_verified:
            first, last = STILL_WAITING
        elif person in CAST or random.random() < MOST:
            first, last = BEFORE_FIRST_POST
        else:
            first, last = SINCE_FIRST_POST
        claimed_at = self._at - (last + (first - last) * random.random())
        verified_at = claimed_at + timedelta(hours=random.uniform(2, 20))
        latitude, longitude = self._home_in(person.place, random)

        def claim(at: datetime) -> None:
            user = self._users[person.key]
            user.joined_at = at
            user.save(update_fields=["joined_at"])
            self._homes[person.key] = claim_residency(person=user, latitude=latitude, longitude=longitude, at=at)

        def verify(at: datetime) -> None:
            residency = self._homes[person.key]
            self._homes[person.key] = verify_residency(
                residency_id=residency.pk, how=HowVerified.IN_PERSON, by=self._users["verifier"], at=at
            )

        events = [Event(claimed_at, claim)]
        if person.is_verified:
            events.append(Event(verified_at, verify))
        return events

    def _home_in(self, place: str, random: Random) -> tuple[float, float]:
        """(latitude, longitude) of any point in a neighborhood."""
        boundary = self._boundaries[place]
        west, south, east, north = boundary.extent
        while True:
            longitude, latitude = random.uniform(west, east), random.uniform(south, north)
            if boundary.contains(Point(longitude, latitude, srid=4326)):
                return latitude, longitude

    def _plan_post(self, story: PostStory) -> list[Event]:
        events = [Event(story.at, partial(self._submit, story))]
        if story.return_reason:
            events.append(Event(self._clock.after(story.at, 40), partial(self._return, story)))
        for number, reply in enumerate(story.replies):
            events.append(Event(reply.at, partial(self._reply, story, number, reply)))
        return events

    def _submit(self, story: PostStory, at: datetime) -> None:
        command = self._commands[story.command]
        if story.return_reason is not None:
            self._ask_second_person(command, SecondPerson.ALWAYS)
        post = services.submit_post(
            command=command,
            author=self._users[story.by],
            draft=services.Draft(
                kind=story.kind,
                title=story.title,
                text=story.text,
                scope=story.scope,
                neighborhood_ids=[self._places[place] for place in story.places],
            ),
            submission_key=_key(story.title),
            at=at,
        )
        if story.return_reason is not None:
            self._ask_second_person(command, SecondPerson.NEVER)
        self._posts[story.title] = post
        # Nobody was looking at the time: the events go nowhere, and no worker has to do weeks of deliveries later.
        services.fan_out_post(
            post_id=post.pk, at=at + timedelta(seconds=2), live=RecordingLiveGateway(), render_card=lambda *_: ""
        )

    def _ask_second_person(self, command: PoliceCommand, second_person: SecondPerson) -> None:
        command.second_person = second_person
        command.save(update_fields=["second_person"])

    def _return(self, story: PostStory, at: datetime) -> None:
        post = self._posts[story.title]
        services.return_post(
            post_id=post.pk,
            version=post.version,
            reason=story.return_reason or "",
            by=self._users["sergeant"],
            at=at,
        )

    def _reply(self, story: PostStory, number: int, reply: ReplyStory, at: datetime) -> None:
        post = self._posts[story.title]
        key = _key(f"{story.title} {number}")
        if reply.by == AUTHOR:
            newest = self._newest_reply.get(post.pk)
            self._newest_reply[post.pk] = services.answer_post(
                post_id=post.pk,
                assignment=self._assignments[story.by],
                text=reply.text,
                seen_reply_id=newest.pk if newest else 0,
                submission_key=key,
                at=at,
            )
            return
        reached = {self._places[place] for place in story.places} or set(
            post.deliveries.values_list("neighborhood_id", flat=True)
        )
        home = self._home_of(reply.by, reached, Random(f"{story.title} {number}"), verified_only=True)
        if home is not None:
            self._newest_reply[post.pk] = services.reply_as_resident(
                post_id=post.pk, residency=home, text=reply.text, submission_key=key, at=at
            )

    def _plan_conversation(self, story: ConversationStory, number: int) -> list[Event]:
        written: list[PrivateMessage] = []

        def write(message: MessageStory, at: datetime) -> None:
            key = _key(f"conversation {number} {len(written)}")
            if not written:
                home = self._home_of(story.by, {self._places.get(story.place, 0)}, Random(number), verified_only=False)
                if home is not None:
                    first = services.write_to_command(
                        residency=home,
                        command=self._commands[story.command],
                        about_post=self._posts.get(story.about),
                        text=message.text,
                        submission_key=key,
                        at=at,
                    )
                    written.append(first)
            elif message.by == RESIDENT:
                more = services.continue_conversation(
                    conversation_id=written[0].conversation_id,
                    resident=written[0].author,
                    text=message.text,
                    submission_key=key,
                    at=at,
                )
                written.append(more)
            else:
                answer = services.answer_conversation(
                    conversation_id=written[0].conversation_id,
                    assignment=self._assignments[message.by],
                    text=message.text,
                    seen_message_id=written[-1].pk,
                    submission_key=key,
                    at=at,
                )
                written.append(answer)

        return [Event(message.at, partial(write, message)) for message in story.messages]

    def _home_of(
        self, by: str, neighborhood_ids: Collection[int], random: Random, *, verified_only: bool
    ) -> Residency | None:
        """The home of a person, or for `someone` of anybody of the crowd who lives there by now, if anybody does."""
        if by != SOMEONE:
            return self._homes[by]
        cast = {person.key for person in CAST}
        there = [
            home
            for key, home in self._homes.items()
            if key not in cast and home.neighborhood_id in neighborhood_ids and (home.is_verified or not verified_only)
        ]
        return random.choice(there) if there else None


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(_KEYS, name)
