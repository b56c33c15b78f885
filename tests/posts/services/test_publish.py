"""Does a text become a post in every feed it is meant for, once, and nowhere else?"""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from commands.services import set_coverage
from core.errors import NotAllowed
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Feed, Post, PostVersion
from posts.rules import AudienceScope, PostStatus
from posts.services import CannotPublish, release_post, return_post, submit_post
from tests.posts.factories import make_draft, publish


def test_post_is_in_every_chosen_feed_and_no_other(
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    elm: Neighborhood,
    pine: Neighborhood,
    resident: User,
    now: datetime,
) -> None:
    post = publish(officer, central, now, [oak])
    assert post.status == PostStatus.PUBLISHED
    assert list(Delivery.objects.values_list("neighborhood__name", "feed_number")) == [("Oak", 1)]
    assert post.neighborhood_count == 1
    assert post.resident_count == 1


def test_people_are_counted_once_each_and_copied_at_publication(
    officer: User, central: PoliceCommand, resident: User, newcomer: User, neighbor: User, now: datetime
) -> None:
    post = publish(officer, central, now)
    stored = Post.objects.get(pk=post.pk)
    assert (stored.neighborhood_count, stored.resident_count) == (2, 3)
    oak_row = Delivery.objects.get(post=post, neighborhood__name="Oak")
    assert (oak_row.claimed_count, oak_row.verified_count) == (1, 1)


