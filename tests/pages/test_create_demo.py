"""Does `create_demo` build its city once, and leave every other city alone?"""

import json
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from commands.models import Assignment, Invitation, PoliceCommand
from community.models import Room, WeekCount
from neighborhoods.models import Address, Boundary, Home, Letter, LookUp, Neighborhood, Residency, Vouch, VouchLink
from notifications.models import Digest, Message, Notice, Preferences, Suppression
from posts.models import Conversation, Delivery, Post, Reply, ReplyHiding
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import make_neighborhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_ins(tmp_path: Path) -> Path:
    return tmp_path / "demo.json"


def create_demo(sign_ins: Path, *options: str) -> str:
    said = StringIO()
    call_command("create_demo", "--sign-ins", str(sign_ins), *options, stderr=said)
    return said.getvalue()


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything in the tables that the demo fills."""
    tables = (
        User,
        Authenticator,
        Neighborhood,
        Boundary,
        Address,
        Residency,
        Home,
        Letter,
        LookUp,
        Vouch,
        VouchLink,
        PoliceCommand,
        Assignment,
        Invitation,
        Post,
        Delivery,
        Reply,
        ReplyHiding,
        Conversation,
        Preferences,
        Suppression,
        Message,
        Notice,
        Digest,
        # What neighbors wrote cannot be read without being one; these numbers rise with everything they write.
        Room,
        WeekCount,
    )
    return {table.__name__: list(table._default_manager.order_by("pk").values_list()) for table in tables}


def test_second_run_changes_nothing(sign_ins: Path) -> None:
    create_demo(sign_ins)
    before, kept = rows(), sign_ins.read_bytes()

    assert "nothing had to change" in create_demo(sign_ins)

    assert rows() == before
    assert sign_ins.read_bytes() == kept


def test_lost_sign_ins_are_made_anew_and_open(sign_ins: Path) -> None:
    create_demo(sign_ins)
    lost = json.loads(sign_ins.read_text())
    sign_ins.unlink()

    create_demo(sign_ins)

    entries = json.loads(sign_ins.read_text())
    assert [entry["email"] for entry in entries] == [entry["email"] for entry in lost]
    assert entries[0]["password"] != lost[0]["password"]
    assert User.objects.get(email=entries[0]["email"]).check_password(entries[0]["password"])


def test_secrets_outlive_an_emptied_database(sign_ins: Path) -> None:
    with transaction.atomic():
        create_demo(sign_ins)
        transaction.set_rollback(True)
    kept = sign_ins.read_bytes()

    create_demo(sign_ins)

    assert sign_ins.read_bytes() == kept


def test_dry_run_leaves_nothing_behind(sign_ins: Path) -> None:
    before = rows()

    assert "would have 121 neighborhoods" in create_demo(sign_ins, "--dry-run")

    assert rows() == before
    assert not sign_ins.exists()


def test_database_with_other_people_is_left_alone(sign_ins: Path) -> None:
    make_resident_account("Grace Kim")
    before = rows()

    assert "one other person" in create_demo(sign_ins)

    assert rows() == before
    assert not sign_ins.exists()


def test_database_with_another_citys_neighborhoods_is_left_alone(sign_ins: Path) -> None:
    make_neighborhood("Oak", west=0)
    before = rows()

    assert "another city" in create_demo(sign_ins)

    assert rows() == before
    assert not sign_ins.exists()


def test_database_with_another_citys_addresses_is_left_alone(sign_ins: Path) -> None:
    Address.objects.create(number="1101", street="T St", location=Point(-121.5, 38.6), search_text="1101 T ST")
    before = rows()

    assert "another city" in create_demo(sign_ins)

    assert rows() == before
    assert not sign_ins.exists()
