from typing import Any

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from posts.models import Delivery, Post
from posts.rules import PostStatus
from tests.posts.api.conftest import Program
from tests.posts.factories import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(officer: User, central: PoliceCommand, now: Any) -> Post:
    """Written by the officer, waits for a second person."""
    central.second_person = SecondPerson.ALWAYS
    central.save()
    return publish(officer, central, now)


def release(program: Program, person: User | None, post: Post, version: object = 1) -> Any:
    return program(person).post(f"/api/v1/posts/{post.pk}/release/", {"version": version}, format="json")


def test_an_approver_releases_the_version_that_was_read(program: Program, sergeant: User, pending: Post) -> None:
    response = release(program, sergeant, pending)
    assert response.status_code == 200
    assert response.json() == {"id": pending.pk, "status": "published", "version": 1}
    pending.refresh_from_db()
    assert (pending.status, pending.approver) == (PostStatus.PUBLISHED, sergeant)
    assert Delivery.objects.filter(post=pending).count() == 2


def test_another_version_than_the_one_that_was_read_is_not_released(
    program: Program, sergeant: User, pending: Post
) -> None:
    response = release(program, sergeant, pending, version=2)
    assert response.status_code == 409
    assert "Here is version 1" in response.json()["detail"]
    assert not Delivery.objects.exists()


def test_nobody_releases_twice(program: Program, sergeant: User, manager: User, pending: Post) -> None:
    assert release(program, sergeant, pending).status_code == 200
    assert release(program, manager, pending).status_code == 409
    assert Delivery.objects.filter(post=pending).count() == 2


def test_nobody_releases_their_own(program: Program, sergeant: User, pending: Post) -> None:
    Post.objects.filter(pk=pending.pk).update(author=sergeant)
    assert release(program, sergeant, pending).status_code == 409
    assert not Delivery.objects.exists()


def test_who_may_not_release_is_refused(
    program: Program, officer: User, chief: User, stranger_officer: User, resident: User, pending: Post
) -> None:
    # An author of the same command knows of it; who works elsewhere does not, headquarters included.
    assert release(program, officer, pending).status_code == 403
    assert release(program, chief, pending).status_code == 404
    assert release(program, stranger_officer, pending).status_code == 404
    assert release(program, resident, pending).status_code == 403
    assert release(program, None, pending).status_code == 401
    assert not Delivery.objects.exists()


def test_a_public_post_of_another_command_is_not_theirs(
    program: Program, chief: User, sergeant: User, pending: Post
) -> None:
    release(program, sergeant, pending)
    assert release(program, chief, pending).status_code == 403


@pytest.mark.parametrize("version", [None, "", "one", 0, -1, 10**9])
def test_a_version_is_a_number(program: Program, sergeant: User, pending: Post, version: object) -> None:
    response = release(program, sergeant, pending, version)
    assert (response.status_code, list(response.json())) == (400, ["version"])


def test_a_post_that_is_not_there_is_not_found(program: Program, sergeant: User, pending: Post) -> None:
    for post_id in (pending.pk + 1000, 10**30):
        url = f"/api/v1/posts/{post_id}/release/"
        assert program(sergeant).post(url, {"version": 1}, format="json").status_code == 404