def test_feed_numbers_rise_by_one_per_post_in_each_neighborhood(
    officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    publish(officer, central, now, [oak])
    publish(officer, central, now, [oak, elm])
    assert dict(Feed.objects.values_list("neighborhood__name", "number")) == {"Oak": 2, "Elm": 1}


def test_second_click_makes_no_second_post(
    officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    key = uuid.uuid4()
    first = submit_post(command=central, author=officer, draft=make_draft([oak]), submission_key=key, at=now)
    second = submit_post(command=central, author=officer, draft=make_draft([oak]), submission_key=key, at=now)
    assert first.pk == second.pk
    assert Post.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_a_form_key_of_somebody_else_is_refused(
    officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    key = uuid.uuid4()
    submit_post(command=central, author=officer, draft=make_draft([oak]), submission_key=key, at=now)
    with pytest.raises(NotAllowed):
        submit_post(command=central, author=sergeant, draft=make_draft([oak]), submission_key=key, at=now)


def test_empty_choice_never_means_everyone(officer: User, central: PoliceCommand, now: datetime) -> None:
    with pytest.raises(CannotPublish, match="Choose at least one neighborhood"):
        publish(officer, central, now, scope=AudienceScope.NEIGHBORHOODS, neighborhood_ids=[])
    assert not Post.objects.exists()


def test_outside_the_coverage_is_refused_whatever_the_form_says(
    officer: User, central: PoliceCommand, oak: Neighborhood, pine: Neighborhood, now: datetime
) -> None:
    with pytest.raises(CannotPublish, match="not served by Central Command"):
        publish(officer, central, now, [oak, pine])
    assert not Delivery.objects.exists()


def test_stale_form_after_the_command_lost_a_neighborhood(
    officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    set_coverage(command=central, neighborhood_ids=[elm.pk], at=now)
    with pytest.raises(CannotPublish, match="check your choice"):
        publish(officer, central, now, [oak, elm])


def test_whole_city_is_for_headquarters_alone(
    officer: User, pio: User, central: PoliceCommand, headquarters: PoliceCommand, pine: Neighborhood, now: datetime
) -> None:
    with pytest.raises(CannotPublish, match="Only headquarters"):
        publish(officer, central, now, scope=AudienceScope.CITY)
    post = publish(pio, headquarters, now, scope=AudienceScope.CITY)
    assert post.neighborhood_count == 3


def test_nobody_speaks_for_a_command_without_an_assignment_there(
    stranger_officer: User, resident: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    for person in (stranger_officer, resident):
        with pytest.raises(NotAllowed):
            publish(person, central, now, [oak])


@pytest.fixture
def pending(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    central.second_person = SecondPerson.ALWAYS
    central.save()
    return publish(officer, central, now, [oak])


def test_pending_post_is_in_no_feed(pending: Post) -> None:
    assert pending.status == PostStatus.PENDING
    assert not Delivery.objects.exists()


def test_approver_releases_the_version_that_was_read(pending: Post, sergeant: User, now: datetime) -> None:
    released = release_post(post_id=pending.pk, version=1, by=sergeant, at=now)
    stored = Post.objects.get(pk=released.pk)
    assert (stored.status, stored.approver) == (PostStatus.PUBLISHED, sergeant)
    assert Delivery.objects.filter(post=pending, version=1).count() == 1


def test_another_version_than_the_one_read_is_not_released(pending: Post, sergeant: User, now: datetime) -> None:
    with pytest.raises(CannotPublish, match="Here is version 1"):
        release_post(post_id=pending.pk, version=2, by=sergeant, at=now)


def test_nobody_releases_their_own(
    sergeant: User, central: PoliceCommand, oak: Neighborhood, pending: Post, now: datetime
) -> None:
    own = publish(sergeant, central, now, [oak])
    with pytest.raises(CannotPublish, match="somebody else has to release it"):
        release_post(post_id=own.pk, version=1, by=sergeant, at=now)


def test_an_author_releases_nothing(pending: Post, officer: User, stranger_officer: User, now: datetime) -> None:
    for person in (officer, stranger_officer):
        with pytest.raises(NotAllowed):
            release_post(post_id=pending.pk, version=1, by=person, at=now)


def test_a_second_release_finds_nothing_to_release(pending: Post, sergeant: User, manager: User, now: datetime) -> None:
    release_post(post_id=pending.pk, version=1, by=sergeant, at=now)
    with pytest.raises(CannotPublish, match="not waiting"):
        release_post(post_id=pending.pk, version=1, by=manager, at=now)


def test_a_returned_post_comes_back_as_its_next_version(
    pending: Post, sergeant: User, officer: User, central: PoliceCommand, elm: Neighborhood, now: datetime
) -> None:
    returned = return_post(post_id=pending.pk, version=1, reason="Say what to do first.", by=sergeant, at=now)
    assert (returned.status, returned.return_reason) == (PostStatus.DRAFT, "Say what to do first.")
    assert Post.objects.get(pk=pending.pk).returned_by == sergeant
    again = submit_post(
        command=central,
        author=officer,
        draft=make_draft([elm], title="Lock side doors"),
        submission_key=uuid.uuid4(),
        at=now + timedelta(minutes=5),
        returned_post_id=pending.pk,
    )
    assert (again.pk, again.version, again.status) == (pending.pk, 2, PostStatus.PENDING)
    assert Post.objects.get(pk=pending.pk).returned_by is None
    assert list(PostVersion.objects.order_by("number").values_list("number", "title")) == [
        (1, "Bicycles taken from five garages"),
        (2, "Lock side doors"),
    ]
    release_post(post_id=pending.pk, version=2, by=sergeant, at=now)
    assert list(Delivery.objects.values_list("neighborhood__name", "version")) == [("Elm", 2)]


def test_a_return_needs_a_reason(pending: Post, sergeant: User, now: datetime) -> None:
    with pytest.raises(CannotPublish, match="what should change"):
        return_post(post_id=pending.pk, version=1, reason=" ", by=sergeant, at=now)
    with pytest.raises(CannotPublish, match="500 characters; this one has 501"):
        return_post(post_id=pending.pk, version=1, reason="x" * 501, by=sergeant, at=now)


def test_publishing_takes_one_transaction(
    officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    with transaction.atomic():
        publish(officer, central, now, [oak])
        transaction.set_rollback(True)
    assert not Post.objects.exists()
    assert not Feed.objects.exists()


def test_queries_do_not_grow_with_neighborhoods(
    officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    with CaptureQueriesContext(connection) as one:
        publish(officer, central, now, scope=AudienceScope.COMMAND)
    set_coverage(command=central, neighborhood_ids=[oak.pk], at=now)
    with CaptureQueriesContext(connection) as two:
        publish(officer, central, now, scope=AudienceScope.COMMAND)
    assert len(one) == len(two)
