"""What is in a copy of the public record, what never is, and who takes one?"""

import hashlib
import io
import json
import stat
import tracemalloc
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import RecordExport, User
from accounts.services import leave
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from notifications.rules import NoticeState
from pages.record.archive import Archive
from pages.record.tables import TABLES, Days
from posts.models import Post, Reply
from posts.services import corrections
from tests.accounts.factories import PASSWORD, make_resident_account, make_staff
from tests.community.factories import say
from tests.notifications.sending.factories import make_message, make_notice
from tests.posts.factories import publish
from tests.posts.services.test_conversations import write
from tests.posts.services.test_hidings import appeal, hide
from tests.posts.services.test_replies import reply

pytestmark = pytest.mark.django_db

SignInAs = Callable[[User], Client]
RECORD = "/records/"
# The day of `now` in Sacramento.
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def clerk(db: None) -> User:
    person = make_staff("Rae Clerk", "")
    person.groups.add(Group.objects.get(name="Records clerks"))
    return person


@pytest.fixture
def post(officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime) -> Post:
    return publish(officer, central, now, [oak])


@pytest.fixture
def at_the_record(clerk: User, sign_in: SignInAs) -> Client:
    """The clerk's browser, a moment after showing the password once more."""
    clerk.set_password(PASSWORD)
    clerk.save()
    client = sign_in(clerk)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def taken(at: datetime, first: date = FRIDAY, last: date = FRIDAY) -> dict[str, Any]:
    """The parts of a copy by name: rows of tables, texts of the others."""
    return opened(b"".join(Archive(Days(first, last), at).pieces()))


def opened(content: bytes) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        for name in zipped.namelist():
            text = zipped.read(name).decode()
            stem, _, kind = name.partition(".")
            parts[stem] = [json.loads(line) for line in text.splitlines()] if kind == "jsonl" else text
        sums = dict(reversed(line.split("  ")) for line in parts["SHA256SUMS"].splitlines())
        for name in sums:
            assert hashlib.sha256(zipped.read(name)).hexdigest() == sums[name], name
        assert sums.keys() | {"SHA256SUMS"} == set(zipped.namelist())
    return parts


def test_a_post_is_there_with_every_text_and_who_and_where(
    post: Post, officer: User, sergeant: User, now: datetime
) -> None:
    corrections.withdraw_post(
        post_id=post.pk, version=1, reason="Wrong person.", takes_text_off=True, by=sergeant, at=now
    )
    parts = taken(now)
    (row,) = parts["posts"]
    assert (row["status"], row["text"], row["text_taken_off_public_pages"]) == ("withdrawn", "", True)
    assert row["written_by"] == {"account": officer.pk, "name": "Officer K. Delgado"}
    assert row["corrected_or_withdrawn_by"] == {"account": sergeant.pk, "name": "Sgt. N. Abara"}
    assert next((v["version"], v["act"], v["text"]) for v in parts["versions"]) == (
        1,
        "news",
        "Somebody tries side doors at night.",
    )
    assert parts["versions"][-1]["what_was_wrong"] == "Wrong person."
    assert [(d["neighborhood"], d["claimed_residents"]) for d in parts["deliveries"]] == [("Oak", "0")]
    assert "1 lines" in parts["README"]


def test_replies_are_there_hidden_ones_too_with_their_appeal(
    post: Post, resident: User, sergeant: User, now: datetime
) -> None:
    reply(post, resident, now)
    appeal(hide(reply(post, resident, now), sergeant, now), now)
    parts = taken(now)
    assert len(parts["replies"]) == 2
    assert {(r["written_by"]["account"], r["written_by"]["name"]) for r in parts["replies"]} == {
        (resident.pk, "Maria L.")
    }
    (hiding,) = parts["hidings"]
    assert hiding["text_as_hidden"] == parts["replies"][1]["text"]
    assert (hiding["reason"], hiding["appeal"]) == ("private_data", "It is my own car.")


def test_a_reply_that_is_hidden_later_is_in_the_copy_of_that_day(
    post: Post, resident: User, sergeant: User, now: datetime
) -> None:
    later = now + timedelta(days=30)
    hide(reply(post, resident, now), sergeant, later)
    parts = taken(later, later.date(), later.date())
    assert (len(parts["posts"]), len(parts["replies"]), len(parts["hidings"])) == (0, 0, 1)


def test_conversations_are_there_with_every_message(resident: User, central: PoliceCommand, now: datetime) -> None:
    message = write(resident, central, now)
    parts = taken(now)
    assert [row["resident"]["name"] for row in parts["conversations"]] == ["Maria L."]
    assert [(row["text"], row["from_police"]) for row in parts["messages"]] == [(message.text, False)]


def test_notices_are_counted_and_name_nobody(post: Post, resident: User, now: datetime) -> None:
    message = make_message(now)
    message.source_id = post.pk
    message.save()
    for number in range(6):
        make_notice(message, make_resident_account(f"Told Number{number}"), now)
    failed = make_notice(message, resident, now)
    failed.state, failed.ended_at = NoticeState.FAILED, now
    failed.save()
    told = taken(now)["told"]
    assert [(row["channel"], row["state"], row["count"]) for row in told] == [
        ("email", "failed", "under 5"),
        ("email", "waiting", "6"),
    ]
    assert all(set(row) == {"post", "version", "channel", "state", "count"} for row in told)


