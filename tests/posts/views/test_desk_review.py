"""Does a second person release exactly what was read, and nobody their own?"""

from datetime import datetime

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from commands.services import set_coverage
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Post
from posts.rules import PostStatus
from tests.posts.factories import publish
from tests.posts.views.desk_pages import SignIn, typed, words


@pytest.fixture
def pending(officer: User, central: PoliceCommand, oak: Neighborhood, resident: User, now: datetime) -> Post:
    PoliceCommand.objects.filter(pk=central.pk).update(second_person=SecondPerson.ALWAYS)
    central.refresh_from_db()
    return publish(officer, central, now, [oak])


def url(post: Post) -> str:
    return f"/commands/central/desk/review/{post.pk}/"


def release(version: int = 1) -> dict[str, object]:
    return {"decision": "release", "version": version}


def send_back(reason: str, version: int = 1) -> dict[str, object]:
    return {"decision": "return", "version": version, "reason": reason}


def test_approver_reads_the_frozen_version_and_releases_it(sign_in: SignIn, sergeant: User, pending: Post) -> None:
    client = sign_in(sergeant)
    page = words(client.get(url(pending)))
    assert "Version 1, written by Officer K. Delgado" in page
    assert "Somebody tries side doors at night." in page
    assert "Release to under 5 people" in page
    response = client.post(url(pending), release(), follow=True)
    assert response.redirect_chain[-1][0] == f"/commands/central/desk/posts/{pending.pk}/"
    assert "Released to under 5 people in 1 neighborhood." in words(response)
    assert Post.objects.get().approver == sergeant
    assert Delivery.objects.count() == 1


def test_author_reads_it_and_cannot_release_it(sign_in: SignIn, officer: User, pending: Post) -> None:
    client = sign_in(officer)
    page = words(client.get(url(pending)))
    assert "You wrote this post, so somebody else has to release it." in page
    assert "Release to" not in page
    assert client.post(url(pending), release()).status_code == 403
    assert Post.objects.get().status == PostStatus.PENDING


def test_approver_cannot_release_their_own(
    sign_in: SignIn, sergeant: User, central: PoliceCommand, pending: Post, oak: Neighborhood, now: datetime
) -> None:
    own = publish(sergeant, central, now, [oak])
    response = sign_in(sergeant).post(url(own), release(), follow=True)
    assert "You wrote this post, so somebody else has to release it." in words(response)
    assert Post.objects.get(pk=own.pk).status == PostStatus.PENDING


@pytest.mark.parametrize("who", ["stranger_officer", "chief", "resident"])
def test_nobody_else_reads_or_decides(who: str, request: pytest.FixtureRequest, sign_in: SignIn, pending: Post) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(url(pending)).status_code == 403
    assert client.post(url(pending), release()).status_code == 403
    assert client.post(url(pending), send_back("No.")).status_code == 403
    assert Post.objects.get().status == PostStatus.PENDING


def test_return_needs_a_reason_and_gives_it_to_the_author(
    sign_in: SignIn, officer: User, sergeant: User, pending: Post
) -> None:
    client = sign_in(sergeant)
    refused = client.post(url(pending), send_back("  "))
    assert refused.status_code == 422
    assert "Say in a few words what should change" in words(refused)
    assert Post.objects.get().status == PostStatus.PENDING
    accepted = client.post(url(pending), send_back("Name the block."), follow=True)
    assert "Returned to Officer K. Delgado with your reason." in words(accepted)
    assert "“Name the block.”" in words(sign_in(officer).get("/commands/central/desk/"))


def test_reason_that_is_too_long_is_refused_and_kept(sign_in: SignIn, sergeant: User, pending: Post) -> None:
    response = sign_in(sergeant).post(url(pending), send_back("r" * 501))
    assert response.status_code == 422
    assert "r" * 501 in response.content.decode()
    assert Post.objects.get().status == PostStatus.PENDING


def test_version_that_changed_meanwhile_is_shown_instead_of_released(
    sign_in: SignIn, officer: User, sergeant: User, manager: User, pending: Post, oak: Neighborhood
) -> None:
    sign_in(manager).post(url(pending), send_back("Name the block."))
    sign_in(officer).post(
        f"/commands/central/desk/compose/?draft={pending.pk}", typed(oak, text="V Street, 1100 block.")
    )
    response = sign_in(sergeant).post(url(pending), release(version=1), follow=True)
    assert "This post changed while you were reading. Here is version 2" in words(response)
    assert "V Street, 1100 block." in words(response)
    assert Post.objects.get().status == PostStatus.PENDING


def test_second_release_is_told_that_it_is_out(sign_in: SignIn, sergeant: User, manager: User, pending: Post) -> None:
    sign_in(manager).post(url(pending), release())
    response = sign_in(sergeant).post(url(pending), release(), follow=True)
    assert "This post is not waiting for a second person any more." in words(response)
    assert response.redirect_chain[-1][0] == f"/commands/central/desk/posts/{pending.pk}/"
    assert Post.objects.get().approver == manager


def test_neighborhood_lost_meanwhile_is_said_before_the_decision(
    sign_in: SignIn, sergeant: User, central: PoliceCommand, pending: Post, elm: Neighborhood, now: datetime
) -> None:
    set_coverage(command=central, neighborhood_ids=[elm.pk], at=now)
    client = sign_in(sergeant)
    assert "1 chosen neighborhood is not served by Central Command any more." in words(client.get(url(pending)))
    assert "not served by Central Command any more" in words(client.post(url(pending), release(), follow=True))
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("version", ["", "two", "-1"])
def test_release_without_a_readable_version_releases_nothing(
    version: str, sign_in: SignIn, sergeant: User, pending: Post
) -> None:
    sign_in(sergeant).post(url(pending), {"decision": "release", "version": version})
    assert Post.objects.get().status == PostStatus.PENDING


def test_list_of_what_waits_for_a_second_person(sign_in: SignIn, officer: User, sergeant: User, pending: Post) -> None:
    assert "so somebody else has to release it" in words(sign_in(officer).get("/commands/central/desk/review/"))
    assert pending.title in words(sign_in(sergeant).get("/commands/central/desk/review/"))
