"""How do the demo city's neighbors talk, thank, report and choose who keeps their room?"""

from datetime import datetime, timedelta
from functools import partial

from community import services
from neighborhoods.models import Residency
from pages.demo.city import City, Event, key
from pages.demo.drawings import draw
from pages.demo.room_stories import CommentStory, LeadStory, NeighborStory, ReportStory, read_room
from pages.demo.stories import SOMEONE

NAMED_AFTER = timedelta(hours=22)
DECIDED_AFTER_MINUTES = 240
APPEALED_AFTER_MINUTES = 420
THANKED_AFTER_MINUTES = 11


def plan(city: City) -> list[Event]:
    """Everything said and done in the neighbors' rooms."""
    posts, leads = read_room(city.clock)
    events = [Event(story.at, partial(_offer_to_lead, city, story)) for story in leads]
    for story in posts:
        events += _plan_post(city, story)
    return events


def _offer_to_lead(city: City, story: LeadStory, at: datetime) -> None:
    lead_id = services.offer_to_lead(residency=_home(city, story.place, story.by), at=at)
    if story.is_named:
        services.name_lead(lead_id=lead_id, by=city.users["moderator"], at=at + NAMED_AFTER)


def _plan_post(city: City, story: NeighborStory) -> list[Event]:
    post_ids: list[int] = []

    def write(at: datetime) -> None:
        post_ids.append(_write(city, story, at))

    def answer(comment: CommentStory, number: int, at: datetime) -> None:
        comment_id = services.comment(
            residency=_home(city, story.place, comment.by),
            post_id=post_ids[0],
            text=comment.text,
            submission_key=key(f"{story.title} {number}"),
            at=at,
        )
        if comment.report is not None:
            _report(city, story.place, comment.report, comment_id, comment.by)

    def look_back(at: datetime) -> None:
        """Thanks come one after the other; a report comes when everything has been said."""
        author = _home(city, story.place, story.by)
        readers = [home for home in _crowd(city, story.place) if home.person_id != author.person_id]
        for number, home in enumerate(readers[: story.thanks], start=1):
            thanked_at = city.clock.after(story.at, THANKED_AFTER_MINUTES * number)
            services.thank(residency=home, post_id=post_ids[0], at=thanked_at)
        for reader in story.muted_by:
            services.mute(person_id=city.users[reader].pk, other_id=author.person_id, at=at)
        if story.report is not None:
            _report(city, story.place, story.report, post_ids[0], story.by)

    events = [Event(story.at, write)]
    for number, comment in enumerate(story.comments):
        events.append(Event(comment.at, partial(answer, comment, number)))
    events.append(Event(max(event.at for event in events), look_back))
    return events


def _write(city: City, story: NeighborStory, at: datetime) -> int:
    return services.write_post(
        residency=_home(city, story.place, story.by),
        kind=story.kind,
        title=story.title,
        text=story.text,
        is_open_to_adjoining=story.is_open_to_adjoining,
        picture=draw(story.picture) if story.picture else None,
        description=story.description,
        submission_key=key(f"{story.place} {story.title}"),
        at=at,
    )


def _report(city: City, place: str, story: ReportStory, subject_id: int, author: str) -> None:
    report_id = services.report(
        person_id=_home(city, place, story.by).person_id,
        subject_kind=story.subject_kind,
        subject_id=subject_id,
        rule=story.rule,
        note=story.note,
        at=story.at,
    )
    if story.removed_by:
        removal_id = services.remove(
            report_id=report_id,
            by=_home(city, place, story.removed_by).person,
            rule=story.rule,
            at=city.clock.after(story.at, DECIDED_AFTER_MINUTES),
        )
        if story.appeal:
            services.appeal(
                person_id=_home(city, place, author).person_id,
                removal_id=removal_id,
                text=story.appeal,
                at=city.clock.after(story.at, APPEALED_AFTER_MINUTES),
            )


def _home(city: City, place: str, by: str) -> Residency:
    """The home of a person of the cast, or of "someone 2" or "someone 2 of Land Park"."""
    if not by.startswith(SOMEONE):
        return city.homes[by]
    number, _, elsewhere = by.removeprefix(SOMEONE).strip().partition(" of ")
    return _crowd(city, elsewhere or place)[int(number) - 1]


def _crowd(city: City, place: str) -> list[Residency]:
    """Verified neighbors of a place, in the order in which they were verified: who comes later moves nobody."""
    homes = city.crowd_in({city.places[place]}, verified_only=True)
    return sorted(homes, key=lambda home: (home.verified_at, home.pk))
