"""Is what the demo city shows true, and as the design says?"""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from accounts.rules import Kind
from commands.models import PoliceCommand
from commands.selectors import covered_neighborhoods
from neighborhoods.models import Boundary, Neighborhood
from neighborhoods.rules import Standing
from neighborhoods.selectors import find_neighborhood_at, find_residency
from pages.demo.geography import label_points
from posts.models import Conversation, Delivery, Post, Reply
from posts.rules import PostKind, PostStatus

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One demo city for all questions of this file, gone afterwards; gives the file of its sign-ins."""
    sign_ins = tmp_path_factory.mktemp("demo") / "demo.json"
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("create_demo", "--sign-ins", str(sign_ins), stderr=StringIO())
        with django_db_blocker.block():
            yield sign_ins
        transaction.set_rollback(True)


def test_city_is_complete_and_its_counts_are_true(demo: Path) -> None:
    for point in label_points():
        found = find_neighborhood_at(point.latitude, point.longitude)
        assert found is not None
        assert found.name == point.name
    served = {command.slug: covered_neighborhoods(command).count() for command in PoliceCommand.objects.all()}
    assert served == {"north": 57, "central": 13, "south": 22, "east": 29, "headquarters": 121}

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM neighborhoods_neighborhood AS place
            WHERE (claimed_count, verified_count) <> (
                SELECT count(*) FILTER (WHERE standing = 'claimed'), count(*) FILTER (WHERE standing = 'verified')
                FROM neighborhoods_residency WHERE neighborhood_id = place.id
            )
            """
        )
        assert cursor.fetchone() == (0,)
    counts = [neighborhood.resident_count for neighborhood in Neighborhood.objects.all()]
    assert 300 <= sum(counts) <= 600
    assert counts.count(0) >= 10
    assert sum(0 < count < 5 for count in counts) >= 10

    published = Post.objects.filter(status=PostStatus.PUBLISHED)
    assert set(published.values_list("kind", flat=True)) == set(PostKind.values)
    assert published.filter(published_at__gt=Boundary.objects.earliest("started_at").started_at).count() == len(
        published
    )
    for post in published:
        assert post.deliveries.count() == post.neighborhood_count > 0
    assert not Delivery.objects.filter(done_at=None).exists()
    assert Reply.objects.filter(command__isnull=False).exists()
    assert Conversation.objects.filter(waiting_since__isnull=False).exists()
    assert Conversation.objects.filter(waiting_since=None).exists()


def test_cells_neither_overlap_nor_leave_gaps(demo: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ST_NumInteriorRings(ST_GeometryN(ST_Union(boundary), 1)), ST_NumGeometries(ST_Union(boundary)),
                   sum(ST_Area(boundary)) - ST_Area(ST_Union(boundary)) < 1e-12
            FROM neighborhoods_boundary
            """
        )
        assert cursor.fetchone() == (0, 1, True)


def test_every_sign_in_opens_its_account(demo: Path) -> None:
    assert demo.stat().st_mode & 0o777 == 0o600
    entries = json.loads(demo.read_text())
    names = (
        "resident neighbor faraway newcomer lead officer sergeant manager pio chief moderator oversight verifier admin"
    )
    assert {entry["email"] for entry in entries} == {f"{name}@demo.test" for name in names.split()}
    for entry in entries:
        user = User.objects.get(email=entry["email"])
        assert user.check_password(entry["password"])
        second_factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if user.kind == Kind.STAFF:
            assert second_factor is not None
            assert decrypt(second_factor.data["secret"]) == entry["totp_secret"]
        else:
            assert second_factor is None
            assert entry["totp_secret"] is None


def test_people_live_and_work_where_the_design_says(demo: Path) -> None:
    homes = {}
    for name in ("resident", "neighbor", "lead", "newcomer", "faraway"):
        residency = find_residency(User.objects.get(email=f"{name}@demo.test").pk)
        assert residency is not None
        assert residency.neighborhood is not None
        homes[name] = (residency.neighborhood.name, residency.standing)
    assert homes == {
        "resident": ("Southside Park", Standing.VERIFIED),
        "neighbor": ("Southside Park", Standing.VERIFIED),
        "lead": ("Southside Park", Standing.VERIFIED),
        "newcomer": ("Southside Park", Standing.CLAIMED),
        "faraway": ("South Land Park", Standing.VERIFIED),
    }
    roles = {
        f"{name}: {command} {role}"
        for name in ("officer", "sergeant", "manager", "pio", "chief")
        for command, role in User.objects.get(email=f"{name}@demo.test").assignments.values_list(
            "command__slug", "role"
        )
    }
    assert roles == {
        "officer: central author",
        "sergeant: central approver",
        "manager: central manager",
        "pio: headquarters author",
        "chief: headquarters approver",
    }
    for name, group in (
        ("verifier", "Verifiers"),
        ("moderator", "Community moderators"),
        ("oversight", "Oversight readers"),
        ("admin", "Site admins"),
    ):
        assert [held.name for held in User.objects.get(email=f"{name}@demo.test").groups.all()] == [group]
