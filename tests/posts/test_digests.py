"""Does a digest say what is new to its reader, in few words, and nothing that neighbors wrote?"""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood, Residency
from neighborhoods.selectors import find_residency
from neighborhoods.services import move_residency
from notifications.models import Digest, Message, Notice, Preferences
from notifications.rules import NoticeState, Pace, Topic
from notifications.services.digests import ClaimedDigest, claims
from posts.digests import FeedDigests, said_heading, said_neighbors
from posts.models import Post
from posts.rules import PostKind
from posts.selectors.digests import DigestPosts
from posts.services import correct_post, reply_as_resident, stop_post, withdraw_post
from posts.services.digests import schedule_digests
from posts.services.telling import tell_of_post
from tests.accounts.factories import make_resident_account
from tests.community.factories import WORDS, say
from tests.neighborhoods.factories import settle
from tests.notifications.mails.factories import html_of, read, text_of
from tests.posts.factories import publish

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Friday, 20 November 2026, 6 p.m. in Sacramento.
EVENING = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MARKS = {"unsubscribe_url": "https://x.test/u", "manage_url": "https://x.test/m", "why": "You get this once a day."}


@pytest.fixture
def tell(officer: User, central: PoliceCommand) -> Callable[..., Post]:
    """A police post in every neighborhood of Central."""
    return lambda at=EVENING - HOUR, **changes: publish(officer, central, at, **changes)


def claim_after_schedule(at: datetime = EVENING) -> list[ClaimedDigest]:
    schedule_digests(at=at)
    return claims.claim(at=at).digests


def write(digest: ClaimedDigest, at: datetime = EVENING, *, by: FeedDigests | None = None) -> EmailMessage | None:
    writer = by or FeedDigests(lambda: at)
    writer.look_again([digest])
    written = writer.write(digest)
    if written is None:
        return None
    return read(written.mail.for_recipient(message_id="<digest.1@x.test>", address="a@example.test", marks=MARKS))


def written_text(digest: ClaimedDigest, at: datetime = EVENING) -> str:
    mail = write(digest, at)
    assert mail is not None
    return text_of(mail)


def end(digest: Digest) -> Digest:
    digest.state, digest.ended_at, digest.lease_until = NoticeState.SENT, digest.due_at, None
    digest.save()
    return digest


def test_text_and_html_say_the_same(resident: User, newcomer: User, tell: Callable[..., Post]) -> None:
    tell(EVENING - 20 * HOUR)
    post = tell(kind=PostKind.EVENT, title="Coffee & cake <today>", text="Tuesday,\n8 to 9:30 a.m.")
    residency = find_residency(resident.pk)
    assert residency is not None
    reply_as_resident(
        post_id=post.pk, residency=residency, text="I come.", submission_key=uuid.uuid4(), at=EVENING - HOUR
    )
    digest = next(each for each in claim_after_schedule() if each.person_id == newcomer.pk)
    mail = write(digest)
    assert mail is not None
    assert mail["Subject"] == "Oak: two posts since yesterday"
    assert mail["List-Id"].startswith("Porchlight <daily.")
    for body, title in ((text_of(mail), "Coffee & cake <today>"), (html_of(mail), "Coffee &amp; cake &lt;today&gt;")):
        for words in (
            "Oak, Friday, November 20",
            "Two posts since yesterday",
            "Event",
            title,
            "Tuesday, 8 to 9:30 a.m.",
            "Central Command, to all of Central Command",
            "1 reply",
            f"/posts/{post.pk}/",
            "Crime series",
            "Bicycles taken from five garages",
            "Open my feed",
            "/feed/",
            MARKS["why"],
            MARKS["manage_url"],
            "Stop this digest",
            MARKS["unsubscribe_url"],
        ):
            assert words in body, words
        assert body.index(title) < body.index("Bicycles taken")
        assert "Neighbors only" not in body
    assert "I come." not in mail.as_string()


def test_of_neighbors_posts_there_is_a_number_and_none_of_their_words(
    resident: User, newcomer: User, tell: Callable[..., Post]
) -> None:
    tell()
    for title in ("A ladder to lend", "Lost gray cat"):
        say(resident, EVENING - HOUR, title=title)
    say(resident, EVENING - 30 * HOUR, title="Too old to be new")
    digests = {digest.person_id: digest for digest in claim_after_schedule()}
    mail = write(digests[resident.pk])
    assert mail is not None
    for body in (text_of(mail), html_of(mail)):
        assert "Neighbors only: 2 new posts" in body
        assert "Their words are not in this e-mail." in body
        assert "/neighbors/" in body
        for words in ("ladder", "cat", WORDS, "Maria"):
            assert words not in body
    # Whoever has no confirmed home learns not even the number.
    assert "Neighbors only" not in written_text(digests[newcomer.pk])


