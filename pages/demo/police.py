"""What do the demo city's police post, what comes back, and what becomes of a reply that is hidden?"""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from commands.models import PoliceCommand
from commands.rules import SecondPerson
from notifications.gateways import RecordingLiveGateway
from pages.demo import stories
from pages.demo.city import City, Event, key
from pages.demo.stories import (
    AUTHOR,
    RESIDENT,
    SOMEONE,
    ConversationStory,
    CorrectionStory,
    HidingStory,
    MessageStory,
    PostStory,
    ReplyStory,
    TakingBackStory,
)
from posts import services
from posts.models import Post, PrivateMessage, Reply
from posts.services.hidings import appeal_hiding, decide_appeal, hide_reply
from posts.services.replies import switch_replies

# From publication until a worker has told everybody.
HANDED_OVER_AFTER = timedelta(seconds=2)


def plan(city: City) -> list[Event]:
    """Every post with its replies, and every private conversation."""
    events: list[Event] = []
    for story in stories.read_posts(city.clock):
        events += _plan_post(city, story)
    for number, conversation in enumerate(stories.read_conversations(city.clock)):
        events += _plan_conversation(city, conversation, number)
    return events


def _plan_post(city: City, story: PostStory) -> list[Event]:
    events = [Event(story.at, partial(_submit, city, story))]
    if story.return_reason:
        events.append(Event(city.clock.after(story.at, 40), partial(_return, city, story)))
    written: list[Reply] = []
    for number, reply in enumerate(story.replies):
        events.append(Event(reply.at, partial(_reply, city, story, number, reply, written)))
    if story.replies_closed_at:
        events.append(Event(story.replies_closed_at, partial(_close_replies, city, story)))
    if story.correction:
        events.append(Event(story.correction.at, partial(_correct, city, story, story.correction)))
    if story.taking_back:
        events.append(Event(story.taking_back.at, partial(_take_back, city, story, story.taking_back)))
    return events


def _submit(city: City, story: PostStory, at: datetime) -> None:
    command = city.commands[story.command]
    if story.return_reason is not None:
        _ask_second_person(command, SecondPerson.ALWAYS)
    post = services.submit_post(
        command=command,
        author=city.users[story.by],
        draft=services.Draft(
            kind=story.kind,
            title=story.title,
            text=story.text,
            scope=story.scope,
            neighborhood_ids=[city.places[place] for place in story.places],
            replies_open=story.replies_open,
        ),
        submission_key=key(story.title),
        at=at,
    )
    if story.return_reason is not None:
        _ask_second_person(command, SecondPerson.NEVER)
    city.posts[story.title] = post
    _fan_out(post, at)


def _fan_out(post: Post, at: datetime) -> None:
    """Nobody was looking at the time, so the live events go nowhere, and no worker has to hand them over later."""
    services.fan_out_post(
        post_id=post.pk, at=at + HANDED_OVER_AFTER, live=RecordingLiveGateway(), render_card=lambda *_: ""
    )


def _correct(city: City, story: PostStory, correction: CorrectionStory, at: datetime) -> None:
    post = city.posts[story.title]
    _fan_out(
        services.correct_post(
            post_id=post.pk,
            version=post.version,
            title=correction.title,
            text=correction.text,
            what_was_wrong=correction.what_was_wrong,
            by=city.users[story.by],
            at=at,
        ),
        at,
    )


def _take_back(city: City, story: PostStory, taking_back: TakingBackStory, at: datetime) -> None:
    post = city.posts[story.title]
    _fan_out(
        services.withdraw_post(
            post_id=post.pk,
            version=post.version,
            reason=taking_back.reason,
            takes_text_off=False,
            by=city.users[taking_back.by],
            at=at,
        ),
        at,
    )


def _ask_second_person(command: PoliceCommand, second_person: SecondPerson) -> None:
    command.second_person = second_person
    command.save(update_fields=["second_person"])


def _return(city: City, story: PostStory, at: datetime) -> None:
    post = city.posts[story.title]
    services.return_post(
        post_id=post.pk,
        version=post.version,
        reason=story.return_reason or "",
        by=city.users["sergeant"],
        at=at,
    )


def _close_replies(city: City, story: PostStory, at: datetime) -> None:
    switch_replies(post_id=city.posts[story.title].pk, opens=False, assignment=city.assignments[story.by], at=at)


def _reply(city: City, story: PostStory, number: int, reply: ReplyStory, written: list[Reply], at: datetime) -> None:
    post, submission_key = city.posts[story.title], key(f"{story.title} {number}")
    if reply.by == AUTHOR:
        answer = services.answer_post(
            post_id=post.pk,
            assignment=city.assignments[story.by],
            text=reply.text,
            seen_reply_id=written[-1].pk if written else 0,
            submission_key=submission_key,
            at=at,
        )
        written.append(answer)
        return
    if reply.by == SOMEONE:
        reached = {city.places[place] for place in story.places} or set(
            post.deliveries.values_list("neighborhood_id", flat=True)
        )
        home = city.someone_in(reached, Random(f"{story.title} {number}"), verified_only=True)
    else:
        home = city.homes[reply.by]
    if home is None:
        return
    sent = services.reply_as_resident(
        post_id=post.pk, residency=home, text=reply.text, submission_key=submission_key, at=at
    )
    written.append(sent)
    if reply.hiding:
        _hide(city, sent, reply.hiding, at)


def _hide(city: City, reply: Reply, story: HidingStory, at: datetime) -> None:
    """Hidden within the hour; asked about some hours later, and decided the next day."""
    hiding = hide_reply(
        reply_id=reply.pk,
        reason=story.reason,
        note=story.note,
        by=city.users[story.by],
        at=city.clock.after(at, 35),
    )
    if story.appeal:
        appeal_hiding(reply_id=reply.pk, resident=reply.author, text=story.appeal, at=city.clock.after(at, 300))
    if story.decision:
        decide_appeal(
            hiding_id=hiding.pk,
            shows_again=False,
            note=story.decision,
            by=city.users["moderator"],
            at=city.clock.after(at, 1500),
        )


def _plan_conversation(city: City, story: ConversationStory, number: int) -> list[Event]:
    written: list[PrivateMessage] = []

    def write(message: MessageStory, at: datetime) -> None:
        submission_key = key(f"conversation {number} {len(written)}")
        if not written:
            home = (
                city.someone_in({city.places[story.place]}, Random(number), verified_only=False)
                if story.by == SOMEONE
                else city.homes[story.by]
            )
            if home is not None:
                first = services.write_to_command(
                    residency=home,
                    command=city.commands[story.command],
                    about_post=city.posts.get(story.about),
                    text=message.text,
                    submission_key=submission_key,
                    at=at,
                )
                written.append(first)
        elif message.by == RESIDENT:
            more = services.continue_conversation(
                conversation_id=written[0].conversation_id,
                resident=written[0].author,
                text=message.text,
                submission_key=submission_key,
                at=at,
            )
            written.append(more)
        else:
            answer = services.answer_conversation(
                conversation_id=written[0].conversation_id,
                assignment=city.assignments[message.by],
                text=message.text,
                seen_message_id=written[-1].pk,
                submission_key=submission_key,
                at=at,
            )
            written.append(answer)

    return [Event(message.at, partial(write, message)) for message in story.messages]
