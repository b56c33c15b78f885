"""Is what the demo city shows true, and as the design says?"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.rules import Kind
from commands.models import Assignment, Invitation, PoliceCommand
from commands.selectors import covered_neighborhoods
from community.rules import AppealOutcome, KeptAway, NeighborPostKind
from community.selectors import care, people, room
from neighborhoods.models import Address, Boundary, Home, LookUp, Neighborhood, Residency, WaitingForArea
from neighborhoods.rules import HowVerified, LetterState, Standing
from neighborhoods.sealing import unseal
from neighborhoods.selectors import find_neighborhood_at, find_residency
from neighborhoods.selectors.addresses import search_addresses
from neighborhoods.selectors.proofs import find_letter, letters_to_print
from neighborhoods.services.letters import give_code
from notifications.models import (
    Alert,
    Digest,
    Mail,
    Message,
    Notice,
    Preferences,
    Pulse,
    PushSubscription,
    Suppression,
)
from notifications.rules import Act, Channel, NoticeState, Pace, Source, Topic
from pages.demo.geography import label_points
from pages.demo.people import HOME
from posts.models import Conversation, Delivery, Post, Reply, ReplyHiding
from posts.rules import HidingOutcome, PostKind, PostStatus
from posts.selectors.progress import progress_of_post
from posts.services.digests import MARK, schedule_digests

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


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.test")


def home_of(name: str) -> Residency:
    residency = find_residency(person(name).pk)
    assert residency is not None
    return residency


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
        "resident neighbor faraway newcomer lead officer sergeant manager pio chief moderator oversight verifier "
        "clerk admin"
    )
    assert {entry["email"] for entry in entries} == {f"{name}@demo.test" for name in names.split()}
    for entry in entries:
        user = User.objects.get(email=entry["email"])
        assert user.check_password(entry["password"])
        second_factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if user.kind == Kind.STAFF:
            assert second_factor is not None
            assert get_adapter().decrypt(second_factor.data["secret"]) == entry["totp_secret"]
            assert entry["totp_secret"] not in second_factor.data["secret"]
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
        ("clerk", "Records clerks"),
        ("admin", "Site admins"),
    ):
        assert [held.name for held in User.objects.get(email=f"{name}@demo.test").groups.all()] == [group]


def test_what_a_sign_in_is_good_for_opens(demo: Path, sign_in: Callable[[User], Client]) -> None:
    opened = 0
    for entry in json.loads(demo.read_text()):
        client = sign_in(User.objects.get(email=entry["email"]))
        for path in re.findall(r"/[a-z/]+/", entry["role"]):
            assert client.get(path, follow=True).status_code == 200, (entry["email"], path)
            opened += 1
    assert opened >= 14


def test_everybodys_address_counts_as_confirmed(demo: Path) -> None:
    confirmed = EmailAddress.objects.filter(verified=True, primary=True).values("user_id")
    assert not User.objects.exclude(pk__in=confirmed).exists()


def test_each_way_of_showing_a_home_has_somebody_on_it(demo: Path, sign_in: Callable[[User], Client]) -> None:
    now = timezone.now()
    ways = {name: home_of(name).verified_how for name in ("resident", "neighbor", "vouched")}
    assert ways == {
        "resident": HowVerified.LETTER,
        "neighbor": HowVerified.IN_PERSON,
        "vouched": HowVerified.VOUCHES,
    }
    letters = {name: find_letter(home_of(name).pk) for name in ("resident", "newcomer", "locked", "expired")}
    states = {name: (letter.state, letter.is_over_at(now)) for name, letter in letters.items() if letter}
    assert states == {
        "resident": (LetterState.USED, True),
        "newcomer": (LetterState.PRINTED, False),
        "locked": (LetterState.LOCKED, True),
        "expired": (LetterState.PRINTED, True),
    }
    assert home_of("newcomer").vouches.count() == 1
    assert home_of("secret").is_address_secret
    assert not home_of("secret").is_verified
    assert find_residency(person("outside").pk) is None
    assert WaitingForArea.objects.filter(person=person("outside"), told_at=None).exists()
    assert letters_to_print().count() >= 5
    assert set(LookUp.objects.values_list("reason", flat=True)) == {"letter", "in_person"}
    for name in ("newcomer", "vouched", "locked", "expired", "secret", "outside"):
        assert sign_in(person(name)).get("/residency/").status_code == 200


def test_code_that_the_sign_ins_tell_confirms_the_newcomer(demo: Path) -> None:
    entries = {entry["email"]: entry["role"] for entry in json.loads(demo.read_text())}
    code = re.search(r"[A-Z0-9]{4} [A-Z0-9]{4}", entries["newcomer@demo.test"])
    assert code is not None

    home = give_code(person=person("newcomer"), code=code[0].replace(" ", ""), at=timezone.now())

    assert home.verified_how == HowVerified.LETTER


def test_exact_homes_are_kept_of_those_who_wait_and_of_one_who_wants_it(demo: Path) -> None:
    assert not Home.objects.filter(residency=home_of("resident")).exists()
    assert Home.objects.get(residency=home_of("neighbor")).is_kept
    waiting = Residency.objects.filter(standing=Standing.CLAIMED, cell_row__isnull=False)
    assert set(waiting.values_list("pk", flat=True)) == set(
        Home.objects.filter(is_kept=False).values_list("residency_id", flat=True)
    )
    sealed = Home.objects.get(residency=home_of("newcomer")).sealed
    lines = unseal(sealed).lines
    assert lines[-1] == "Sacramento (made up) 00000"
    assert lines[0].encode() not in bytes(sealed)


def test_typing_an_invented_address_finds_its_neighborhood(demo: Path) -> None:
    assert not Address.objects.exclude(city="Sacramento (made up)").exists()
    found_in: dict[str, int] = {}
    for address in Address.objects.filter(number="104"):
        (house,) = search_addresses(f"104 {address.street}")
        neighborhood = find_neighborhood_at(house.latitude, house.longitude)
        assert neighborhood is not None
        found_in[neighborhood.name] = found_in.get(neighborhood.name, 0) + 1
    assert found_in == {point.name: 4 for point in label_points()}
    assert Address.objects.count() == 121 * 4 * (9 + 3)


def test_neighbors_talk_and_open_some_of_it_to_those_beside_them(demo: Path) -> None:
    cards = room.room_page(person("resident").pk)
    assert {card.kind for card in cards} == set(NeighborPostKind.values)
    assert {card.place for card in cards} == {HOME, "Land Park"}
    assert all(card.is_open_to_adjoining for card in cards if card.place != HOME)
    assert sum(card.thanks_count for card in cards) > 20
    assert sum(card.comment_count for card in cards) > 10
    shown = next(card for card in cards if card.picture)
    content, content_type = room.get_picture(person("resident").pk, shown.id)
    assert (content_type, content[:2]) == ("image/jpeg", b"\xff\xd8")

    faraway = room.room_page(person("faraway").pk)
    assert {card.place for card in faraway} == {"South Land Park"}
    assert len(faraway) >= 2
    assert people.people_kept_away(person("neighbor").pk)[0].how == KeptAway.MUTED
    assert len(room.room_page(person("neighbor").pk)) == len(cards) - 1


def test_something_waits_for_the_lead_and_for_the_moderator(demo: Path) -> None:
    lead, moderator, faraway = person("lead"), person("moderator"), person("faraway")
    assert people.is_lead(lead.pk)
    assert len(people.volunteers(lead.pk)) == 1
    assert len(people.volunteers(moderator.pk)) >= 3
    (for_lead,) = care.reports_waiting(lead.pk)
    assert for_lead.place == HOME
    (for_moderator,) = care.reports_waiting(moderator.pk)
    assert for_moderator.place == "East Sacramento"
    (removal,) = care.own_removals(faraway.pk)
    assert removal.outcome == AppealOutcome.WAITING
    (appeal,) = care.appeals_waiting(moderator.pk)
    assert appeal.removal_id == removal.id
    assert removal.title not in {card.title for card in room.room_page(faraway.pk)}


def test_wall_stands_in_the_demo_too(demo: Path) -> None:
    """Without an identity no row of what neighbors said is there; for police and newcomers neither."""
    public = {"community_room", "community_weekcount"}
    tables = {model._meta.db_table for model in apps.get_app_config("community").get_models()}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            assert cursor.fetchone() == (table in public,), table
    for name in ("officer", "manager", "chief", "admin", "verifier", "oversight", "moderator", "newcomer"):
        assert room.room_page(person(name).pk) == []


def test_replies_are_closed_hidden_and_looked_at_again(demo: Path) -> None:
    closed = Post.objects.filter(status=PostStatus.PUBLISHED, replies_open=False)
    assert closed.filter(replies_switched_at=None).count() == 1
    assert closed.filter(replies_switched_at__isnull=False).count() == 1
    waiting, upheld = ReplyHiding.objects.order_by("outcome")
    assert waiting.waits_for_decision
    assert waiting.reply.author == person("neighbor")
    assert (upheld.outcome, upheld.decided_by) == (HidingOutcome.UPHELD, person("moderator"))


def test_officers_come_and_go(demo: Path) -> None:
    now = timezone.now()
    invitations = Invitation.objects.filter(invited_by=person("manager"))
    assert [invitation.is_open(now) for invitation in invitations.order_by("made_at")] == [False, True]
    assert invitations.get(taken_back_at__isnull=False).email == ""
    ended = Assignment.objects.get(ended_at__isnull=False)
    assert (ended.person, ended.ended_by) == (person("former_officer"), person("manager"))


def test_people_hear_in_ways_of_their_own(demo: Path) -> None:
    chosen = {preferences.person.email.partition("@")[0]: preferences for preferences in Preferences.objects.all()}
    assert chosen["resident"].choice(Topic.CRIME).email == Pace.AT_ONCE
    assert chosen["neighbor"].choice(Topic.CRIME).email == Pace.WEEKLY
    assert chosen["lead"].quiet_from is not None
    on_holiday_until = chosen["vouched"].paused_until
    assert on_holiday_until is not None
    assert on_holiday_until > timezone.localdate()
    assert "newcomer" not in chosen
    assert len(chosen) < User.objects.filter(kind=Kind.RESIDENT).count()
    assert Suppression.objects.filter(person=person("expired")).exists()
    assert not PushSubscription.objects.exists()


def test_past_posts_were_told_and_nothing_of_them_is_left_to_leave(demo: Path) -> None:
    assert not Delivery.objects.filter(notices_at=None).exists()
    for of_queue in (Notice, Digest, Mail):
        assert not of_queue._default_manager.filter(state=NoticeState.WAITING).exists(), of_queue
    for told in (Notice, Digest):
        states = set(told._default_manager.values_list("state", flat=True))
        assert {NoticeState.SENT, NoticeState.FAILED} <= states, told
    assert set(Digest.objects.filter(state=NoticeState.SENT).values_list("pace", flat=True)) == {"daily", "weekly"}
    for told in (Notice, Digest):
        assert not told._default_manager.filter(ended_at__gt=timezone.now()).exists(), told
    assert not Alert.objects.exists()


def test_digests_go_on_where_they_ended_each_once(demo: Path) -> None:
    ended_at = Pulse.objects.get(name=MARK).at
    before = set(Digest.objects.values_list("pk", flat=True))
    assert schedule_digests(at=ended_at) == 0
    with transaction.atomic():
        tomorrow = ended_at + timedelta(hours=25)
        assert schedule_digests(at=tomorrow) > 0
        assert schedule_digests(at=tomorrow) == 0
        due = Digest.objects.exclude(pk__in=before)
        assert due.filter(person=person("resident")).count() == 1
        assert due.count() == due.values("person", "pace").distinct().count()
        transaction.set_rollback(True)


def test_desk_shows_true_counts_a_failure_a_correction_and_a_withdrawal(
    demo: Path, sign_in: Callable[[User], Client]
) -> None:
    missing = Post.objects.get(kind=PostKind.MISSING_PERSON, published_at__gt=timezone.now() - timedelta(hours=1))
    progress = progress_of_post(missing, at=timezone.now())
    at_home = progress.current[home_of("resident").neighborhood_id, Channel.EMAIL]
    assert (
        at_home.sent
        == Notice.objects.filter(message__source_id=missing.pk, neighborhood__name=HOME, state=NoticeState.SENT).count()
    )
    assert at_home.sent >= 20
    assert at_home.failed == 1
    assert not progress.is_open
    assert progress.troubles[0].reason.startswith("552")
    page = sign_in(person("chief")).get(f"/commands/headquarters/desk/posts/{missing.pk}/")
    assert "552 5.2.2 The mailbox is full." in page.content.decode()

    corrected = Post.objects.get(status=PostStatus.PUBLISHED, version__gt=1, corrected_at__isnull=False)
    told = Notice.objects.filter(message__source_id=corrected.pk, message__source=Source.POST, state=NoticeState.SENT)
    first, second = (set(told.filter(message__version=v).values_list("person_id", flat=True)) for v in (1, 2))
    assert len(first) > 5
    assert first <= second
    withdrawn = Post.objects.get(status=PostStatus.WITHDRAWN)
    assert Message.objects.filter(source_id=withdrawn.pk, act=Act.WITHDRAWAL).count() == 1


def test_a_resident_finds_why_past_posts_came(demo: Path, sign_in: Callable[[User], Client]) -> None:
    newest = Post.objects.get(kind=PostKind.MISSING_PERSON, published_at__gt=timezone.now() - timedelta(hours=1))
    page = sign_in(person("resident")).get(f"/posts/{newest.pk}/why/").content.decode()
    assert "It left " in page
    page = sign_in(person("locked")).get(f"/posts/{newest.pk}/why/").content.decode()
    assert "The mailbox is full" in page
