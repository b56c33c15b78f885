"""Does a correction reach every feed, a withdrawal every page, and does a stop keep back what has not left?"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from notifications.gateways import RecordingLiveGateway
from notifications.models import Message
from notifications.rules import Act, Channel, NoticeState, Source, Topic
from notifications.services.preferences import change_preferences, unsubscribe
from posts import services
from posts.cards import card_renderer
from posts.models import Delivery, Feed, Post, PostVersion
from posts.rules import TITLE_WITHOUT_TEXT, PostStatus
from posts.services import CannotCorrect, ChangedMeanwhile
from tests.posts.factories import publish
from tests.posts.telling import tell, told

LATER = timedelta(minutes=30)


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now)


def correct(post: Post, by: User, at: datetime, **changes: object) -> Post:
    words = {
        "version": post.version,
        "title": post.title,
        "text": "Four garages, not five.",
        "what_was_wrong": "Four garages were entered, not five.",
    }
    return services.correct_post(post_id=post.pk, by=by, at=at, **(words | changes))  # type: ignore[arg-type]


def withdraw(post: Post, by: User, at: datetime, **changes: object) -> Post:
    words = {"version": post.version, "reason": "It was another street.", "takes_text_off": False}
    return services.withdraw_post(post_id=post.pk, by=by, at=at, **(words | changes))  # type: ignore[arg-type]


def stop(post: Post, by: User, at: datetime) -> Post:
    return services.stop_post(post_id=post.pk, version=post.version, by=by, at=at)


def fan_out(post: Post, at: datetime) -> RecordingLiveGateway:
    live = RecordingLiveGateway()
    services.fan_out_post(post_id=post.pk, at=at, live=live, render_card=card_renderer())
    return live


def test_correction_is_the_next_version_at_the_head_of_every_feed(
    post: Post, officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    publish(officer, central, now, [oak])
    corrected = correct(post, officer, now + LATER)
    assert (corrected.version, corrected.status) == (2, PostStatus.PUBLISHED)
    assert (corrected.text, corrected.published_at) == ("Four garages, not five.", now)
    frozen = PostVersion.objects.get(post=post, number=2)
    assert (frozen.act, frozen.what_was_wrong) == (Act.CORRECTION, "Four garages were entered, not five.")
    assert (frozen.text, frozen.written_by) == ("Four garages, not five.", officer)
    assert PostVersion.objects.get(post=post, number=1).text == "Somebody tries side doors at night."
    places = {delivery.neighborhood_id: delivery for delivery in Delivery.objects.filter(post=post)}
    assert {pk: (d.feed_number, d.earlier_numbers) for pk, d in places.items()} == {oak.pk: (3, [1]), elm.pk: (2, [1])}
    assert all((d.version, d.done_at, d.notices_at) == (2, None, None) for d in places.values())
    assert dict(Feed.objects.values_list("neighborhood_id", "number")) == {oak.pk: 3, elm.pk: 2}


def test_second_correction_remembers_every_place(
    post: Post, officer: User, central: PoliceCommand, now: datetime
) -> None:
    correct(correct(post, officer, now + LATER), officer, now + 2 * LATER, text="Three garages.")
    assert {tuple(d.earlier_numbers) for d in Delivery.objects.filter(post=post)} == {(1, 2)}


def test_open_pages_get_the_corrected_card_with_what_was_wrong(post: Post, officer: User, now: datetime) -> None:
    fan_out(post, now)
    correct(post, officer, now + LATER)
    events = [event for event in fan_out(post, now + LATER).events if event.kind == "post"]
    assert {event.id for event in events} == {2}
    for event in events:
        assert event.data["version"] == 2
        assert "Four garages, not five." in str(event.data["html"])
        assert "Four garages were entered, not five." in str(event.data["html"])


def test_worker_that_began_with_the_version_before_ends_nothing_of_the_correction(
    post: Post, officer: User, now: datetime
) -> None:
    class CorrectedOnTheWay(RecordingLiveGateway):
        def publish(self, events: object) -> None:
            if not self.events:
                correct(post, officer, now + LATER)
            super().publish(events)  # type: ignore[arg-type]

    done = services.fan_out_post(post_id=post.pk, at=now, live=CorrectedOnTheWay(), render_card=card_renderer())
    assert done == 0
    assert Delivery.objects.filter(post=post, version=2, done_at=None, lease_until=None).count() == 2
    fan_out(post, now + LATER)
    assert not Delivery.objects.filter(post=post, done_at=None).exists()


def test_correction_ends_what_was_under_way_of_the_version_before(post: Post, officer: User, now: datetime) -> None:
    earlier = tell(post, now)
    correct(post, officer, now + LATER)
    earlier.refresh_from_db()
    assert earlier.ended_at == now + LATER


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "Give the post a title"),
        ({"title": "x" * 121}, "this one has 121"),
        ({"text": "\n"}, "Write what neighbors should know"),
        ({"text": "x" * 10_001}, "this one has 10,001"),
        ({"what_was_wrong": " "}, "Say what was wrong"),
        ({"what_was_wrong": "x" * 201}, "this one has 201"),
        ({"text": "Somebody tries side doors at night."}, "Nothing is changed yet"),
    ],
)
def test_correction_that_says_nothing_or_too_much_is_refused(
    changes: dict[str, object], said: str, post: Post, officer: User, now: datetime
) -> None:
    with pytest.raises(CannotCorrect, match=said):
        correct(post, officer, now, **changes)
    assert Post.objects.get(pk=post.pk).version == 1


def test_lines_stay_lines(post: Post, officer: User, now: datetime) -> None:
    corrected = correct(post, officer, now, title="Garages\r\nBcc: all", what_was_wrong="Not\nfive")
    assert (corrected.title, corrected.what_was_wrong) == ("Garages Bcc: all", "Not five")


def test_stale_version_is_refused_and_the_colleagues_words_stay(
    post: Post, officer: User, sergeant: User, now: datetime
) -> None:
    correct(post, sergeant, now, text="Six garages.")
    with pytest.raises(ChangedMeanwhile, match="Here is version 2"):
        correct(post, officer, now)
    with pytest.raises(ChangedMeanwhile):
        withdraw(post, officer, now)
    with pytest.raises(ChangedMeanwhile):
        stop(post, officer, now)
    assert Post.objects.get(pk=post.pk).text == "Six garages."


def test_second_click_corrects_once(post: Post, officer: User, now: datetime) -> None:
    correct(post, officer, now)
    assert correct(post, officer, now).version == 2
    assert PostVersion.objects.filter(post=post).count() == 2


@pytest.mark.parametrize("act", [correct, withdraw, stop])
def test_other_commands_change_nothing(
    act: Callable[[Post, User, datetime], Post], post: Post, stranger_officer: User, pio: User, now: datetime
) -> None:
    for outsider in (stranger_officer, pio):
        with pytest.raises(NotAllowed):
            act(post, outsider, now)
    assert Post.objects.get(pk=post.pk).version == 1


@pytest.mark.parametrize("act", [correct, withdraw, stop])
def test_what_is_not_out_or_was_taken_back_is_not_changed(
    act: Callable[[Post, User, datetime], Post], post: Post, officer: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    with pytest.raises(CannotCorrect, match="not out yet"):
        act(publish(officer, central, now, title="Waits"), officer, now)
    central.second_person = SecondPerson.NEVER
    central.save()
    withdraw(post, officer, now)
    post.refresh_from_db()
    with pytest.raises(CannotCorrect, match="taken back already"):
        act(post, officer, now)


def test_released_post_is_corrected_by_somebody_who_releases_and_did_not_write_it(
    officer: User, sergeant: User, manager: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    post = publish(sergeant, central, now)
    services.release_post(post_id=post.pk, version=1, by=manager, at=now)
    post.refresh_from_db()
    for alone in (officer, sergeant):
        with pytest.raises(NotAllowed, match="needs a second person"):
            correct(post, alone, now)
    assert correct(post, manager, now + LATER).corrected_by == manager


def test_command_that_asks_for_a_second_person_now_asks_for_one_to_correct(
    post: Post, officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.CITYWIDE
    central.save()
    with pytest.raises(NotAllowed):
        correct(post, officer, now)
    assert correct(post, sergeant, now).version == 2


def test_anybody_at_the_desk_stops_and_withdraws_a_released_post(
    officer: User, sergeant: User, central: PoliceCommand, now: datetime
) -> None:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    post = publish(officer, central, now)
    services.release_post(post_id=post.pk, version=1, by=sergeant, at=now)
    post.refresh_from_db()
    assert stop(post, officer, now).stopped_by == officer
    assert withdraw(post, officer, now).status == PostStatus.WITHDRAWN


def test_withdrawn_post_stands_in_its_feeds_as_one_line(post: Post, officer: User, now: datetime) -> None:
    withdrawn = withdraw(post, officer, now + LATER)
    assert (withdrawn.status, withdrawn.version, withdrawn.is_text_off) == (PostStatus.WITHDRAWN, 2, False)
    assert PostVersion.objects.get(post=post, number=2).act == Act.WITHDRAWAL
    (first, _) = [event for event in fan_out(post, now + LATER).events if event.kind == "post"]
    html = str(first.data["html"])
    assert "took back a post" in html
    assert "It was another street." in html
    assert "side doors" not in html


def test_text_that_is_taken_off_is_in_the_record_alone(post: Post, officer: User, now: datetime) -> None:
    withdraw(post, officer, now, takes_text_off=True)
    stored = Post.objects.get(pk=post.pk)
    assert (stored.title, stored.text, stored.is_text_off) == (TITLE_WITHOUT_TEXT, "", True)
    assert list(PostVersion.objects.filter(post=post).order_by("number").values_list("title", "text")) == [
        ("Bicycles taken from five garages", "Somebody tries side doors at night."),
        (TITLE_WITHOUT_TEXT, ""),
    ]


def test_withdrawal_without_a_reason_is_refused(post: Post, officer: User, now: datetime) -> None:
    with pytest.raises(CannotCorrect, match="Say why"):
        withdraw(post, officer, now, reason="  ")
    assert Post.objects.get(pk=post.pk).status == PostStatus.PUBLISHED


def test_stop_keeps_back_what_no_worker_has_and_leaves_the_post_in_its_feeds(
    post: Post, officer: User, oak: Neighborhood, now: datetime
) -> None:
    Delivery.objects.filter(post=post, neighborhood=oak).update(done_at=now)
    message = tell(post, now)
    stop(post, officer, now + LATER)
    assert fan_out(post, now + LATER).events == []
    message.refresh_from_db()
    assert message.ended_at == now + LATER
    states = dict(Delivery.objects.filter(post=post).values_list("neighborhood__name", "is_stopped"))
    assert states == {"Oak": False, "Elm": True}
    assert Post.objects.get(pk=post.pk).status == PostStatus.PUBLISHED


def test_what_was_handed_over_while_somebody_stopped_counts_as_handed_over(
    post: Post, officer: User, now: datetime
) -> None:
    class StoppedOnTheWay(RecordingLiveGateway):
        def publish(self, events: object) -> None:
            if not self.events:
                stop(post, officer, now)
            super().publish(events)  # type: ignore[arg-type]

    assert services.fan_out_post(post_id=post.pk, at=now, live=StoppedOnTheWay(), render_card=card_renderer()) == 2
    assert not Delivery.objects.filter(post=post, is_stopped=True).exists()


def test_stopping_twice_keeps_the_first(post: Post, officer: User, sergeant: User, now: datetime) -> None:
    stop(post, officer, now)
    again = stop(post, sergeant, now + LATER)
    assert (again.stopped_by, again.stopped_at) == (officer, now)


def test_correction_goes_out_after_a_stop(post: Post, officer: User, now: datetime) -> None:
    stop(post, officer, now)
    assert correct(post, officer, now + LATER).stopped_at is None
    assert len([event for event in fan_out(post, now + LATER).events if event.kind == "post"]) == 2


def test_retry_takes_up_what_ran_out_of_tries_and_asks_before_trying_the_rest(
    post: Post, officer: User, resident: User, newcomer: User, neighbor: User, oak: Neighborhood, now: datetime
) -> None:
    message = tell(post, now)
    ran_out = told(message, resident, oak, now, state=NoticeState.FAILED, attempts=12)
    gone = told(message, newcomer, oak, now, state=NoticeState.FAILED, attempts=1)
    elsewhere = told(message, neighbor, None, now, state=NoticeState.FAILED, attempts=12)

    def retry(**changes: object) -> int:
        wish = {"neighborhood_id": oak.pk, "with_permanent": False, "by": officer, "at": now + LATER} | changes
        return services.retry_neighborhood(post_id=post.pk, **wish)  # type: ignore[arg-type]

    assert retry() == 1
    for notice in (ran_out, gone, elsewhere):
        notice.refresh_from_db()
    assert (ran_out.state, ran_out.attempts, ran_out.due_at) == (NoticeState.WAITING, 0, now + LATER)
    assert {gone.state, elsewhere.state} == {NoticeState.FAILED}
    assert retry(with_permanent=True) == 1
    gone.refresh_from_db()
    assert gone.state == NoticeState.WAITING


def test_retry_takes_up_a_later_try_and_leaves_quiet_hours_alone(
    post: Post, officer: User, resident: User, newcomer: User, oak: Neighborhood, now: datetime
) -> None:
    message = tell(post, now)
    tried = told(message, resident, oak, now + 8 * LATER, attempts=2)
    quiet = told(message, newcomer, oak, now + 8 * LATER)
    services.retry_neighborhood(post_id=post.pk, neighborhood_id=oak.pk, with_permanent=False, by=officer, at=now)
    tried.refresh_from_db()
    quiet.refresh_from_db()
    assert (tried.due_at, quiet.due_at) == (now, now + 8 * LATER)


def test_retry_tells_nobody_who_chose_otherwise_since_it_failed(
    post: Post, officer: User, resident: User, newcomer: User, neighbor: User, oak: Neighborhood, now: datetime
) -> None:
    message = tell(post, now)
    for person in (resident, newcomer, neighbor):
        change_preferences(person_id=person.pk, choices={f"{topic}_email": "at_once" for topic in Topic}, at=now)
        told(message, person, oak, now, state=NoticeState.FAILED, attempts=12)
    unsubscribe(person_id=resident.pk, scope=message.topic, channel=Channel.EMAIL, at=now)
    change_preferences(person_id=newcomer.pk, choices={"paused_until": now.date() + timedelta(days=7)}, at=now)
    wish = {"post_id": post.pk, "neighborhood_id": oak.pk, "with_permanent": True, "by": officer, "at": now + LATER}
    assert services.retry_neighborhood(**wish) == 1  # type: ignore[arg-type]
    assert message.notices.get(state=NoticeState.WAITING).person == neighbor


def test_a_try_that_may_have_arrived_is_not_forgotten_by_a_retry(
    post: Post, officer: User, resident: User, oak: Neighborhood, now: datetime
) -> None:
    tried = told(tell(post, now), resident, oak, now + LATER, attempts=1)
    services.retry_neighborhood(post_id=post.pk, neighborhood_id=oak.pk, with_permanent=False, by=officer, at=now)
    tried.refresh_from_db()
    assert (tried.due_at, tried.attempts) == (now, 1)


def test_retry_frees_what_a_dead_worker_holds(post: Post, officer: User, oak: Neighborhood, now: datetime) -> None:
    Delivery.objects.filter(post=post).update(lease_until=now + LATER)
    services.retry_neighborhood(post_id=post.pk, neighborhood_id=oak.pk, with_permanent=False, by=officer, at=now)
    assert Delivery.objects.get(post=post, neighborhood=oak).lease_until is None
    assert Delivery.objects.exclude(neighborhood=oak).get(post=post).lease_until == now + LATER


def test_nothing_of_a_stopped_or_another_commands_post_is_retried(
    post: Post, officer: User, stranger_officer: User, oak: Neighborhood, now: datetime
) -> None:
    wish = {"post_id": post.pk, "neighborhood_id": oak.pk, "with_permanent": True, "at": now}
    with pytest.raises(NotAllowed):
        services.retry_neighborhood(by=stranger_officer, **wish)  # type: ignore[arg-type]
    stop(post, officer, now)
    with pytest.raises(CannotCorrect, match="stopped"):
        services.retry_neighborhood(by=officer, **wish)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [correct, withdraw, stop])
def test_of_two_people_at_once_one_is_told_of_the_other_or_both_are_right(
    other: Callable[[Post, User, datetime], Post], post: Post, officer: User, sergeant: User, now: datetime
) -> None:
    message = tell(post, now)
    start = threading.Barrier(2)
    refused: list[str] = []

    def act(what: Callable[[Post, User, datetime], Post], by: User) -> None:
        try:
            start.wait(timeout=30)
            what(post, by, now + LATER)
        except CannotCorrect as error:
            refused.append(str(error))
        finally:
            connection.close()

    def correct_otherwise(post: Post, by: User, at: datetime) -> Post:
        return correct(post, by, at, text="Six garages.")

    threads = [
        threading.Thread(target=act, args=(other, officer)),
        threading.Thread(target=act, args=(correct_otherwise, sergeant)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    post.refresh_from_db()
    message.refresh_from_db()
    assert message.ended_at == now + LATER
    # Stopped first and then corrected: the correction goes out. Whatever else came second was refused.
    assert len(refused) == 1 or (other is stop and not refused)
    assert set(Delivery.objects.filter(post=post).values_list("version", flat=True)) == {post.version}
    assert post.version == 2
    assert Message.objects.filter(source=Source.POST, source_id=post.pk, ended_at=None).count() == 0
