"""Does a resident learn why a post came to them, or why not, and nobody learns it of somebody else?"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from neighborhoods.services import claim_residency, move_residency
from notifications.models import Digest, Notice, PushSubscription, Suppression
from notifications.rules import NoticeState, Pace, Topic
from notifications.services import change_preferences
from notifications.services.sending.claims import SUPPRESSED
from posts.models import Delivery, Post
from posts.rules import PostStatus
from posts.services import correct_post, stop_post, withdraw_post
from posts.services.telling import tell_of_post
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Line = tuple[str, str, str]


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def read(sign_in: SignIn) -> Callable[[User, Post], list[Line]]:
    """The lines of the page: way, state, reason."""

    def _read(person: User, post: Post) -> list[Line]:
        page = sign_in(person).get(f"/posts/{post.pk}/why/").content.decode()
        found = re.findall(
            r'<span>([^<]+)</span><span class="pl-state.*?</svg>([^<]+)<.*?pl-break">([^<]*)<', page, re.S
        )
        return [(heading, state, html.unescape(text)) for heading, state, text in found]

    return _read


Read = Callable[[User, Post], list[Line]]


@pytest.fixture
def crime(officer: User, central: PoliceCommand, oak: Neighborhood, resident: User, now: datetime) -> Post:
    """For Oak, where Maria lives; not told of yet."""
    return publish(officer, central, now - timedelta(minutes=5), [oak])


def tell(post: Post, at: datetime) -> Post:
    tell_of_post(post_id=post.pk, at=at)
    return post


def choose(person: User, at: datetime, **choices: Any) -> None:
    change_preferences(person_id=person.pk, choices=choices, at=at - timedelta(days=1))


def give_device(person: User, at: datetime) -> None:
    PushSubscription.objects.create(person=person, endpoint="https://push.example.test/1", made_at=at)


class TestTheFeed:
    def test_there_because_one_lives_there(self, resident: User, crime: Post, read: Read) -> None:
        assert read(resident, crime)[0] == ("Your feed", "There", "It went to Oak, and you live there.")

    def test_not_there_because_it_went_elsewhere(self, faraway: User, crime: Post, read: Read, now: datetime) -> None:
        assert read(faraway, tell(crime, now)) == [
            ("Your feed", "Not there", "It did not go to Pine, where you live."),
            ("E-mail and push", "Not sent", "It did not go to the neighborhood you lived in when it came out."),
        ]

    def test_not_there_without_a_home(self, homeless_account: User, crime: Post, read: Read) -> None:
        assert read(homeless_account, crime)[0][:2] == ("Your feed", "Not there")

    def test_who_moved_away_learns_where_it_went(
        self, resident: User, crime: Post, read: Read, elm: Neighborhood, now: datetime
    ) -> None:
        choose(resident, now, crime_email=Pace.AT_ONCE)
        tell(crime, now)
        center = elm.boundaries.get(ended_at=None).center
        move_residency(person=resident, latitude=center.y, longitude=center.x, at=now)
        lines = read(resident, crime)
        assert lines[0][2] == (
            "It did not go to Elm, where you live. It went to Oak, where you lived when it came out."
        )
        assert lines[1] == ("E-mail", "Waiting", "It is on its way.")

    def test_taken_back(self, resident: User, crime: Post, officer: User, read: Read, now: datetime) -> None:
        withdraw_post(post_id=crime.pk, version=1, reason="Wrong street.", takes_text_off=False, by=officer, at=now)
        assert read(resident, crime)[0][1] == "Taken back"


class TestWhatWasWritten:
    """A notice speaks for itself."""

    @pytest.fixture
    def notice(self, resident: User, crime: Post, now: datetime) -> Notice:
        choose(resident, now, crime_email=Pace.AT_ONCE)
        tell(crime, now)
        return Notice.objects.get(person=resident, channel="email")

    @pytest.mark.parametrize(
        ("changes", "state", "words"),
        [
            ({}, "Waiting", "It is on its way."),
            ({"state": "sent", "ended_at": True}, "Sent", "It left Nov. 20, noon. Not in your inbox?"),
            (
                {"state": "failed", "ended_at": True, "reason": "550 no such user"},
                "Failed",
                "The other side did not take it: 550 no such user.",
            ),
            (
                {"state": "superseded", "ended_at": True, "reason": "You chose otherwise before it left."},
                "Not sent",
                "You chose otherwise before it left.",
            ),
            ({"state": "failed", "ended_at": True, "reason": SUPPRESSED}, "Not sent", SUPPRESSED),
            ({"attempts": 1, "reason": "450 busy"}, "Waiting", "A try failed: 450 busy. The next one: Nov. 20, noon."),
        ],
    )
    def test_its_state_is_said(
        self,
        resident: User,
        crime: Post,
        notice: Notice,
        read: Read,
        now: datetime,
        changes: dict[str, Any],
        state: str,
        words: str,
    ) -> None:
        if changes.get("ended_at"):
            changes = changes | {"ended_at": now}
        Notice.objects.filter(pk=notice.pk).update(**changes)
        heading, said, text = read(resident, crime)[1]
        assert (heading, said) == ("E-mail", state)
        assert text.startswith(words)

    def test_quiet_hours_are_said(self, resident: User, crime: Post, read: Read, now: datetime) -> None:
        choose(resident, now, crime_email=Pace.AT_ONCE, quiet_from=time(11), quiet_until=time(15))
        lines = read(resident, tell(crime, now))
        words = "It waits for the end of your quiet hours or pause: Nov. 20, 3 p.m."
        assert lines[1] == ("E-mail", "Waiting", words)

    def test_a_stop_is_said_before_the_row_is_marked(
        self, resident: User, crime: Post, notice: Notice, officer: User, read: Read, now: datetime
    ) -> None:
        stop_post(post_id=crime.pk, version=1, by=officer, at=now)
        assert read(resident, crime)[1][:2] == ("E-mail", "Not sent")

    def test_a_correction_has_a_line_of_its_own(
        self, resident: User, crime: Post, notice: Notice, officer: User, read: Read, now: datetime
    ) -> None:
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, ended_at=now)
        withdraw_post(post_id=crime.pk, version=1, reason="Wrong street.", takes_text_off=False, by=officer, at=now)
        tell(crime, now)
        headings = [heading for heading, _, _ in read(resident, crime)]
        assert headings == ["Your feed", "E-mail", "E-mail: that it was taken back", "Push"]


class TestWhyNot:
    """Nothing was written, and the first reason that holds is said."""

    def test_the_digest_was_chosen(self, resident: User, crime: Post, read: Read, now: datetime) -> None:
        assert read(resident, tell(crime, now))[1:] == [
            (
                "Daily digest",
                "Waiting",
                "You chose the daily digest for crime updates. The next one: 6 p.m.",
            ),
            ("Push", "Not sent", "No device of yours shows push messages."),
        ]

    @pytest.mark.parametrize(
        ("choices", "words"),
        [
            ({"crime_email": Pace.NEVER}, "You chose no e-mail for crime updates."),
            ({"paused_until": date(2026, 11, 25)}, "You were on a pause until Wednesday, November 25."),
            (
                {"crime_email": Pace.WEEKLY},
                "You chose the weekly digest for crime updates. The next one: Saturday, 6 p.m.",
            ),
        ],
    )
    def test_a_choice_is_said(
        self, resident: User, crime: Post, read: Read, now: datetime, choices: dict[str, Any], words: str
    ) -> None:
        choose(resident, now, **choices)
        assert read(resident, tell(crime, now))[1][2] == words

    def test_mail_that_came_back(self, resident: User, crime: Post, read: Read, now: datetime) -> None:
        Suppression.objects.create(person=resident, email=resident.email, at=now)
        assert read(resident, tell(crime, now))[1][2] == (
            "No e-mail goes to your address, because mail to it came back."
        )

    def test_a_choice_made_later_is_not_taken_for_the_one_of_then(
        self, resident: User, crime: Post, read: Read, now: datetime
    ) -> None:
        tell(crime, now)
        choose(resident, now + timedelta(days=1, hours=1), crime_email=Pace.AT_ONCE, crime_push=True)
        assert read(resident, crime)[1][2] == (
            "You changed how you hear Nov. 20, 1 p.m., after it had gone out. What held before is not kept."
        )

    def test_push_that_was_not_chosen(self, resident: User, crime: Post, read: Read, now: datetime) -> None:
        give_device(resident, now - timedelta(days=1))
        assert read(resident, tell(crime, now))[-1] == ("Push", "Not sent", "You chose no push for crime updates.")

    def test_a_device_that_came_later(self, resident: User, crime: Post, read: Read, now: datetime) -> None:
        tell(crime, now)
        give_device(resident, now + timedelta(hours=1))
        words = "You turned push on Nov. 20, 1 p.m., after it had gone out."
        assert read(resident, crime)[-1] == ("Push", "Not sent", words)

    def test_who_joined_later(self, crime: Post, oak: Neighborhood, read: Read, now: datetime) -> None:
        person = make_resident_account("Lena Late")
        center = oak.boundaries.get(ended_at=None).center
        claim_residency(person=person, latitude=center.y, longitude=center.x, at=now)
        assert read(person, tell(crime, now)) == [
            ("Your feed", "There", "It went to Oak, and you live there."),
            (
                "E-mail and push",
                "Not sent",
                "You joined Nov. 20, noon, after it had come out. Older posts are not sent again.",
            ),
        ]

    def test_it_is_being_sent(self, resident: User, crime: Post, read: Read) -> None:
        assert read(resident, crime)[1][2] == "It is being sent out just now. Look again in a minute."

    def test_it_was_stopped_first(self, resident: User, crime: Post, officer: User, read: Read, now: datetime) -> None:
        stop_post(post_id=crime.pk, version=1, by=officer, at=now)
        assert read(resident, crime)[1][2] == "The police stopped it before it reached you: Nov. 20, noon."


class TestDigests:
    @pytest.fixture
    def digest(self, resident: User, crime: Post, oak: Neighborhood, now: datetime) -> Digest:
        tell(crime, now)
        number = Delivery.objects.get(post=crime).feed_number
        return Digest.objects.create(
            person=resident,
            pace=Pace.DAILY,
            day=date(2026, 11, 20),
            neighborhood=oak,
            after_number=number - 1,
            upto_number=number,
            topics=[Topic.CRIME],
            due_at=now + timedelta(hours=6),
        )

    def end(self, digest: Digest, state: str, at: datetime, reason: str = "") -> None:
        Digest.objects.filter(pk=digest.pk).update(state=state, ended_at=at, reason=reason)

    def test_one_that_waits(self, resident: User, crime: Post, digest: Digest, read: Read) -> None:
        words = "It is in the digest that leaves Nov. 20, 6 p.m."
        assert read(resident, crime)[1] == ("Daily digest", "Waiting", words)

    def test_the_one_that_carried_it(
        self, resident: User, crime: Post, digest: Digest, read: Read, now: datetime
    ) -> None:
        self.end(digest, "sent", now)
        words = "You chose the daily digest for these. It left Nov. 20, noon."
        assert read(resident, crime)[1] == ("Daily digest", "Sent", words)

    def test_one_of_another_topic_did_not(
        self, resident: User, crime: Post, digest: Digest, read: Read, now: datetime
    ) -> None:
        self.end(digest, "sent", now)
        Digest.objects.filter(pk=digest.pk).update(topics=[Topic.TIPS])
        assert read(resident, crime)[1][1] == "Waiting"

    def test_one_that_left_after_the_post_was_taken_back_did_not(
        self, resident: User, crime: Post, officer: User, digest: Digest, read: Read, now: datetime
    ) -> None:
        withdraw_post(post_id=crime.pk, version=1, reason="Wrong street.", takes_text_off=False, by=officer, at=now)
        self.end(digest, "sent", now + timedelta(hours=6))
        assert read(resident, crime)[1][1] == "Not sent"

    def test_one_that_covers_a_correction_alone_did_not(
        self, resident: User, crime: Post, officer: User, oak: Neighborhood, digest: Digest, read: Read, now: datetime
    ) -> None:
        """Whoever read what was wrong hears of the correction at once; digests go by the first place in the feed."""
        Digest.objects.all().delete()
        correct_post(
            post_id=crime.pk,
            version=1,
            title=crime.title,
            text="Somebody tries front doors at night.",
            what_was_wrong="It was front doors.",
            by=officer,
            at=now,
        )
        delivery = Delivery.objects.get(post=crime)
        digest.after_number, digest.upto_number = delivery.feed_number - 1, delivery.feed_number
        digest.state, digest.ended_at = NoticeState.SENT, now
        digest.save(force_insert=True)
        tell(crime, now)
        assert read(resident, crime)[1][1] != "Sent"

    def test_one_that_failed(self, resident: User, crime: Post, digest: Digest, read: Read, now: datetime) -> None:
        self.end(digest, "failed", now, "550 no such user")
        words = "The other side did not take your digest: 550 no such user."
        assert read(resident, crime)[1] == ("Daily digest", "Failed", words)


def test_only_ones_own(resident: User, crime: Post, oak: Neighborhood, read: Read, now: datetime) -> None:
    other = settle(make_resident_account("Olga Other"), oak, is_verified=True)
    choose(other, now, crime_email=Pace.AT_ONCE)
    tell(crime, now)
    assert read(other, crime)[1][0] == "E-mail"
    assert read(resident, crime)[1][0] == "Daily digest"


def test_what_was_never_published_is_not_there(
    resident: User, officer: User, central: PoliceCommand, now: datetime, sign_in: SignIn
) -> None:
    waiting = publish(officer, central, now)
    Post.objects.filter(pk=waiting.pk).update(status=PostStatus.PENDING, published_at=None)
    assert sign_in(resident).get(f"/posts/{waiting.pk}/why/").status_code == 404
    assert sign_in(resident).get("/posts/999999/why/").status_code == 404


def test_residents_find_it_on_the_post(resident: User, officer: User, crime: Post, sign_in: SignIn) -> None:
    link = f'href="/posts/{crime.pk}/why/"'
    assert link in sign_in(resident).get(f"/posts/{crime.pk}/").content.decode()
    assert link not in sign_in(officer).get(f"/posts/{crime.pk}/").content.decode()
    assert link not in Client().get(f"/posts/{crime.pk}/").content.decode()


def test_the_page_costs_the_same_however_much_was_told(
    resident: User,
    crime: Post,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    give_device(resident, now - timedelta(days=1))
    choose(resident, now, crime_email=Pace.AT_ONCE, crime_push=True)
    tell(crime, now)
    assert Notice.objects.count() == 2
    client = sign_in(resident)
    with django_assert_max_num_queries(10):
        client.get(f"/posts/{crime.pk}/why/")