def test_word_of_neighbors_alone_is_a_digest_too(resident: User) -> None:
    say(resident, EVENING - HOUR)
    (digest,) = claim_after_schedule()
    mail = write(digest)
    assert mail is not None
    assert mail["Subject"] == "Oak: one post from your neighbors"


def test_twenty_are_shown_and_the_others_counted(newcomer: User, tell: Callable[..., Post]) -> None:
    for number in range(23):
        tell(EVENING - HOUR + timedelta(minutes=number), title=f"Post number {number}.")
    text = written_text(claim_after_schedule()[0])
    assert "23 posts today" in text
    assert "And 3 more in your feed." in text
    assert [number for number in range(23) if f"Post number {number}." in text] == list(range(3, 23))


def test_what_was_taken_back_or_stopped_is_not_in_it(newcomer: User, officer: User, tell: Callable[..., Post]) -> None:
    tell(title="Still true")
    taken_back, stopped = tell(title="Wrong street"), tell(title="Wrong day")
    (digest,) = claim_after_schedule()
    at = EVENING + timedelta(minutes=1)
    withdraw_post(post_id=taken_back.pk, version=1, reason="A mix-up", takes_text_off=False, by=officer, at=at)
    stop_post(post_id=stopped.pk, version=1, by=officer, at=at)
    text = written_text(digest)
    assert "One post today" in text
    assert "Still true" in text
    assert "Wrong" not in text


def test_a_correction_before_it_leaves_is_in_it_and_in_no_later_one(
    newcomer: User, sergeant: User, tell: Callable[..., Post]
) -> None:
    post = tell(title="Closed on Sunday")
    (digest,) = claim_after_schedule()
    writer = FeedDigests(lambda: EVENING)
    before = write(digest, by=writer)
    correct_post(
        post_id=post.pk,
        version=1,
        title="Closed on Monday",
        text="All day.",
        what_was_wrong="The day",
        by=sergeant,
        at=EVENING,
    )
    after = write(digest, by=writer)
    assert before is not None
    assert after is not None
    assert "Closed on Sunday" in text_of(before)
    assert "Closed on Monday" in text_of(after)
    assert "Crime series, corrected" in text_of(after)
    end(Digest.objects.get())
    assert claim_after_schedule(EVENING + DAY) == []


def test_a_correction_goes_to_whose_digest_carried_the_post(
    resident: User, newcomer: User, neighbor: User, sergeant: User, oak: Neighborhood, tell: Callable[..., Post]
) -> None:
    post = tell(title="Closed on Sunday")
    Preferences.objects.create(person=neighbor, tips_email=Pace.NEVER, crime_email=Pace.NEVER, changed_at=EVENING - DAY)
    schedule_digests(at=EVENING)
    end(Digest.objects.get(person=resident))

    def correct(version: int, at: datetime) -> set[str]:
        wrong = {"title": f"Closed on day {version}", "text": "All day.", "what_was_wrong": "The day"}
        correct_post(post_id=post.pk, version=version, by=sergeant, at=at, **wrong)
        tell_of_post(post_id=post.pk, at=at)
        told = Notice.objects.filter(message__source_id=post.pk, message__version=version + 1, channel="email")
        return {notice.person.full_name for notice in told}

    # The newcomer's still waits, and says what is right when it leaves.
    assert correct(1, EVENING + timedelta(minutes=5)) == {resident.full_name}
    (digest,) = claims.claim(at=EVENING + timedelta(minutes=6)).digests
    assert "Closed on day 1" in written_text(digest)
    end(Digest.objects.get(person=newcomer))
    # Whoever moved here since reads it in the feed; no digest told them.
    late = settle(make_resident_account("Lara Late"), oak, is_verified=False)
    Residency.objects.filter(person=late).update(claimed_at=EVENING + timedelta(minutes=1))
    tell(EVENING + HOUR, title="Open again")
    schedule_digests(at=EVENING + DAY)
    for waiting in Digest.objects.filter(state=NoticeState.WAITING):
        end(waiting)
    assert correct(2, EVENING + DAY + HOUR) == {resident.full_name, newcomer.full_name}