def test_days_are_the_citys_and_both_are_included(
    officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    # Noon in Sacramento: twelve hours to either midnight.
    last_minute = publish(officer, central, now + timedelta(hours=11, minutes=59), [oak])
    publish(officer, central, now + timedelta(hours=12), [oak])
    first = publish(officer, central, now - timedelta(hours=12), [oak])
    publish(officer, central, now - timedelta(hours=12, minutes=1), [oak])
    assert [row["post"] for row in taken(now)["posts"]] == sorted([last_minute.pk, first.pk])
    assert len(taken(now, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1))["posts"]) == 4


def test_no_neighbors_word_and_no_address_is_in_it(
    post: Post, resident: User, central: PoliceCommand, now: datetime
) -> None:
    say(resident, now, title="Porch swing wanted", text="Has anybody an old swing?")
    reply(post, resident, now)
    write(resident, central, now)
    everything = json.dumps(taken(now))
    for secret in ("swing", resident.email, "@", "Lopez"):
        assert secret not in everything


def test_who_left_is_a_former_resident_whose_words_stay(post: Post, resident: User, now: datetime) -> None:
    reply(post, resident, now)
    leave(person=resident, at=now)
    (row,) = taken(now)["replies"]
    assert row["written_by"] == {"account": resident.pk, "name": "Former resident"}
    assert row["text"]


def test_a_clerk_saves_one_and_the_trail_says_so(
    at_the_record: Client, clerk: User, post: Post, sign_in: SignInAs
) -> None:
    page = at_the_record.get(RECORD).content.decode()
    assert "the city cannot read that" in page
    answer: Any = at_the_record.post(RECORD, {"first": "2026-11-20", "last": "2026-11-20"})
    assert answer.streaming
    assert answer["Content-Disposition"] == ('attachment; filename="porchlight-record-2026-11-20-to-2026-11-20.zip"')
    parts = opened(b"".join(answer.streaming_content))
    assert [row["post"] for row in parts["posts"]] == [post.pk]
    export = RecordExport.objects.get()
    assert (export.by, export.first_day, export.last_day) == (clerk, FRIDAY, FRIDAY)
    oversight = make_staff("Ola Watcher", "")
    oversight.groups.add(Group.objects.get(name="Oversight readers"))
    trail = sign_in(oversight).get("/audit/").content.decode()
    assert "R. Clerk took a copy of the public record along: 2026-11-20 to 2026-11-20" in trail


def test_days_that_make_no_sense_are_named(at_the_record: Client) -> None:
    refused = at_the_record.post(RECORD, {"first": "2026-11-20", "last": "2026-11-19"})
    assert (refused.status_code, refused.context["form"].errors["last"]) == (
        422,
        ["This is before the first day. Change one of them."],
    )
    assert at_the_record.post(RECORD, {"first": "soon", "last": ""}).status_code == 422
    assert not RecordExport.objects.exists()


def test_a_key_is_asked_for_again(clerk: User, sign_in: SignInAs) -> None:
    clerk.set_password(PASSWORD)
    clerk.save()
    assert EmailAddress.objects.filter(user=clerk, verified=True).exists()
    client = sign_in(clerk)
    for asked in (client.get(RECORD), client.post(RECORD, {"first": "2026-11-20", "last": "2026-11-20"})):
        assert asked.status_code == 302
        assert "reauthenticate" in asked["Location"]
    assert not RecordExport.objects.exists()


def test_the_command_writes_the_same_file_for_its_owner_alone(
    post: Post, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "record.zip"
    call_command("export_record", str(file), "--from", "2026-11-01", "--to", "2026-11-30", "--dry-run")
    assert "Dry run, nothing was written: 1 posts, 1 versions" in capsys.readouterr().err
    assert (list(tmp_path.iterdir()), RecordExport.objects.count()) == ([], 0)
    call_command("export_record", str(file), "--from", "2026-11-01", "--to", "2026-11-30")
    assert "Done: 1 posts, 1 versions" in capsys.readouterr().err
    assert [row["post"] for row in opened(file.read_bytes())["posts"]] == [post.pk]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert RecordExport.objects.get().by is None


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [("2026-11-20", "2026-11-19", "before the first"), ("2026-11-20", "tomorrow", "is no day")],
)
def test_the_command_names_what_is_wrong(tmp_path: Path, first: str, last: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("export_record", str(tmp_path / "record.zip"), "--from", first, "--to", last)
    assert list(tmp_path.iterdir()) == []


def test_the_command_replaces_no_file_and_leaves_no_half_one(tmp_path: Path) -> None:
    file = tmp_path / "record.zip"
    file.write_text("something else")
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_record", str(file), "--from", "2026-11-20", "--to", "2026-11-20")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_record", str(tmp_path / "no" / "x.zip"), "--from", "2026-11-20", "--to", "2026-11-20")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("record.zip", "something else")]


def test_memory_does_not_grow_with_the_record(post: Post, resident: User, oak: Neighborhood, now: datetime) -> None:
    def peak() -> int:
        tracemalloc.start()
        for _ in Archive(Days(FRIDAY, FRIDAY), now).pieces():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    def write_replies(count: int) -> None:
        Reply.objects.bulk_create(
            [
                Reply(
                    post=post,
                    author=resident,
                    neighborhood=oak,
                    text=f"{uuid.uuid4()} " * 10,
                    submission_key=uuid.uuid4(),
                    created_at=now,
                )
                for _ in range(count)
            ],
            batch_size=2000,
        )

    write_replies(1_000)
    peak()
    few = peak()
    write_replies(9_000)
    assert peak() < few * 1.5


def test_every_part_is_explained(now: datetime) -> None:
    text = taken(now)["README"]
    for table in TABLES:
        assert f"{table.name}.jsonl: {table.about}" in text
