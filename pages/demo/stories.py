"""What do the people of the demo city write to each other, and when?"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from posts.rules import AudienceScope

FOLDER = Path(__file__).parent

# How the stories name people who have no key of their own.
SOMEONE = "someone"
AUTHOR = "author"
RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class HidingStory:
    """A reply was hidden.

    Attributes:
        by: Key of the officer.
        note: For the writer.
        appeal: The writer's words, or empty.
        decision: The moderator's words for leaving it hidden, or empty while the appeal waits.
    """

    by: str
    reason: str
    note: str
    appeal: str
    decision: str


@dataclass(frozen=True, slots=True)
class ReplyStory:
    """A public answer.

    Attributes:
        by: Key of a person, `someone` for a verified resident the post went to, `author` for whoever posted.
    """

    by: str
    at: datetime
    text: str
    hiding: HidingStory | None


@dataclass(frozen=True, slots=True)
class CorrectionStory:
    """The author put other words in the place of a post."""

    at: datetime
    title: str
    text: str
    what_was_wrong: str


@dataclass(frozen=True, slots=True)
class TakingBackStory:
    """A post was taken back; `by` is the key of an officer."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PostStory:
    """A post and what came back in public.

    Attributes:
        places: Names of neighborhoods, for the scope `neighborhoods`.
        return_reason: Not None: it waited for a second person; a reason sent it back, an empty one left it waiting.
    """

    command: str
    by: str
    kind: str
    title: str
    text: str
    scope: str
    places: tuple[str, ...]
    at: datetime
    replies: tuple[ReplyStory, ...]
    replies_open: bool
    replies_closed_at: datetime | None
    return_reason: str | None
    correction: CorrectionStory | None
    taking_back: TakingBackStory | None


@dataclass(frozen=True, slots=True)
class MessageStory:
    """A private message; `by` is `resident` or the key of an officer."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ConversationStory:
    """A private exchange.

    Attributes:
        by: Key of the resident, or `someone` for any who lives in `place`.
        about: Title of the post it is about, or empty.
    """

    command: str
    by: str
    place: str
    about: str
    messages: tuple[MessageStory, ...]


class Clock:
    """Turns the stories' times, counted back from now, into moments."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now = now.replace(microsecond=0)
        self._zone = zone

    @property
    def now(self) -> datetime:
        """To the second."""
        return self._now

    def moment(self, entry: dict[str, Any]) -> datetime:
        """`minutes_ago`, or `days_ago` with the local `time`."""
        if "minutes_ago" in entry:
            return self._now - timedelta(minutes=entry["minutes_ago"])
        day = self._now.astimezone(self._zone).date() - timedelta(days=entry["days_ago"])
        return datetime.combine(day, time.fromisoformat(entry["time"]), self._zone)

    def after(self, moment: datetime, minutes: int) -> datetime:
        """So many minutes later, but never in the future."""
        return min(moment + timedelta(minutes=minutes), self._now)


def read_posts(clock: Clock) -> list[PostStory]:
    """Every post of every command, in the order of the files."""
    return [
        _post(entry, path.stem, clock)
        for path in sorted((FOLDER / "posts").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["post"]
    ]


def read_conversations(clock: Clock) -> list[ConversationStory]:
    """Every private conversation, in the order of the file."""
    entries = tomllib.loads((FOLDER / "conversations.toml").read_text(encoding="utf-8"))["conversation"]
    return [
        ConversationStory(
            command=entry["with"],
            by=entry["by"],
            place=entry.get("neighborhood", ""),
            about=entry.get("about", ""),
            messages=tuple(
                MessageStory(message["by"], clock.moment(message), message["text"]) for message in entry["messages"]
            ),
        )
        for entry in entries
    ]


def _post(entry: dict[str, Any], command: str, clock: Clock) -> PostStory:
    to = entry["to"]
    at = clock.moment(entry)
    return PostStory(
        command=command,
        by=entry["by"],
        kind=entry["kind"],
        title=entry["title"],
        text=entry["text"].strip(),
        scope=to if isinstance(to, str) else AudienceScope.NEIGHBORHOODS,
        places=() if isinstance(to, str) else tuple(to),
        at=at,
        replies=tuple(
            ReplyStory(
                reply["by"],
                clock.after(at, reply["after_minutes"]),
                reply["text"].strip(),
                _hiding(reply.get("hidden")),
            )
            for reply in entry.get("replies", ())
        ),
        replies_open=entry.get("replies_open", True),
        replies_closed_at=clock.after(at, entry["replies_closed_after"]) if "replies_closed_after" in entry else None,
        return_reason=entry.get("return_reason"),
        correction=_correction(entry.get("correction"), at, clock),
        taking_back=_taking_back(entry.get("taking_back"), at, clock),
    )


def _correction(entry: dict[str, Any] | None, published_at: datetime, clock: Clock) -> CorrectionStory | None:
    if entry is None:
        return None
    at = clock.after(published_at, entry["after_minutes"])
    return CorrectionStory(at, entry["title"], entry["text"].strip(), entry["what_was_wrong"])


def _taking_back(entry: dict[str, Any] | None, published_at: datetime, clock: Clock) -> TakingBackStory | None:
    if entry is None:
        return None
    return TakingBackStory(entry["by"], clock.after(published_at, entry["after_minutes"]), entry["reason"])


def _hiding(entry: dict[str, str] | None) -> HidingStory | None:
    if entry is None:
        return None
    return HidingStory(entry["by"], entry["reason"], entry["note"], entry.get("appeal", ""), entry.get("decision", ""))