def test_readers_of_the_same_get_what_was_written_once(
    resident: User, newcomer: User, neighbor: User, tell: Callable[..., Post]
) -> None:
    tell()
    Preferences.objects.create(person=resident, neighbors_email=Pace.NEVER, changed_at=EVENING - 90 * DAY)
    digests = {digest.person_id: digest for digest in claim_after_schedule()}
    writer = FeedDigests(lambda: EVENING)
    writer.look_again(list(digests.values()))
    written = {person_id: writer.write(digest) for person_id, digest in digests.items()}
    assert written[resident.pk] is written[newcomer.pk] is not None
    assert written[neighbor.pk] is not written[resident.pk]


def test_what_came_at_once_before_the_choice_changed_is_left_out(
    newcomer: User, oak: Neighborhood, tell: Callable[..., Post]
) -> None:
    told, waiting, ended, new = (tell(title=f"Post {name}.") for name in ("told", "waiting", "ended", "new"))
    for post, state in ((told, "sent"), (waiting, "waiting"), (ended, "superseded")):
        message = Message.objects.create(
            source="post",
            source_id=post.pk,
            topic=Topic.CRIME,
            lane="mail",
            label="Crime series",
            title=post.title,
            path="/",
            said_at=EVENING,
            made_at=EVENING,
        )
        Notice.objects.create(
            message=message,
            person=newcomer,
            neighborhood=oak,
            channel="email",
            lane="mail",
            state=state,
            due_at=EVENING,
            ended_at=None if state == "waiting" else EVENING,
        )
    Preferences.objects.create(person=newcomer, crime_email=Pace.DAILY, changed_at=EVENING - HOUR)
    text = written_text(claim_after_schedule()[0])
    assert [name for name in ("told", "waiting", "ended", "new") if f"Post {name}." in text] == ["ended", "new"]
    assert new.pk


def test_who_moved_hears_nothing_twice(
    resident: User, pio: User, headquarters: PoliceCommand, south: PoliceCommand, pine: Neighborhood, oak: Neighborhood
) -> None:
    in_both = publish(pio, headquarters, EVENING - DAY - HOUR, [oak, pine], title="For both.")
    schedule_digests(at=EVENING - DAY)
    end(Digest.objects.get(person=resident))
    Digest.objects.exclude(person=resident).delete()
    center = pine.boundaries.get().center
    move_residency(person=resident, latitude=center.y, longitude=center.x, at=EVENING - 9 * HOUR)
    publish(pio, headquarters, EVENING - 2 * HOUR, [pine], title="For the new place.")
    (digest,) = claim_after_schedule()
    text = written_text(digest)
    assert "For the new place." in text
    assert "For both." not in text
    # Even where the range reached further back.
    Digest.objects.filter(pk=digest.id).update(after_number=0, lease_until=None)
    (digest,) = claims.claim(at=EVENING).digests
    text = written_text(digest)
    assert "For the new place." in text
    assert "For both." not in text
    assert in_both.pk


def test_where_nothing_is_new_any_more_there_is_no_mail(
    newcomer: User, officer: User, tell: Callable[..., Post]
) -> None:
    post = tell()
    (digest,) = claim_after_schedule()
    withdraw_post(post_id=post.pk, version=1, reason="A mix-up", takes_text_off=True, by=officer, at=EVENING)
    assert write(digest) is None


@pytest.mark.parametrize("title", ["🚲 gone", "דלת פתוחה", "A\r\nBcc: everybody@example.test", "x" * 120])
def test_any_title_stands_on_one_line(newcomer: User, tell: Callable[..., Post], title: str) -> None:
    tell(title=title)
    mail = write(claim_after_schedule()[0])
    assert mail is not None
    assert mail["Bcc"] is None
    assert " ".join(title.split()) in text_of(mail)


def posts(total: int, days_ago: int) -> DigestPosts:
    oldest_at = datetime(2026, 11, 20, 20, tzinfo=UTC) - days_ago * DAY
    return DigestPosts((), total, oldest_at if total else None)


@pytest.mark.parametrize(
    ("total", "days_ago", "neighbors_count", "words"),
    [
        (1, 0, 0, "One post today"),
        (3, 1, 2, "Three posts since yesterday"),
        (12, 4, 0, "Twelve posts since Monday"),
        (13, 6, 0, "13 posts since Saturday"),
        (1234, 7, 0, "1,234 posts since November 13"),
        (0, 0, 1, "One post from your neighbors"),
    ],
)
def test_the_heading_says_how_many_since_when(total: int, days_ago: int, neighbors_count: int, words: str) -> None:
    assert said_heading(posts(total, days_ago), neighbors_count, today=date(2026, 11, 20)) == words


def test_many_neighbors_posts_are_not_counted_to_the_end() -> None:
    assert [said_neighbors(count) for count in (0, 1, 2, 100)] == [
        "", "1 new post", "2 new posts", "more than 99 new posts"
    ]  # fmt: skip
